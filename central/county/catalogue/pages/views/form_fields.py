"""The form of an item as a list of fields, and its conditions in words.

Source: docs/forms.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from central.county.catalogue.pages.values import listed, mapping, plain, text
from protocol.catalogue.changes.choices import OF_FORMS
from protocol.catalogue.changes.fragments import said_condition
from protocol.catalogue.changes.terms import Both, Language, in_language
from protocol.catalogue.documents import Document, Schema

_TYPES, _FORMATS = OF_FORMS["type"], OF_FORMS["format"]
_FLAGS: Mapping[bool, Both] = {True: ("是", "yes"), False: ("否", "no")}
_CHOICE, _SIGNED = ("选一项：", "one of: "), ("签署", "signature")
_COMMA, _TO = ("、", ", "), (" 至 ", " to ")
_DEPTH = 4  # of tables in a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    path: str  # its id; of a column behind that of its table
    title: str
    kind: tuple[str, ...]  # what it takes, in lines
    required: bool


def fields_of(
    schema: Schema, before: str = "", depth: int = _DEPTH, language: Language = "zh"
) -> Iterator[Field]:
    """Every field in the form's order, columns of tables behind their table."""
    required = {plain(one) for one in listed(schema, "required")}
    for name, one in mapping(schema, "properties").items():
        if not isinstance(one, dict):
            continue
        path = f"{before}{name}"
        title = text(one, "title") or name
        yield Field(path=path, title=title, kind=_kind(one, language), required=name in required)
        inner = mapping(one, "items") or one
        if depth:
            yield from fields_of(inner, f"{path}.", depth - 1, language)


def titles_of(schema: Schema) -> dict[str, str]:
    """What each field is called, by its path; columns of tables by their own id, too."""
    found = {one.path: one.title for one in fields_of(schema)}
    columns = {path.rpartition(".")[2]: title for path, title in found.items()}
    return columns | found


def when_words(fragment: object, names: Mapping[str, str], language: Language) -> str:
    """A condition in words; empty for what is none.

    Args:
        names: what fields are called, by id.
    """
    return said_condition(fragment, names, language) if isinstance(fragment, dict) else ""


def _value(value: object, language: Language) -> str:
    return in_language(_FLAGS[value], language) if isinstance(value, bool) else plain(value)


def _kind(one: Document, language: Language) -> tuple[str, ...]:
    def said(both: Both) -> str:
        return in_language(both, language)

    if choices := listed(one, "enum"):
        return (said(_CHOICE) + said(_COMMA).join(_value(each, language) for each in choices),)
    if text(one, "field") == "signing":
        return (said(_SIGNED),)
    if form := text(one, "format"):
        return (said(_FORMATS[form]) if form in _FORMATS else form,)
    kind = text(one, "type")
    lines = [said(_TYPES[kind]) if kind in _TYPES else kind]
    if "maxLength" in one:
        most = plain(one["maxLength"])
        ends = "" if most == "1" else "s"
        lines.append(said((f"最多 {most} 个字", f"at most {most} character{ends}")))
    low, high = text(one, "minimum"), text(one, "maximum")
    if low or high:
        lines.append(f"{low or '…'}{said(_TO)}{high or '…'}")
    return tuple(filter(None, lines))
