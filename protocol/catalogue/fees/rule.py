"""A fee rule: a form, with its basis, its time, its limits and its relief; and its own examples.

Source: docs/fees.md; 非税收入 is charged by the published standard and by nothing else.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.fees.expression import Expression, Fact, read_expression
from protocol.catalogue.fees.forms import Composite, Form, facts_of
from protocol.catalogue.fees.kinds import Kind, KindError, agree
from protocol.catalogue.fees.reading import name_of, number, read_form
from protocol.errors import CatalogueError, FeeFactsError
from protocol.text import what_is_unseen

MAX_RULES, MAX_RELIEF, MAX_EXAMPLES, MAX_BASIS_CHARS, MAX_FACTS = 20, 10, 50, 200, 50
_KEYS = {"form", "basis", "collector", "effective_from", "effective_to"}
_MORE = {"floor", "cap", "rounding", "relief", "examples"}
_RELIEF = {"name", "when", "factor", "basis", "evidence"}
_ROUNDING = {"0.01": Decimal("0.01"), "0.1": Decimal("0.1"), "1": Decimal(1)}  # to 分, 角, 元


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

    order: int  # which of the item's rules it is in the file, from 0
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


def rule_faults(raw: object, place: str) -> list[CatalogueError]:
    """What is wrong with rules: the first fault of each, else of all of them together."""
    found: list[CatalogueError] = []
    for at, one in enumerate(raw if isinstance(raw, list) else ()):
        try:
            _read_rule(one, at, f"{place}[{at}]")
        except CatalogueError as exc:
            found.append(exc)
    if not found:
        try:
            read_rules(raw, place)
        except CatalogueError as exc:
            found.append(exc)
    return found


def read_rules(raw: object, place: str) -> tuple[FeeRule, ...]:
    """The rules of one item, one after the other in time.

    Raises:
        CatalogueError: something is wrong with one of them, or two hold on one day.
    """
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_RULES:
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_RULES} 条收费规则的列表")
    rules = tuple(_read_rule(one, n, f"{place}[{n}]") for n, one in enumerate(raw))
    ordered = sorted(rules, key=lambda rule: rule.effective_from)
    for before, after in pairwise(ordered):
        if before.effective_to is None or before.effective_to >= after.effective_from:
            raise CatalogueError(
                f"{place}: 有两条规则在 {after.effective_from} 这天都有效，请改正生效、失效日期"
            )
    return tuple(ordered)


def _read_rule(raw: object, order: int, place: str) -> FeeRule:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{place}: 应是一组栏目：{{ … }}")
    if wrong := (_KEYS - raw.keys() - {"effective_to"}) | (raw.keys() - _KEYS - _MORE):
        raise CatalogueError(f"{place}: 缺少“{min(wrong)[:40]}”，或没有这样的栏目")
    rounding = _ROUNDING.get(str(raw.get("rounding", "0.01")))
    if rounding is None:
        raise CatalogueError(f"{place}.rounding: 只能是 {'、'.join(_ROUNDING)}")
    until, form = raw.get("effective_to"), read_form(raw["form"], f"{place}.form")
    rule = FeeRule(
        order=order,
        form=form,
        basis=_long(raw["basis"], f"{place}.basis"),
        collector=name_of(raw["collector"], f"{place}.collector"),
        effective_from=_day(raw["effective_from"], f"{place}.effective_from"),
        effective_to=None if until is None else _day(until, f"{place}.effective_to"),
        floor=number(raw["floor"], f"{place}.floor") if "floor" in raw else None,
        cap=number(raw["cap"], f"{place}.cap") if "cap" in raw else None,
        rounding=rounding,
        relief=_relief(raw.get("relief", []), form, f"{place}.relief"),
        examples=_examples(raw.get("examples", []), f"{place}.examples"),
    )
    _require_possible(rule, place)
    return rule


def _require_possible(rule: FeeRule, place: str) -> None:
    """Refuse a rule that could never hold, or never be computed."""
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        raise CatalogueError(f"{place}.effective_to: 早于 effective_from（生效日期）")
    if rule.floor is not None and rule.cap is not None and rule.floor > rule.cap:
        raise CatalogueError(f"{place}.floor: 最低（floor）高于最高（cap）")
    try:
        known = facts_of(rule.form)
        for relief in rule.relief:
            agree(known, relief.when.facts)
    except KindError as exc:
        raise CatalogueError(f"{place}: {exc}") from None


def _relief(raw: object, form: Form, place: str) -> tuple[Relief, ...]:
    found = []
    for where, one in _listed(raw, place, MAX_RELIEF, _RELIEF, {"part"}):
        factor = number(one["factor"], f"{where}.factor")
        if factor >= 1:
            raise CatalogueError(f"{where}.factor: 应小于 1")
        found.append(
            Relief(
                name=name_of(one["name"], f"{where}.name"),
                when=read_expression(one["when"], f"{where}.when", Kind.TRUTH),
                factor=factor,
                basis=_long(one["basis"], f"{where}.basis"),
                evidence=name_of(one["evidence"], f"{where}.evidence"),
                part=_part(one, form, where),
            )
        )
    return tuple(found)


def _examples(raw: object, place: str) -> tuple[Example, ...]:
    found = []
    for where, one in _listed(raw, place, MAX_EXAMPLES, {"facts", "total"}):
        if not isinstance(one["facts"], dict):
            raise CatalogueError(f"{where}.facts: 应是一组栏目：{{ … }}")
        found.append(Example(facts=one["facts"], total=number(one["total"], f"{where}.total")))
    return tuple(found)


def _part(one: Mapping[str, object], form: Form, where: str) -> str:
    if "part" not in one:
        return ""
    names = [name for name, _ in form.parts] if isinstance(form, Composite) else []
    if (part := name_of(one["part"], f"{where}.part")) not in names:
        raise CatalogueError(f"{where}.part: 计费方式里没有“{part}”这一部分")
    return part


def _listed(
    raw: object, place: str, most: int, keys: AbstractSet[str], more: AbstractSet[str] = frozenset()
) -> Sequence[tuple[str, Mapping[str, object]]]:
    if not isinstance(raw, list) or len(raw) > most:
        raise CatalogueError(f"{place}: 应是至多 {most} 项的列表")
    found = []
    for n, one in enumerate(raw):
        if not isinstance(one, dict) or one.keys() - more != keys:
            raise CatalogueError(f"{place}[{n}]: 应正好有 {'、'.join(sorted(keys))}")
        found.append((f"{place}[{n}]", one))
    return found


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
