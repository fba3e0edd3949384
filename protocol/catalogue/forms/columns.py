"""The columns of a table of a form; an object in a row has one for each of its fields.

Source: docs/forms.md, "Three renderings".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import type_of
from protocol.catalogue.forms.walk import fields, part, required

_DEPTH = 4  # of objects in each other, which is more than a form may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column."""

    keys: tuple[str, ...]  # from the row to the value
    title: str  # 签署 · 方式 where it is a field of an object
    schema: Schema
    required: bool  # each row must have it
    leads: bool  # the first of an object's


def columns_of(
    row: Schema, rows: Sequence[Any], before: tuple[str, ...] = (), title: str = ""
) -> Iterator[Column]:
    """Those of the schema, and those that a row has without it.

    Args:
        row: the schema of each row, or of an object in it.
        rows: what is filled in; what is no object there is left to the check.
    """
    filled = [one for one in rows if isinstance(one, Mapping)]
    names = dict.fromkeys((*fields(row), *(key for one in filled for key in one)))
    for number, name in enumerate(names):
        schema, keys = part(row, name), (*before, str(name))
        values = [one[name] for one in filled if one.get(name) is not None]
        called = schema.get("title")
        said = called if isinstance(called, str) and called else str(name)
        whole = f"{title} · {said}" if title else said
        if _has_columns(schema, values) and len(before) < _DEPTH:
            yield from columns_of(schema, values, keys, whole)
            continue
        yield Column(
            keys=keys,
            title=whole,
            schema=schema,
            required=name in required(row),
            leads=bool(before) and number == 0,
        )


def _has_columns(schema: Schema, values: Sequence[object]) -> bool:
    """Whether it is an object in every row that has it."""
    return (
        type_of(schema) == "object"
        and bool(fields(schema))
        and all(isinstance(one, Mapping) for one in values)
    )
