"""Where on the page of a form a finding of its item stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from central.county.catalogue.pages.asking.kinds import KEYWORDS
from central.county.catalogue.pages.asking.parts import EXAMPLES, FIELDS, RULES, TABLE_LEAD
from central.county.catalogue.pages.editing.controls import field_of as place_of
from central.county.catalogue.pages.values import mapping
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level

_FORM = "schema"
_COLUMNS = {
    **{keyword: control for control, keyword in KEYWORDS.items()},
    "title": "title",
    "description": "hint",
    "type": "kind",
    "format": "kind",
    "mask": "mask",
}
_OF_RULES = {"then": "then", "fields": "fields", "message": "message", "when": "field1"}


def on_the_page(
    found: Sequence[Finding], schema: Document, elsewhere: Callable[[str], str]
) -> Iterator[Finding]:
    """The findings that concern the form, each by its control; and what else is an error.

    Args:
        elsewhere: says a place of the item that this page does not show, with dots, in words.
    """
    for one in found:
        root, _, rest = one.place.partition(".")
        if root == _FORM:
            yield replace(one, place=_place(rest.split("."), schema))
        elif root.startswith(f"{EXAMPLES}["):
            yield replace(one, place=place_of(one).partition(".form")[0])
        elif one.level is Level.ERROR:
            yield replace(one, item="", place=elsewhere(place_of(one)))


def _place(parts: list[str], schema: Document) -> str:
    if parts[0].startswith(f"{RULES}["):
        number = parts[0].removeprefix(f"{RULES}[").rstrip("]")
        control = _OF_RULES.get(parts[1].partition("[")[0], "") if len(parts) > 1 else ""
        return f"{RULES}.{number}.{control}".rstrip(".")
    fields = mapping(schema, "properties")
    if parts[0] != "properties" or len(parts) < 2:  # noqa: PLR2004 - the field's id
        return FIELDS
    name, rest = parts[1], parts[2:]
    if rest[:2] == ["items", "properties"] and len(rest) > 2:  # noqa: PLR2004
        columns = mapping(mapping(mapping(fields, name), "items"), "properties")
        return _row(f"{TABLE_LEAD}{name}", rest[2], columns, rest[3:])
    return _row(FIELDS, name, fields, rest)


def _row(key: str, name: str, fields: Document, rest: list[str]) -> str:
    if name not in fields:
        return key
    control = _COLUMNS.get(rest[0].partition("[")[0], "") if rest else ""
    return f"{key}.{list(fields).index(name)}.{control}".rstrip(".")
