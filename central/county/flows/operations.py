"""The life of cases for whoever may: rights, and the record of each look and act."""

from collections.abc import Sequence
from dataclasses import replace

from central.accounts.roles import Right
from central.county.casework.answers.sealing import Made
from central.county.casework.calls import Decide, Decided
from central.county.flows.calls import ACT, DECIDE, LIFE, Act, CaseLife, Life
from central.county.flows.log import Acts, By, Logged
from central.county.flows.notes import CaseNote
from central.county.flows.service import Flows, Wanted
from central.county.flows.shown import shown
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS
from protocol.text import visible
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

NOTE = "county.case-note"  # in the record: somebody began a note


class FlowOperations:
    """The life of the cases of one county."""

    def __init__(self, flows: Flows, record: Record) -> None:
        self._flows, self._record = flows, record

    async def life(self, actor: Actor, wanted: CaseLife, _: Report = silent) -> Life:
        """How far a case has got: the record says who looked at which.

        Raises LoginForbiddenError, and as Flows.life.
        """
        async with self._record.action(actor, LIFE.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._shown(await self._flows.life(wanted.case))

    async def act(
        self, actor: Actor, wanted: Act, _: Report = silent, *, files: Sequence[Made] = ()
    ) -> Life:
        """Do something with a case.

        Args:
            files: that its station gets with it, beside those that are named.

        Raises LoginForbiddenError, and as Flows.act.
        """
        detail = {"action": wanted.action, "as": wanted.by}
        async with self._record.action(actor, ACT.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            asked = replace(asked_for(wanted), made=files)
            done = await self._flows.act(wanted.case, asked, acting(actor, wanted.by))
            return await self._shown(done)

    async def decide(self, actor: Actor, wanted: Decide, _: Report = silent) -> Decided:
        """Decide a case, once, or ask for its correction.

        Raises LoginForbiddenError, and as Flows.decide.
        """
        detail = {"outcome": wanted.outcome.value}
        async with self._record.action(actor, DECIDE.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            number = await self._flows.decide(
                wanted.case,
                outcome=wanted.outcome,
                note=wanted.note,
                attach=wanted.attach,
                faults=wanted.faults,
                until=wanted.until,
                by=acting(actor, wanted.by),
            )
        return Decided(case=number, outcome=wanted.outcome)

    async def notes(self, actor: Actor, case: str) -> Sequence[CaseNote]:
        """What handlers noted of a case that is open already. Raises as CaseNotes.of."""
        actor.require(Right.CASES)
        return await self._flows.notes.of(case)

    async def keep_note(self, actor: Actor, case: str, text: str, version: int) -> CaseNote:
        """Keep the actor's own note of a case; that there is one is recorded. As CaseNotes.keep."""
        actor.require(Right.CASES)
        kept = await self._flows.notes.keep(case, actor.name, text, version)
        if kept.version == 1:
            await self._record.note(actor, NOTE, subject=case)
        return kept

    async def _shown(self, case: Logged) -> Life:
        return shown(case, await self._flows.dated(case))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(LIFE, self.life), Handler(ACT, self.act), Handler(DECIDE, self.decide)
        )


def asked_for(wanted: Act) -> Wanted:
    """The same as the service takes it."""
    return Wanted(
        action=wanted.action,
        note=wanted.note,
        fields=wanted.fields,
        attach=wanted.attach,
        seen=wanted.seen,
    )


def acting(actor: Actor, name: str = "") -> By:
    """Who acts: whoever owns the data folder may say for whom.

    Raises:
        UsageError: that is no name.
    """
    if actor.rights is not None:
        return By(name=actor.name, acts=Acts.ACCOUNT)
    if len(name) > MAX_NAME_CHARS or visible(name) != name:
        raise UsageError(f"--as 应是 1 到 {MAX_NAME_CHARS} 个看得见的字")
    return By(name=name, acts=Acts.NAMED) if name else By(name=actor.name)
