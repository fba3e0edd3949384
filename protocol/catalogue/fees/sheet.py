"""The fee sheet: what is to be paid, and every step to it. The same bytes at station and county.

Nobody types an amount. Whoever shows a fee shows this object.

Source: docs/fees.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from protocol.catalogue.fees.expression import Fact
from protocol.catalogue.fees.forms import MOST, Composite, Form
from protocol.catalogue.fees.rule import FeeRule, Relief, read_evidence, read_facts
from protocol.catalogue.fees.told import FeeSheet, FeeStep
from protocol.errors import FeeFactsError, FeeUnknownError

_PRECISION = Context(prec=60)  # digits: every sum and product of numbers that are read is exact


def compute_fee(rules: Sequence[FeeRule], facts: object, day: date) -> FeeSheet:
    """The sheet for ``facts`` by the rule that is in force on ``day``.

    Args:
        facts: as JSON; ``evidence`` lists the materials that prove relief.

    Raises:
        FeeUnknownError: no rule is in force on that day.
        FeeFactsError: a fact is missing, or is none that the rule can use.
    """
    rule = next((one for one in rules if one.holds_on(day)), None)
    if rule is None:
        raise FeeUnknownError(day.isoformat())
    known = read_facts(facts)
    evidence = read_evidence(facts if isinstance(facts, dict) else {})
    with localcontext(_PRECISION):
        return _sheet(rule, known, evidence)


def example_faults(rules: Sequence[FeeRule], place: str) -> Iterator[tuple[str, str]]:
    """Each example that can't be computed or comes to another total: its place, and why."""
    for rule in rules:
        for number, example in enumerate(rule.examples):
            where = f"{place}[{rule.order}].examples[{number}]"
            words = f"情况 {dict(example.facts)}"
            try:
                found = compute_fee(rules, example.facts, rule.effective_from).total
            except FeeFactsError as exc:
                yield where, f"{words}：{exc.detail}"
                continue
            if Decimal(found) != example.total:
                yield where, f"{words}：算出 {found}，算例写的是 {example.total}"


def _sheet(rule: FeeRule, facts: Mapping[str, Fact], evidence: frozenset[str]) -> FeeSheet:
    steps = list(rule.form.amounts(facts))
    total = sum((yuan for _, yuan in steps), Decimal(0))

    def move(words: str, wanted: Decimal) -> None:
        nonlocal total
        if wanted != total:
            steps.append((words, wanted - total))
            total = wanted

    if rule.floor is not None:
        move(f"最低{rule.floor}元", max(total, rule.floor))
    if rule.cap is not None:
        move(f"最高{rule.cap}元", min(total, rule.cap))
    if (best := _best(rule, facts, evidence, steps)) is not None:
        relief, left = best
        move(f"减免：{relief.name}（{relief.basis}）", left)
    move("四舍五入", total.quantize(rule.rounding, rounding=ROUND_HALF_UP))
    if total > MOST:
        raise FeeFactsError(f"合计超过 {MOST} 元")
    return FeeSheet(
        collector=rule.collector,
        basis=rule.basis,
        steps=tuple(FeeStep(words=words, yuan=f"{yuan.normalize():f}") for words, yuan in steps),
        total_fen=int(total * 100),
    )


def _best(
    rule: FeeRule,
    facts: Mapping[str, Fact],
    evidence: frozenset[str],
    steps: Sequence[tuple[str, Decimal]],
) -> tuple[Relief, Decimal] | None:
    """The one that leaves the least to pay, of those that are proved, and what it leaves.

    They do not add up. A smaller factor is not always the better: it may concern one part only.
    """
    proved = [one for one in rule.relief if one.evidence in evidence and one.when.holds(facts)]
    total = sum((yuan for _, yuan in steps), Decimal(0))
    left = [(one, _left(one, rule.form, facts, total)) for one in proved]
    return min(left, key=lambda found: found[1], default=None)


def _left(relief: Relief, form: Form, facts: Mapping[str, Fact], total: Decimal) -> Decimal:
    share = total
    if relief.part and isinstance(form, Composite):
        parts = (part for name, part in form.parts if name == relief.part)
        share = sum((yuan for part in parts for _, yuan in part.amounts(facts)), Decimal(0))
    return max(Decimal(0), total - share * (1 - relief.factor))
