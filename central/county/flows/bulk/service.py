"""Looks at many cases before they are decided, then decides them one by one.

Each decision is an act of its own, with its rights, its line of the audit record, and the number
of the event that was seen: what somebody else did meanwhile, or the same order sent twice, is
refused for that case alone. It can be stopped between two cases.

Source: docs/casework.md, "Many at once".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from central.accounts.roles import Right
from central.county.flows.calls import Act
from central.county.flows.operations import FlowOperations, acting
from central.county.flows.service import Flows
from central.county.flows.worklist.calls import ListWork
from central.county.flows.worklist.operations import WorkOperations
from central.county.flows.worklist.service import MAX_LISTED
from protocol.envelope.payloads import Outcome
from protocol.errors import RefusedError, UsageError, YizhanError
from runtime.actor import Actor
from runtime.control.done import Done
from runtime.control.owner import Report

MAX_BULK = 800  # cases in one go
OUTCOMES = (Outcome.APPROVED.value, Outcome.REFUSED.value)
_DECIDE = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One of the cases."""

    case: str  # its number, or what was given for one
    title: str = ""  # of its item
    n: int = 0  # of the last event that was seen
    why: str = ""  # it is left out; empty: it is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is decided of which cases."""

    cases: Sequence[Looked]
    outcome: str
    note: str


@dataclass(slots=True, kw_only=True)
class Run:
    """An order that is being carried out."""

    order: Order
    stopped: bool = False
    lines: list[Looked] = field(default_factory=list)  # what became of each, in their order

    @property
    def left(self) -> int:
        """How many were not come to, because it was stopped."""
        return len(self.order.cases) - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Of one county."""

    flows: Flows
    acts: FlowOperations
    work: WorkOperations

    async def of_filter(self, actor: Actor, wanted: ListWork) -> list[str]:
        """Numbers of the cases that a filter of the work list finds.

        Raises:
            UsageError: there are more than MAX_BULK.
        """
        found: list[str] = []
        after = ""
        while len(found) <= MAX_BULK:
            asked = ListWork(
                whose=wanted.whose,
                holder=wanted.holder,
                state=wanted.state,
                item=wanted.item,
                department=wanted.department,
                light=wanted.light,
                after=after,
                limit=MAX_LISTED,
            )
            page = await self.work.page(actor, asked)
            found += [one.case for one in page.cases]
            after = page.more
            if not after:
                return found
        raise UsageError(f"一次最多 {MAX_BULK} 件，请先筛选")

    async def look(self, actor: Actor, cases: Sequence[str], outcome: str, note: str) -> Order:
        """What would become of these cases: those left out say why. Nothing is changed.

        Raises:
            LoginForbiddenError: the reader handles no cases.
            UsageError: none, or too many; or that is no outcome.
        """
        actor.require(Right.CASES)
        cases = list(dict.fromkeys(cases))
        if not 0 < len(cases) <= MAX_BULK:
            raise UsageError(f"请选 1 到 {MAX_BULK} 件")
        if outcome not in OUTCOMES or not note.strip():
            raise UsageError("请选择结果，并写明理由")
        looked = [await self._look(actor, case) for case in cases]
        return Order(cases=looked, outcome=outcome, note=note.strip())

    async def run(self, actor: Actor, run: Run, report: Report) -> Run:
        """Decide those that were not left out, one after the other, until it is stopped."""
        total = len(run.order.cases)
        for one in run.order.cases:
            if run.stopped:
                break
            run.lines.append(one if one.why else await self._decide(actor, one, run.order))
            report(Done(len(run.lines), total))
        return run

    async def _look(self, actor: Actor, case: str) -> Looked:
        title = ""
        try:
            life = await self.flows.life(case)
            n, number, title = life.status.n, life.number, await self.flows.title(case)
            await self.flows.may_in_bulk(number, _DECIDE, acting(actor))
        except YizhanError as exc:
            return Looked(case=case, title=title, why=exc.words())
        return Looked(case=number, title=title, n=n)

    async def _decide(self, actor: Actor, one: Looked, order: Order) -> Looked:
        fields = {"outcome": order.outcome}
        wanted = Act(case=one.case, action=_DECIDE, note=order.note, fields=fields, seen=one.n)
        try:
            await self.flows.may_in_bulk(one.case, _DECIDE, acting(actor))
            await self.acts.act(actor, wanted)
        except (RefusedError, UsageError) as exc:
            return replace(one, why=exc.words())
        return one
