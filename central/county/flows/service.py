"""The life of cases: one way in for pages, commands, jobs, and what arrives.

Each step is looked up in the table, its event is written under the next number of its case, and
what follows from it (the station is told) happens in the same transaction.

Source: docs/casework.md; docs/adr/0055-log-of-a-case.md.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.sealing import Made
from central.county.casework.facts import Handled
from central.county.casework.service import Casework, Sealed, Verdict
from central.county.flows import queries
from central.county.flows.dates import CaseDates, Dated
from central.county.flows.effects import QUIET, REOPENING, SENT, TOLD, verdict_of
from central.county.flows.log import By, CaseLog, Happened, Logged, nothing_more
from central.county.flows.notes import CaseNotes
from central.county.flows.others import Others
from central.county.flows.rights import Rights
from central.county.flows.sense import require_sense
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.casework.bodies import body_of, require_reason, way_to_decision
from protocol.casework.events import closing, offices, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.offices import goes_back, refused_of
from protocol.casework.states import UNDECIDED, State
from protocol.casework.table import ACTIONS, BY_BODY, Power, Step, refusal
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseClosedError, NodeStateError, NodeUnknownError
from protocol.errors.answers import CaseErasedError
from protocol.errors.casework import (
    CaseMovedError,
    StepFieldsError,
    StepNotNowError,
    StepUnknownError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_REASON_CHARS
from protocol.ports import Clock
from protocol.records.corrections import FieldFault
from protocol.trust.schedule import local_time

T = TypeVar("T")
_UNREACHABLE = (NodeStateError, NodeUnknownError)
Reclaimed = Callable[[AsyncSession, Logged, str], Awaitable[None]]
"""Told before an office loses a case: how it stands, and why, in words."""
_UNACCEPTED = "乡镇逾期未受理，依法视为受理，收回县里办理。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to do with a case."""

    action: str  # of the table
    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)  # of the event, by name
    attach: Sequence[Path] = ()  # files for its station
    made: Sequence[Made] = ()  # the same, as bytes
    seen: int = 0  # number of the last event that was seen; 0: whatever it is


