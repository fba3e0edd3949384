"""A form from what a page sends, texts by name (``household.0.member_id``): a layout's way back.

What is empty is left out; numbers of people and the like are read by their meaning, full-width or
in small letters. What can't be read as its field's type stays text, so that the check names the
field; nothing is dropped or guessed.

Source: docs/forms.md, "Three renderings".
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import DATE, FEN, KINDS, type_of
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import fields, items
from protocol.text import identifier

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,9}")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")  # 1,234.56, and not 12,5
_YUAN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
_YES_NO = {"true": True, "false": False}

MORE = "-more"  # what the button for more rows sends; no field of a form has such a name


def read_entry(schema: FormSchema, sent: Mapping[str, str]) -> dict[str, Any]:
    """The form that was filled in on a page.

    Args:
        sent: texts by the names of :class:`protocol.catalogue.forms.layout.Cell`; others are left.
    """
    return _object(schema.meant, sent, "")


def _object(schema: Schema, sent: Mapping[str, str], lead: str) -> dict[str, Any]:
    made = {}
    for key, one in fields(schema).items():
        value = _field(one, sent, f"{lead}{key}")
        if value is not None:
            made[key] = value
    return made


def _field(schema: Schema, sent: Mapping[str, str], name: str) -> Any:  # noqa: ANN401 - JSON
    """None if nothing was filled in."""
    kind = type_of(schema)
    if kind == "object":
        return _object(schema, sent, f"{name}.") or None
    if kind == "array" and type_of(items(schema)) == "object":
        rows = (_object(items(schema), sent, f"{name}.{at}.") for at in _rows(sent, name))
        return [row for row in rows if row] or None
    if kind == "array":
        lines = [line.strip() for line in sent.get(name, "").splitlines()]
        return [_scalar(items(schema), line) for line in lines if line] or None
    text = sent.get(name, "").strip()
    return _scalar(schema, text) if text else None


def _rows(sent: Mapping[str, str], name: str) -> list[int]:
    found = re.compile(re.escape(name) + r"\.([0-9]{1,3})\.", re.ASCII)
    return sorted({int(at[1]) for key in sent if (at := found.match(key))})


def _scalar(schema: Schema, text: str) -> str | float | bool:
    """A text by its field's type; as it is if it is none of that type."""
    kind, plain = type_of(schema), identifier(text)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if schema.get("format") == FEN and _YUAN.fullmatch(plain):
        return int(Decimal(plain) * 100)
    if kind in ("integer", "number") and schema.get("format") != FEN:
        if _WHOLE.fullmatch(plain):
            return int(plain)
        if kind == "number" and _DECIMAL.fullmatch(plain):
            return float(plain)
    if kind == "boolean":
        return _YES_NO.get(plain, text)
    named = str(schema.get("format", ""))
    return _MEANT.get(named, identifier)(text) if named in KINDS else _choice(schema, text)


def _day(text: str) -> str:
    """2026年2月13日, 2026/2/13 and 20260213 as 2026-02-13."""
    try:
        return read_date(text).isoformat()
    except ValueError:
        return identifier(text)


def _in_capitals(text: str) -> str:
    return identifier(text).upper()


_MEANT: Mapping[str, Callable[[str], str]] = {
    DATE: _day,
    "cn-resident-id": _in_capitals,
    "cn-uscc": _in_capitals,
}


def _choice(schema: Schema, text: str) -> str | float | bool:
    """Of choices that are no texts the one that is written so."""
    choices = schema.get("enum", [schema.get("const")])
    for one in choices if isinstance(choices, list) else ():
        if not isinstance(one, str) and str(one) == text:
            return one if isinstance(one, int | float) else text
    return text
