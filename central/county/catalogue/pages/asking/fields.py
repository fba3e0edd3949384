"""A field of a form as a row of its page, and back.

A row that says what it said is the field that it was, to the last key.
"""

from decimal import Decimal
from typing import Any

from central.county.catalogue.pages.asking.kinds import (
    KINDS,
    MONEY,
    OTHER,
    TABLE,
    TEXT,
    keywords_of,
    kind_of,
)
from central.county.catalogue.pages.asking.numbers import fen_of, number_of, yuan_of
from central.county.catalogue.pages.values import plain
from protocol.catalogue.documents import Document

ID, MUST, SECTION = "id", "must", "section"
_OWN = {"title", "kind", "hint", "mask", "choices", "longest", "least", "most", "rows"}
_KIND_KEYS = frozenset(("type", "format", "field"))
_OF_A_KIND = frozenset(  # keywords that mean nothing once a field is of another kind
    (
        *("enum", "const", "derived", "minLength", "maxLength", "pattern", "examples"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("items", "minItems", "maxItems", "uniqueItems"),
        *("properties", "required", "additionalProperties"),
    )
)
_LONGEST = 100  # characters of a new text of which nobody says how long it may be


def row_of(schema: Document) -> dict[str, Any]:
    """A field as its controls show it; what has no control stands under its keyword."""
    kind = kind_of(schema)
    keywords = keywords_of(kind)
    shown = {"title", "description", *keywords.values()}
    shown |= _KIND_KEYS if kind != OTHER else set()
    shown |= {"items"} if kind == TABLE else set()
    row = {"title": schema.get("title"), "kind": kind, "hint": schema.get("description")}
    row |= {one: _shown(kind, schema.get(key)) for one, key in keywords.items()}
    row |= {key: one for key, one in schema.items() if key not in shown}
    return {key: one for key, one in row.items() if one is not None}


def field_of(row: Document, before: Document | None) -> dict[str, Any]:
    """The field that a row says; ``before`` is the one that it was, None of a new one."""
    said = {key: one for key, one in row.items() if key not in (ID, MUST, SECTION)}
    if before is not None and row_of(before) == said:
        return dict(before)
    kind = plain(row.get("kind"))
    kind = kind if kind in KINDS else TEXT
    moved = before is not None and kind_of(before) != kind
    rest = {key: one for key, one in said.items() if key not in _OWN - {"mask"}}
    if rest.get("mask") is False:
        del rest["mask"]  # which is how a schema says so
    if moved:
        rest = {key: one for key, one in rest.items() if key not in _OF_A_KIND | _KIND_KEYS}
    made = dict(KINDS[kind].schema) | {"title": row.get("title"), "description": row.get("hint")}
    made |= {key: _read(kind, row.get(one)) for one, key in keywords_of(kind).items()}
    if kind == TEXT and before is None:
        made["maxLength"] = made["maxLength"] or _LONGEST
    if kind == TABLE:
        items = before.get("items") if before is not None and not moved else None
        made["items"] = items or {"type": "object", "properties": {}}
    made = {key: one for key, one in (made | rest).items() if one is not None}
    order = [key for key in before or () if key in made]
    return {key: made[key] for key in [*order, *(key for key in made if key not in order)]}


def _shown(kind: str, value: object) -> object:
    """Of money in yuan, as people write it."""
    is_fen = kind == MONEY and isinstance(value, int) and not isinstance(value, bool)
    return yuan_of(Decimal(str(value))) if is_fen else value


def _read(kind: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return fen_of(value) if kind == MONEY else number_of(value)