class Flows:
    """The life of the cases of one county."""

    def __init__(
        self,
        *,
        store: Store,
        casework: Casework,
        log: CaseLog,
        rights: Rights,
        clock: Clock,
        dates: CaseDates,
        reclaimed: Reclaimed,
        happened: Happened = nothing_more,
    ) -> None:
        self._store, self._casework, self._clock = store, casework, clock
        self._dates, self._reclaimed, self._happened = dates, reclaimed, happened
        self.notes = CaseNotes(store=store, casework=casework, clock=clock)
        self.log, self.rights = log, rights
        self._others = Others(log=log, casework=casework, dates=dates)

    async def life(self, name: str) -> Logged:
        """How far a case has got.

        Raises:
            CaseUnknownError: no such case.
            LogBrokenError: its log can't be followed.
        """
        return await self._store.transact(lambda session: self.read(session, name))

    async def read(self, session: AsyncSession, name: str) -> Logged:
        """The same in the caller's transaction."""
        return await self.log.read(session, await self._casework.handled(session, name))

    async def dated(self, case: Logged) -> Dated:
        """When its limits end, and its light."""
        return await self._store.transact(lambda session: self._dates.of(session, case))

    async def promised(self, case: Logged) -> str:
        """The day by which it is, or was, to be decided; empty: nothing is promised."""
        return await self._store.transact(lambda session: self._dates.promised(session, case))

    async def act(self, name: str, wanted: Wanted, by: By) -> Logged:
        """Do something with a case: the events of it, what its station is told, and who did it.

        Raises:
            CaseUnknownError: no such case.
            StepUnknownError: no such action.
            StepNotNowError: the case is not ready for it.
            StepForbiddenError: somebody else has the power for it.
            StepFieldsError: something is missing, wrong, or not known.
            CaseMovedError: somebody else was faster.
            CaseErasedError: nothing is told of it any more.
            NodeStateError, NodeUnknownError: its station can't be written to.
            FileUnreadableError, AttachmentTooLargeError: about ``attach``.
        """
        step = ACTIONS.get(wanted.action)
        if step is None:
            raise StepUnknownError(wanted.action[:50])
        if step.body is closing.Archived:
            raise StepFieldsError("归档要先做归档包，请用 archive make")
        if (wanted.attach or wanted.made) and step.body not in SENT:
            raise StepFieldsError("这一步不寄送文件")

        async def work(session: AsyncSession, sealed: Sealed) -> Logged:
            case, body, permitted = await self._meant(session, name, wanted, by)
            return await self._happens(session, case, [body], permitted, sealed)

        return await self._with_files(wanted.attach, work, wanted.made)

    async def would(self, name: str, wanted: Wanted, by: By) -> tuple[Logged, Event]:
        """A case as it stands, and the event that would follow; nothing is written.

        Raises:
            as :meth:`act`.
        """

        async def work(session: AsyncSession) -> tuple[Logged, Event]:
            case, body, permitted = await self._meant(session, name, wanted, by)
            body = await self._dates.filled(session, case, body)
            now_ms, n = self._clock.now_ms(), case.status.n + 1
            return case, Event(n=n, at_ms=now_ms, by=by.name, right=permitted.right, body=body)

        return await self._store.transact(work)

    async def _meant(
        self, session: AsyncSession, name: str, wanted: Wanted, by: By
    ) -> tuple[Logged, AnyBody, By]:
        """The case, the event that is wanted, and the right by which; raises as :meth:`act`."""
        step = ACTIONS.get(wanted.action)
        if step is None:
            raise StepUnknownError(wanted.action[:50])
        handled = await self._casework.handled(session, name)
        if handled.is_erased:
            raise CaseErasedError(handled.number)
        case = await self.log.read(session, handled)
        _require_seen(case, wanted.seen)
        if why := refusal(step, case.status, case.rules):
            raise StepNotNowError(f"{case.number}：{why}")
        today = local_time(self._clock.now_ms()).date()
        asked = str(wanted.fields.get("department", "")) if step.power is Power.OPINION else ""
        permitted = await self.rights.require(session, case, step, by, today, of=asked)
        body = body_of(step, wanted.fields, wanted.note, case, by=by.name, today=today)
        require_sense(body, case, await self._dates.of(session, case), today, by=by.name)
        body = await self._others.in_new_flow(session, case, body)
        await self._others.require(session, case, body, by, today, rights=self.rights)
        return case, body, permitted

    async def title(self, name: str) -> str:
        """What the item of a case is called; raises CaseUnknownError."""

        async def work(session: AsyncSession) -> str:
            handled = await self._casework.handled(session, name)
            item = await self.log.item_of(session, handled.release, handled.item)
            return item.public_name if item else handled.item

        return await self._store.transact(work)

    async def may_in_bulk(self, name: str, action: str, by: By) -> None:
        """Whether somebody may do this with a case as one of many: its item has to allow it.

        Raises:
            StepNotNowError: its item does not, or the case is not ready for it.
            StepForbiddenError: somebody else has the power for it.
        """
        step = ACTIONS[action]

        async def work(session: AsyncSession) -> None:
            handled = await self._casework.handled(session, name)
            case = await self.log.read(session, handled)
            release = case.status.release or handled.release
            item = await self.log.item_of(session, release, handled.item)
            if item is None or not item.bulk:
                raise StepNotNowError(f"{case.number}：这个事项不能批量决定")
            if why := refusal(step, case.status, case.rules):
                raise StepNotNowError(f"{case.number}：{why}")
            today = local_time(self._clock.now_ms()).date()
            await self.rights.require(session, case, step, by, today)

        await self._store.transact(work)

    async def decide(
        self,
        name: str,
        *,
        outcome: Outcome,
        note: str,
        attach: Sequence[Path] = (),
        faults: Sequence[FieldFault] = (),
        until: str = "",
        by: By = By(),  # noqa: B008 - frozen
    ) -> str:
        """Decide a case, or ask for its correction; the number of it.

        What comes before it and asks for no judgement but the decider's happens with it.

        Args:
            name: case number, number of a block, or application id.
            outcome: what is decided.
            note: at most MAX_NOTE_CHARS, for the citizen to read.
            attach: files that go with it, as large together as those of an application.
            faults: of a correction: what is to be corrected where.
            until: of a correction: the last day for it, as 2027-01-31; empty: none.
            by: who decides.

        Raises:
            CaseClosedError: it has its decision, or waits for its correction.
            UsageError: as Verdict.check.
            StepFieldsError: it refuses without a reason.
            And as :meth:`act`.
        """
        Verdict(outcome=outcome, note=note, faults=faults, until=until).check()
        body: AnyBody
        if outcome is Outcome.CORRECTION:
            body = opening.CorrectionAsked(
                note=note, faults=tuple(faults), until=until, approver=by.name
            )
        else:
            body = closing.Decided(outcome=outcome, note=note)
            require_reason(body)

        async def work(session: AsyncSession, sealed: Sealed) -> str:
            case = await self._undecided(session, name)
            before = [] if outcome is Outcome.CORRECTION else way_to_decision(case)
            today = local_time(self._clock.now_ms()).date()
            for one in [*before, body]:
                permitted = await self.rights.require(session, case, BY_BODY[type(one)], by, today)
                case = await self._happens(session, case, [one], permitted, sealed)
            return case.number

        await self._store.transact(lambda session: self._undecided(session, name))
        try:
            return await self._with_files(attach, work)
        except CaseMovedError:
            await self._store.transact(lambda session: self._undecided(session, name))
            raise

    async def departments_of(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """By which department each of these cases is handled, as its item says."""
        return await self._store.transact(lambda session: queries.departments_of(session, keys))

    async def itself(self, session: AsyncSession, handled: Handled, body: AnyBody) -> bool:
        """Something happens to a case by itself; False if the case is not ready for it.

        Silence that accepts a case does not wait for the office that is silent.
        """
        case = await self.log.read(session, handled)
        step, bodies = BY_BODY[type(body)], [body]
        if case.status.office and isinstance(body, opening.AcceptedByDefault):
            bodies = [offices.OfficeReclaimed(note=_UNACCEPTED), body]
            step = BY_BODY[offices.OfficeReclaimed]
        if not step.itself or refusal(step, case.status, case.rules):
            return False
        await self._happens(session, case, bodies, By(), ())
        return True

    async def arrived(self, session: AsyncSession, handled: Handled, body: AnyBody) -> bool:
        """The same of what came from a village: while an office owns the log, it waits for that."""
        case = await self.log.read(session, handled)
        if case.status.office:
            await queries.keep_waiting(session, case.key, body)
            return False
        return await self.itself(session, handled, body)

    async def given(self, session: AsyncSession, case: Logged, body: offices.OfficeGiven) -> Logged:
        """The log of a case is an office's from now on. Raises StepNotNowError, CaseMovedError."""
        return await self._happens(session, case, [body], By(), ())

    async def at_office(
        self, session: AsyncSession, case: Logged, event: Event, *, office: NodeId
    ) -> Logged:
        """What an office has done, when it says, but never later than now, and as that office.

        Raises StepNotNowError, and as :meth:`act` about what its station is told.
        """
        if why := refused_of(event, case.status, case.rules, office):
            raise StepNotNowError(f"{case.number}：{why}")
        now_ms = min(event.at_ms, self._clock.now_ms())
        by = By(name=event.by, right=case.status.office_name[:MAX_REASON_CHARS])
        if isinstance(event.body, offices.OfficeReturned) and goes_back(case.status, case.rules):
            by = By()  # it happens by itself, whoever is named
        return await self._happens(session, case, [event.body], by, (), at=office, now_ms=now_ms)

    async def set_back(self, session: AsyncSession, case: Logged, note: str) -> Logged:
        """The office knows more of a case than this log does: it gives it back by itself."""
        body = offices.OfficeReturned(note=note)
        return await self._happens(session, case, [body], By(), (), at=case.status.office)

    async def waits_for_correction(self, session: AsyncSession, handled: Handled) -> bool:
        """Whether a case was returned, and nothing has come yet."""
        return (await self.log.read(session, handled)).status.state is State.CORRECTION

    async def _undecided(self, session: AsyncSession, name: str) -> Logged:
        case = await self.log.read(session, await self._casework.handled(session, name))
        if case.status.state not in UNDECIDED - {State.CORRECTION}:
            raise CaseClosedError(case.number)
        return case

    async def _happens(
        self,
        session: AsyncSession,
        case: Logged,
        bodies: Sequence[AnyBody],
        by: By,
        sealed: Sealed,
        *,
        at: str = "",
        now_ms: int | None = None,
    ) -> Logged:
        """Write these events, each possible after the one before, with what follows from them.

        Args:
            at: id of the hub whose office does them; empty: the county does.
            now_ms: when; None: now.
        """
        for body in bodies:
            step: Step = BY_BODY[type(body)]
            if why := refusal(step, case.status, case.rules, at):
                raise StepNotNowError(f"{case.number}：{why}")
            before = case.status
            if isinstance(body, offices.OfficeReclaimed):
                await self._reclaimed(session, case, body.note)
            body = await self._dates.filled(session, case, body)  # noqa: PLW2901
            case = await self.log.append(
                session, case, [body], by, self._clock.now_ms() if now_ms is None else now_ms
            )
            await self._happened(session, case, case.events[-1])
            verdict = verdict_of(body, before)
            if type(body) in REOPENING or (verdict and before.state in TOLD):
                await self._casework.reopen(session, case.key)
            if verdict:
                verdict.check()
                with suppress(*_UNREACHABLE) if type(body) in QUIET else nullcontext():
                    await self._casework.close(session, case.key, verdict, sealed)
                if verdict.outcome is Outcome.RESUMED:
                    await self._casework.reopen(session, case.key)
            if before.office and not case.status.office:
                case = await self._what_waited(session, case)
        return case

    async def _what_waited(self, session: AsyncSession, case: Logged) -> Logged:
        """What came from the village while an office owned the log happens now, if it can."""
        for body in await queries.take_waiting(session, case.key):
            if not refusal(BY_BODY[type(body)], case.status, case.rules):
                case = await self._happens(session, case, [body], By(), ())
        return case

    async def _with_files(
        self,
        attach: Sequence[Path],
        work: Callable[[AsyncSession, Sealed], Awaitable[T]],
        made: Sequence[Made] = (),
    ) -> T:
        """Run ``work`` in a transaction with these files, sealed; drop them if it fails."""
        sealed = await self._casework.seal(attach, made)
        try:
            return await self._store.transact(lambda session: work(session, sealed))
        except Exception:
            await self._casework.drop(sealed)
            raise


def _require_seen(case: Logged, seen: int) -> None:
    if seen and seen != case.status.n:
        last = case.events[-1]
        at = local_time(last.at_ms)
        raise CaseMovedError(f"{case.number} {last.by} {at:%Y-%m-%d %H:%M}")
