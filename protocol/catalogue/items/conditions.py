"""Conditions on a form: a fragment of JSON Schema that holds, or does not.

Source: docs/catalogue.md, "Materials".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.catalogue.forms import FormSchema, canonical_json
from protocol.catalogue.items.rules import IllegalError, Place
from protocol.errors import CatalogueError

_MANY = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a form must say."""

    fragment: Mapping[str, Any] = field(repr=False)
    _schema: FormSchema = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compiled when the first form is asked about."""
        object.__setattr__(self, "_schema", FormSchema(_total(self.fragment)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.fragment == other.fragment

    def __hash__(self) -> int:
        return hash(canonical_json(self.fragment))

    def holds(self, form: Mapping[str, Any]) -> bool:
        """Whether ``form`` says so; a field that is not filled in says nothing, so it does not."""
        return self._schema.fits(form)

    def fields(self) -> tuple[str, ...]:
        """The fields of the form that it asks about, in order."""
        return tuple(sorted(set(_named(self.fragment))))

    def check_itself(self) -> None:
        """Raise IllegalError unless it can be computed."""
        try:
            self._schema.check_itself("when")
        except CatalogueError as exc:
            raise IllegalError(f"条件写法不对：{exc.detail[:200]}") from None


class ConditionRule:
    """Reads a condition."""

    def read(self, raw: object, place: Place) -> object:
        """A Condition, or WRONG."""
        if not isinstance(raw, dict) or not raw.keys() & {"properties", "not", *_MANY}:
            words = '条件写作 {"properties": {"栏目": {"const": "值"}}}'
            return place.fault("condition", words)
        found = Condition(raw)
        if not place.lenient:
            try:
                found.check_itself()
            except IllegalError as exc:
                return place.fault("condition", str(exc))
        return found

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is one."""
        if not isinstance(value, Condition):
            raise IllegalError("不是条件")


def _total(fragment: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same, and every field that it names has to be there."""
    whole = {key: _inner(key, value) for key, value in fragment.items()}
    if not isinstance(fragment.get("properties"), dict):
        return whole
    wanted = fragment.get("required", [])
    more = wanted if isinstance(wanted, list) else []
    return {**whole, "required": sorted({*fragment["properties"], *map(str, more)})}


def _inner(key: str, value: object) -> object:
    if key in _MANY and isinstance(value, list):
        return [_total(one) if isinstance(one, dict) else one for one in value]
    return _total(value) if key == "not" and isinstance(value, dict) else value


def _named(fragment: Mapping[str, Any]) -> Iterator[str]:
    """Every field of the form that a fragment asks about."""
    named, wanted = fragment.get("properties", {}), fragment.get("required", [])
    yield from named if isinstance(named, dict) else ()
    yield from map(str, wanted) if isinstance(wanted, list) else ()
    for key in _MANY:
        for one in fragment.get(key, ()):
            yield from _named(one) if isinstance(one, dict) else ()
    if isinstance(fragment.get("not"), dict):
        yield from _named(fragment["not"])
