"""A fee rule: a form, with its basis, its time, its limits and its relief; and its own examples.

Source: docs/fees.md; 非税收入 is charged by the published standard and by nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.fees.expression import Expression, Fact, read_expression
from protocol.catalogue.fees.forms import Composite, Form, facts_of
from protocol.catalogue.fees.kinds import Kind, KindError, Kinds, agree
from protocol.catalogue.fees.reading import name_of, number, read_form
from protocol.catalogue.fields import Faults, fields_of, list_of
from protocol.errors import CatalogueError, FeeFactsError
from protocol.text import what_is_unseen

MAX_RULES, MAX_RELIEF, MAX_EXAMPLES, MAX_BASIS_CHARS, MAX_FACTS = 20, 10, 50, 200, 50
_KEYS = {"form", "basis", "collector", "effective_from"}
_MORE = {"effective_to", "floor", "cap", "rounding", "relief", "examples"}
_RELIEF = {"name", "when", "factor", "basis", "evidence"}
_ROUNDING = {"0.01": Decimal("0.01"), "0.1": Decimal("0.1"), "1": Decimal(1)}  # to 分, 角, 元

T = TypeVar("T", date, Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """Who pays less."""

    name: str
    when: Expression
    factor: Decimal  # of the fee that is still paid; 0: nothing
    basis: str
    evidence: str  # the material that proves it
    part: str  # of a composite form; empty: of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Worked out by hand; at publishing the rule must give the same."""

    facts: Mapping[str, object]
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """What is charged, in a span of time."""

    form: Form
    basis: str  # the document, with its number
    collector: str  # 执收单位
    effective_from: date
    effective_to: date | None  # the last day; None: until further notice
    floor: Decimal | None
    cap: Decimal | None
    rounding: Decimal  # what is charged is a multiple of it, half up
    relief: tuple[Relief, ...]
    examples: tuple[Example, ...]
    order: int = 0  # which of the item's rules it is in the file

    def holds_on(self, day: date) -> bool:
        """Whether this rule is in force on ``day``."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )


def read_facts(raw: object) -> dict[str, Fact]:
    """Facts as JSON: numbers, texts, true and false; ``evidence`` is read by itself.

    Raises:
        FeeFactsError: it is no flat object of those.
    """
    if not isinstance(raw, dict) or len(raw) > MAX_FACTS:
        raise FeeFactsError(f"应为 {{…}}，至多 {MAX_FACTS} 项")
    facts: dict[str, Fact] = {}
    for name, value in raw.items():
        if name == "evidence":
            continue
        if isinstance(value, bool | str):
            facts[name] = value
        elif isinstance(value, int | float) and abs(value) <= 10**12:
            facts[name] = Decimal(str(value))
        else:
            raise FeeFactsError(f"{name[:40]}：{str(value)[:40]!r} 不是数、文字或是否")
    return facts


def read_evidence(raw: Mapping[str, object]) -> frozenset[str]:
    """Ids of the materials that were handed in to prove relief.

    Raises:
        FeeFactsError: ``evidence`` is no list of texts.
    """
    found = raw.get("evidence", [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise FeeFactsError("evidence：应为材料编号的列表")
    return frozenset(found)


def read_rules(raw: object, place: str) -> tuple[FeeRule, ...]:
    """The rules of one item, one after the other in time.

    Raises:
        CatalogueError: something is wrong with them, or two hold on one day; every fault is named.
    """
    words = f"应是 1 到 {MAX_RULES} 条收费规则的列表"
    rules = list_of(raw, place, _read_rule, least=1, most=MAX_RULES, words=words)
    numbered = [replace(rule, order=number) for number, rule in enumerate(rules)]
    ordered = sorted(numbered, key=lambda rule: rule.effective_from)
    with Faults() as faults:
        for before, after in pairwise(ordered):
            if before.effective_to is None or before.effective_to >= after.effective_from:
                day = after.effective_from
                faults.add(place, f"有两条规则在 {day} 这天都有效，请改正生效、失效日期")
    return tuple(ordered)


def _read_rule(raw: object, place: str) -> FeeRule:
    with fields_of(raw, place, _KEYS, _MORE) as fields:
        rule = FeeRule(
            form=fields.field("form", read_form),
            basis=fields.field("basis", _long),
            collector=fields.field("collector", name_of),
            effective_from=fields.field("effective_from", _day),
            effective_to=fields.maybe("effective_to", _day_or_none),
            floor=fields.maybe("floor", number),
            cap=fields.maybe("cap", number),
            rounding=fields.maybe("rounding", _rounding) or _ROUNDING["0.01"],
            relief=fields.maybe("relief", _relief) or (),
            examples=fields.maybe("examples", _examples) or (),
        )
        for key, reason in _impossible(rule):
            fields.add(f"{place}{key}", reason)
        return rule


def _impossible(rule: FeeRule) -> Iterator[tuple[str, str]]:
    """Why a rule could never hold, or never be computed, and where; what is wrong is left aside."""
    if _is_below(rule.effective_to, rule.effective_from):
        yield ".effective_to", "早于 effective_from（生效日期）"
    if _is_below(rule.cap, rule.floor):
        yield ".floor", "最低（floor）高于最高（cap）"
    parts = {name for name, _ in rule.form.parts} if isinstance(rule.form, Composite) else set()
    known: Kinds = {}
    try:
        known = facts_of(rule.form)
    except KindError as exc:
        yield ".form", str(exc)
    for order, relief in enumerate(rule.relief):
        if relief.part and relief.part not in parts and rule.form is not None:
            yield f".relief[{order}].part", f"计费方式里没有“{relief.part}”这一部分"
        try:
            agree(known, relief.when.facts)
        except KindError as exc:
            yield f".relief[{order}].when", str(exc)


def _is_below(one: T | None, other: T | None) -> bool:
    return one is not None and other is not None and one < other


def _relief(raw: object, place: str) -> tuple[Relief, ...]:
    words = f"应是至多 {MAX_RELIEF} 项的列表"
    return list_of(raw, place, _one_relief, most=MAX_RELIEF, words=words)


def _one_relief(raw: object, place: str) -> Relief:
    with fields_of(raw, place, _RELIEF, {"part"}) as fields:
        return Relief(
            name=fields.field("name", name_of),
            when=fields.field("when", read_expression, Kind.TRUTH),
            factor=fields.field("factor", _factor),
            basis=fields.field("basis", _long),
            evidence=fields.field("evidence", name_of),
            part=fields.maybe("part", name_of) or "",
        )


def _factor(raw: object, place: str) -> Decimal:
    if (factor := number(raw, place)) >= 1:
        raise CatalogueError(f"{place}: 应小于 1")
    return factor


def _examples(raw: object, place: str) -> tuple[Example, ...]:
    words = f"应是至多 {MAX_EXAMPLES} 项的列表"
    return list_of(raw, place, _example, most=MAX_EXAMPLES, words=words)


def _example(raw: object, place: str) -> Example:
    with fields_of(raw, place, {"facts", "total"}) as fields:
        return Example(facts=fields.field("facts", _facts), total=fields.field("total", number))


def _facts(raw: object, place: str) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{place}: 应是一组栏目：{{ … }}")
    return raw


def _rounding(raw: object, place: str) -> Decimal:
    if (found := _ROUNDING.get(str(raw))) is None:
        raise CatalogueError(f"{place}: 只能是 {'、'.join(_ROUNDING)}")
    return found


def _day_or_none(raw: object, place: str) -> date | None:
    return None if raw is None else _day(raw, place)


def _day(raw: object, place: str) -> date:
    try:
        return written_date(raw)
    except ValueError:
        raise CatalogueError(f"{place}: 日期写作 2026-01-02") from None


def _long(raw: object, place: str) -> str:
    if not isinstance(raw, str) or not 0 < len(raw) <= MAX_BASIS_CHARS or not raw.strip():
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_BASIS_CHARS} 个字")
    if unseen := what_is_unseen(raw):
        raise CatalogueError(f"{place}: 含有看不见的字符 {unseen}，请删除后重新填写")
    return raw
