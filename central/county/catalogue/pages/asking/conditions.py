"""A condition of a form as up to three comparisons that a page has controls for, and back.

Source: docs/forms.md, "Conditions".
"""

from decimal import Decimal
from typing import Any, NamedTuple

from central.county.catalogue.pages.asking.numbers import fen_of, number_of, yuan_of
from central.county.catalogue.pages.values import plain
from protocol.catalogue.documents import Document

MOST = 3  # comparisons of one condition
ALL, ANY = "all", "any"
COMPARED = {
    "is": "就是",
    "is-not": "不是",
    "one-of": "是其中之一（用、隔开）",
    "at-least": "不小于",
    "at-most": "不大于",
    "filled": "已经填写",
    "empty": "没有填写",
}
JOINED = {ALL: "都符合", ANY: "符合一项就算"}
WITHOUT_VALUE = ("filled", "empty")
_KEYS = {"is": "const", "one-of": "enum", "at-least": "minimum", "at-most": "maximum"}
_WAYS = {key: way for way, key in _KEYS.items()}
_YES, _NO = "是", "否"
_TRUTHS = {_YES: True, "yes": True, _NO: False, "no": False}


class _Part(NamedTuple):
    """One comparison as a page shows it."""

    field: str
    way: str
    value: str


def columns_of(when: object, fields: Document) -> dict[str, Any] | None:
    """A condition as columns of a row; None for one that the page has no controls for.

    Args:
        fields: the schemas of the form's fields, by id.
    """
    found = _parts(when, fields) if isinstance(when, dict) else None
    if found is None or not 0 < len(found[1]) <= MOST:
        return None
    columns: dict[str, Any] = {"join": found[0]} if len(found[1]) > 1 else {}
    for number, one in enumerate(found[1], 1):
        columns |= {f"field{number}": one.field, f"way{number}": one.way}
        columns |= {f"value{number}": one.value} if one.value else {}
    return columns


def when_of(row: Document, fields: Document) -> dict[str, Any] | None:
    """The condition that the columns of a row say; None if they say none."""
    parts = [
        _Part(*(plain(row.get(f"{key}{number}")) for key in ("field", "way", "value")))
        for number in range(1, MOST + 1)
    ]
    made = [_fragment(one, fields.get(one.field)) for one in parts if one.field]
    if len(made) < 2:  # noqa: PLR2004 - a single one stands by itself
        return made[0] if made else None
    return {"anyOf" if row.get("join") == ANY else "allOf": made}


def _parts(when: Document, fields: Document) -> tuple[str, list[_Part]] | None:
    for key, join in (("allOf", ALL), ("anyOf", ANY)):
        if when.keys() == {key} and isinstance(when[key], list):
            every = [_single(one, fields) for one in when[key]]
            return (join, [one for one in every if one]) if all(every) else None
    named = when.get("properties")
    if when.keys() == {"properties"} and isinstance(named, dict) and len(named) > 1:
        every = [_single({"properties": {name: one}}, fields) for name, one in named.items()]
        return (ALL, [one for one in every if one]) if all(every) else None
    one = _single(when, fields)
    return (ALL, [one]) if one else None


def _single(when: object, fields: Document) -> _Part | None:
    if not isinstance(when, dict):
        return None
    inner = when.get("not")
    if when.keys() == {"not"} and isinstance(inner, dict):
        one = _plainly(inner, fields)
        ways = {"is": "is-not", "filled": "empty"}
        return one._replace(way=ways[one.way]) if one and one.way in ways else None
    return _plainly(when, fields)


def _plainly(when: Document, fields: Document) -> _Part | None:
    named, required = when.get("properties"), when.get("required")
    if when.keys() == {"required"} and isinstance(required, list) and len(required) == 1:
        return _Part(plain(required[0]), "filled", "")
    if when.keys() != {"properties"} or not isinstance(named, dict) or len(named) != 1:
        return None
    ((name, said),) = named.items()
    if not isinstance(said, dict) or len(said) != 1:
        return None
    ((key, value),) = said.items()
    values = value if isinstance(value, list) else [value]
    if key not in _WAYS or isinstance(value, list) != (key == "enum"):
        return None
    shown = [value_words(one, fields.get(name)) for one in values]
    shown = ["" if key == "enum" and "、" in one else one for one in shown]
    return _Part(name, _WAYS[key], "、".join(shown)) if all(shown) else None


def _fragment(one: _Part, field: object) -> dict[str, Any]:
    if one.way in WITHOUT_VALUE:
        filled = {"required": [one.field]}
        return {"not": filled} if one.way == "empty" else filled
    key = _KEYS.get(one.way, "const")
    texts = [text.strip() for text in one.value.replace("，", "、").split("、") if text.strip()]
    many = [value_of(text, field) for text in texts]
    value = many if key == "enum" else value_of(one.value, field)
    made = {"properties": {one.field: {key: value}}}
    return {"not": made} if one.way == "is-not" else made


def _is_money(field: object) -> bool:
    return isinstance(field, dict) and field.get("format") == "cn-fen"


def value_words(value: object, field: object) -> str:
    """A value as the page shows it; empty for what it can't."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if _is_money(field) and isinstance(value, int):
        return yuan_of(Decimal(value))
    text = plain(value)
    return text if text == text.strip() else ""


def value_of(text: str, field: object) -> object:
    """A value as the field has it; what can't be one stays a text, for the checks to name."""
    kind = field.get("type") if isinstance(field, dict) else None
    if kind == "boolean":
        return _TRUTHS.get(text, text)
    if _is_money(field):
        return fen_of(text)
    return number_of(text) if kind in ("integer", "number") else text
