"""Conditions on a form: fragments of JSON Schema that hold or do not, whatever is missing.

In JSON Schema ``{"properties": {"a": {"const": 1}}}`` holds for a form without ``a``. An author who
writes "if a is 1" does not mean that: here a field that a condition names has to be there, with a
value of the right kind. So a condition always holds or does not, and ``not`` is its exact opposite.

Source: docs/forms.md, "Conditions".
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.ages import (
    AGE,
    BOUNDS,
    ON,
    age_faults,
    days_in,
    fixed_day,
    named_age,
    with_ages,
)
from protocol.catalogue.forms.keywords import KEYWORDS
from protocol.catalogue.forms.language import SchemaFault
from protocol.catalogue.forms.patterns import ENGINE_BYTES

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

MAX_PARTS = 50  # fragments in one condition

_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_LISTS = frozenset({"minItems", "maxItems"})
_VALUES = _NUMBERS | _LISTS | {"const", "enum", "pattern"}
_MANY = ("allOf", "anyOf")
_PARTS = ("properties", "required", "contains", "not", *_MANY)


class Condition:
    """A fragment, compiled when it is first asked."""

    __slots__ = ("_compiled", "_days", "fragment")

    def __init__(self, fragment: Schema) -> None:
        self.fragment = fragment
        self._compiled: Draft202012Validator | None = None
        self._days = days_in(fragment)

    def holds(self, form: FormData) -> bool:
        """Whether it holds for ``form``, whatever is missing there."""
        if self._compiled is None:
            from jsonschema_rs import Draft202012Validator, RegexOptions

            self._compiled = Draft202012Validator(
                total(self.fragment),
                pattern_options=RegexOptions(size_limit=ENGINE_BYTES),
                offline=True,
            )
        return self._compiled.is_valid(with_ages(form, self._days) if self._days else form)


def holds(fragment: Schema, form: FormData) -> bool:
    """The same for a fragment that is asked once."""
    return Condition(fragment).holds(form)


def total(fragment: Schema) -> dict[str, Any]:
    """The JSON Schema that says what ``fragment`` means here."""
    made: dict[str, Any] = {}
    ages = dict(_ages(fragment.get("properties", {})))
    if _NUMBERS & fragment.keys():
        made["type"] = "number"
    elif _LISTS & fragment.keys() or "contains" in fragment:
        made["type"] = "array"
    elif "pattern" in fragment:
        made["type"] = "string"
    for key, value in fragment.items():
        if key == "properties":
            made["type"] = "object"
            made["properties"] = {name: total(one) for name, one in value.items()} | ages
        elif key in _MANY:
            made[key] = [total(one) for one in value]
        elif key in ("not", "contains"):
            made[key] = total(value)
        elif key in _VALUES:
            made[key] = value
    must = {*fragment.get("properties", {}), *fragment.get("required", ()), *ages}
    return {**made, "required": sorted(must)} if must else made


def _ages(properties: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """What has to be true of the ages that stand beside their fields."""
    for name, one in properties.items():
        if isinstance(age := one.get(AGE), Mapping):
            bounds = {key: age[key] for key in BOUNDS if key in age}
            yield named_age(name, str(age.get(ON))), {"type": "integer"} | bounds


def fields_of(fragment: object) -> set[str]:
    """The fields of the form that a condition names; nothing of it has to be right."""
    if not isinstance(fragment, Mapping):
        return set()
    properties, required = fragment.get("properties"), fragment.get("required")
    found = set(properties) if isinstance(properties, Mapping) else set()
    if isinstance(required, list):
        found |= {one for one in required if isinstance(one, str)}
    for part in _inner(fragment):
        found |= fields_of(part)
    return found | {on for on in days_in(fragment) if fixed_day(on) is None}


def _inner(fragment: Schema) -> Iterator[object]:
    for key in _MANY:
        if isinstance(parts := fragment.get(key), list):
            yield from parts
    yield fragment.get("not")


def condition_faults(fragment: object, schema: Schema, place: str = "when") -> list[SchemaFault]:
    """Everything in a condition that is not of its language, or names no field of ``schema``.

    Args:
        schema: of the form; nothing of it has to be right.
        place: where the condition stands.
    """
    reader = _Reader(schema)
    if fragment == {}:
        reader.fault("value", place, "空的条件总是成立", "写明条件，或去掉")
    reader.fragment(fragment, schema, place)
    if reader.parts > MAX_PARTS:
        reader.fault("many", place, f"共 {reader.parts} 个部分，最多 {MAX_PARTS}")
    return reader.faults


class _Reader:
    def __init__(self, form: FormData) -> None:
        self.form = form
        self.faults: list[SchemaFault] = []
        self.parts = 0

    def fault(self, code: str, place: str, reason: str, todo: str = "") -> None:
        found = SchemaFault(code=f"schema.{code}", place=place, reason=reason, todo=todo)
        self.faults.append(found)

    def fragment(self, fragment: object, schema: object, place: str) -> None:
        self.parts += 1
        if not isinstance(fragment, Mapping):
            self.fault("value", place, "条件应是一个对象：{ … }")
            return
        known = schema if isinstance(schema, Mapping) else {}
        for key, value in fragment.items():
            at = f"{place}.{key[:40]}"
            if key == "properties":
                self.properties(value, known, at)
            elif key == "required":
                self.required(value, known, at)
            elif key in _MANY:
                self.several(value, known, at)
            elif key == "not":
                self.fragment(value, known, at)
            elif key == "contains":
                self.fragment(value, known.get("items"), at)
            elif key not in _VALUES:
                self.strange(key, at)
            elif wrong := KEYWORDS[key][1](value):
                self.fault("pattern" if key == "pattern" else "value", at, wrong)

    def strange(self, key: str, place: str) -> None:
        if key == AGE:
            words, todo = "age 要直接写在 properties 的栏目里", "not、allOf、anyOf 写到外面"
        else:
            able = "、".join(sorted(_VALUES | {*_PARTS, AGE}))
            words, todo = "条件里没有这种写法", f"能用的有：{able}"
        self.fault("keyword", place, words, todo)

    def properties(self, value: object, schema: Schema, place: str) -> None:
        if not isinstance(value, Mapping):
            self.fault("value", place, "应是一组栏目：{ … }")
            return
        for name, one in value.items():
            at, field = f"{place}.{name[:40]}", _field(schema, name)
            self.known(name, schema, at)
            if isinstance(one, Mapping) and AGE in one:
                self.age(one[AGE], field, f"{at}.{AGE}")
                one = {key: value for key, value in one.items() if key != AGE}  # noqa: PLW2901
            self.fragment(one, field, at)

    def age(self, value: object, field: object, place: str) -> None:
        properties = self.form.get("properties")
        known = field if isinstance(field, Mapping) else {}
        form = properties if isinstance(properties, Mapping) else {}
        for key, wrong in age_faults(value, known, form):
            self.fault("value", f"{place}.{key[:40]}" if key else place, wrong)

    def required(self, value: object, schema: Schema, place: str) -> None:
        if wrong := KEYWORDS["required"][1](value):
            self.fault("value", place, wrong)
            return
        for name in value if isinstance(value, list) else ():
            self.known(name, schema, place)

    def several(self, value: object, schema: Schema, place: str) -> None:
        if not isinstance(value, list) or not value:
            self.fault("value", place, "应是一个条件的列表")
            return
        for number, one in enumerate(value):
            self.fragment(one, schema, f"{place}[{number}]")

    def known(self, name: str, schema: Schema, place: str) -> None:
        if _field(schema, name) is None:
            self.fault("unknown", place, f"没有栏目“{name[:40]}”")


def _field(schema: Schema, name: str) -> object:
    properties = schema.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None
