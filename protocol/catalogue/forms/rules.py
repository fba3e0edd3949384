"""Rules of a form: when something holds, fields are required, shown, or must stay empty.

A field that ``show`` rules name is there only while one of them holds; while it is not there it is
not required, and nothing may stand in it. Nothing is dropped silently: who filled it is told.

Source: docs/forms.md, "Conditions".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.conditions import Condition, condition_faults
from protocol.catalogue.forms.keywords import names, text_of
from protocol.catalogue.forms.language import SchemaFault

MAX_RULES = 50
MAX_MESSAGE_CHARS = 200

REQUIRE, SHOW, FORBID = "require", "show", "forbid"
_VERBS = (REQUIRE, SHOW, FORBID)
_KEYS = {"when", "then", "fields", "message"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; ``place`` is where it stands in the schema."""

    when: Condition
    then: str
    fields: tuple[str, ...]
    message: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that a form breaks, and the field by which."""

    field: str
    rule: Rule


class Rules:
    """The rules of one form; a form without any has none broken and nothing hidden."""

    def __init__(self, document: Schema) -> None:
        raw = document.get("rules", ())
        self.rules = tuple(
            Rule(
                when=Condition(one["when"]),
                then=one["then"],
                fields=tuple(one["fields"]),
                message=one["message"],
                place=f"rules[{number}]",
            )
            for number, one in enumerate(raw if isinstance(raw, list) else ())
            if _is_rule(one)
        )

    def __bool__(self) -> bool:
        return bool(self.rules)

    @cached_property
    def conditional(self) -> Mapping[str, Sequence[Rule]]:
        """The fields that are not always there, each with the rules that show it."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for name in rule.fields if rule.then == SHOW else ():
                found.setdefault(name, []).append(rule)
        return found

    def hidden(self, form: FormData) -> frozenset[str]:
        """The fields that are not there for a form that says this."""
        return frozenset(
            name
            for name, rules in self.conditional.items()
            if not any(rule.when.holds(form) for rule in rules)
        )

    def required(self, form: FormData) -> dict[str, Rule]:
        """The fields that rules require of a form that says this, each with the first that does."""
        found: dict[str, Rule] = {}
        hidden = self.hidden(form)
        for rule in self.rules:
            if rule.then == REQUIRE and rule.when.holds(form):
                for name in rule.fields:
                    if name not in hidden:
                        found.setdefault(name, rule)
        return found

    def forbidden(self, form: FormData) -> dict[str, Rule]:
        """The fields that must stay empty, each with the first rule that says so."""
        found: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.then == FORBID and rule.when.holds(form):
                for name in rule.fields:
                    found.setdefault(name, rule)
        return {name: self.conditional[name][0] for name in self.hidden(form)} | found

    def broken(self, form: FormData) -> Iterator[Broken]:
        """Every rule that ``form`` breaks."""
        for name, rule in self.required(form).items():
            if not is_filled(form.get(name)):
                yield Broken(field=name, rule=rule)
        for name, rule in self.forbidden(form).items():
            if is_filled(form.get(name)):
                yield Broken(field=name, rule=rule)


def is_filled(value: object) -> bool:
    """Whether somebody has put something there: no and 0 are something."""
    return value is not None and value not in ("", [], {})


def rule_faults(document: Schema) -> list[SchemaFault]:
    """Everything in the rules of a schema that is not of their language."""
    raw = document.get("rules", [])
    if not isinstance(raw, list) or len(raw) > MAX_RULES:
        return [_fault("value", "rules", f"应是最多 {MAX_RULES} 条规则的列表")]
    return [
        fault
        for number, one in enumerate(raw)
        for fault in _faults_of(one, document, f"rules[{number}]")
    ]


def _faults_of(raw: object, document: Schema, place: str) -> Iterator[SchemaFault]:
    if not isinstance(raw, Mapping) or raw.keys() != _KEYS:
        yield _fault("value", place, "每条规则应有 when、then、fields、message 四项")
        return
    yield from condition_faults(raw["when"], document, f"{place}.when")
    if raw["then"] not in _VERBS:
        yield _fault("value", f"{place}.then", f"只能是 {'、'.join(_VERBS)}")
    if wrong := text_of(MAX_MESSAGE_CHARS)(raw["message"]):
        yield _fault("value", f"{place}.message", wrong)
    if wrong := names(raw["fields"]) or ("" if raw["fields"] else "至少一个栏目"):
        yield _fault("value", f"{place}.fields", wrong)
        return
    properties = document.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    for name in raw["fields"]:
        if name not in known:
            yield _fault("unknown", f"{place}.fields", f"没有栏目“{name[:40]}”")


def _is_rule(raw: object) -> bool:
    """Whether a rule of a release that was checked when it was published can be used as it is."""
    return isinstance(raw, Mapping) and raw.keys() >= _KEYS


def _fault(code: str, place: str, reason: str) -> SchemaFault:
    return SchemaFault(code=f"schema.{code}", place=place, reason=reason)
