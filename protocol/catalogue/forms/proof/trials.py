"""Values of a field that are worth a trial: those that a condition names, and those beside them.

Source: docs/forms.md, "What publishing proves".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.ages import AGE, ON, fixed_day
from protocol.catalogue.forms.identifiers import resident_id_of
from protocol.catalogue.forms.kinds import DATE, KINDS, RESIDENT_ID, type_of
from protocol.catalogue.forms.proof.sample import sample_value
from protocol.catalogue.forms.walk import fields, items

_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_SIZES = ("minItems", "maxItems")


def trial_values(schema: Schema, named: Sequence[Any]) -> list[Any]:
    """What to try of a field, of which conditions name these values."""
    if type_of(schema) != "array":
        return _unlike([sample_value(schema), *(_as_written(schema, one) for one in named)])
    return _unlike([[sample_value(items(schema))], *(_table(schema, one) for one in named)])


def named_values(fragment: object, name: str) -> Iterator[Any]:
    """The values of a field that a condition names, and those right beside its bounds.

    Of a table: a list with as many entries, or one that is what a row of it has to be.
    """
    if not isinstance(fragment, Mapping):
        return
    for part in (*fragment.get("allOf", ()), *fragment.get("anyOf", ()), fragment.get("not")):
        yield from named_values(part, name)
    yield from _values(fragment.get("properties", {}).get(name))


def _values(fragment: object) -> Iterator[Any]:
    for key, value in fragment.items() if isinstance(fragment, Mapping) else ():
        if key in _BOUNDS:
            yield from (value - 1, value, value + 1)
        elif key in _SIZES:
            yield from ([None] * count for count in (value - 1, value, value + 1) if count >= 0)
        elif key == "enum":
            yield from value
        elif key == AGE:
            yield from _births(value)
        elif key in ("allOf", "anyOf"):
            yield from (one for inner in value for one in _values(inner))
        else:
            yield from _single(key, value)


def _single(key: str, value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    if key == "const":
        yield value
    elif key == "pattern":
        yield sample_value({"type": "string", "pattern": value})
    elif key == "contains":
        yield [value]
    elif key == "not":
        yield from _values(value)


def _table(schema: Schema, named: object) -> list[Any]:
    if not isinstance(named, list):
        return []
    return [_row(schema, one) for one in named]


def _row(schema: Schema, wanted: object) -> object:
    """A row, with what a condition wants of it."""
    row = sample_value(items(schema))
    if not isinstance(wanted, Mapping):
        return row
    if not isinstance(row, dict):
        return next(_values(wanted), row)
    parts = wanted.get("properties", {}).items()
    columns = fields(items(schema))
    return row | {
        key: _as_written(columns.get(key, {}), next(_values(part), row.get(key)))
        for key, part in parts
    }


def _births(age: Schema) -> Iterator[str]:
    """Days of birth at the bounds of an age and a year beside them, those that fit first."""
    day = fixed_day(age.get(ON)) or date.fromisoformat(str(KINDS[DATE].sample))
    for key in sorted(_BOUNDS & age.keys()):
        first = {"exclusiveMinimum": 1, "exclusiveMaximum": -1}.get(key, 0)
        for years in (age[key] + first, age[key] - 1, age[key], age[key] + 1):
            if years >= 0:
                yield f"{day.year - years}-{min(day, day.replace(day=28)):%m-%d}"


def _as_written(schema: Schema, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A day of birth as the field has it: perhaps in a resident's number."""
    if schema.get("format") == RESIDENT_ID and fixed_day(value) is not None:
        return resident_id_of(value)
    return value


def _unlike(values: Sequence[Any]) -> list[Any]:
    """Each value once; what Python takes for the same is not so in JSON."""
    return list({repr(one): one for one in values}.values())
