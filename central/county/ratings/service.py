"""Bad ratings: opened as they come, called back, looked into, answered and closed.

Source: docs/ratings.md; 国办发〔2019〕51号.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.service import Figures
from central.county.ports.keys import Key
from central.county.ratings import queries, steps
from central.county.ratings.calls import (
    CallbackShown,
    CallbacksShown,
    ListCallbacks,
    Step,
)
from central.county.ratings.limits import light_of
from central.county.ratings.models import CallbackRow
from central.county.ratings.opening import Done, note
from central.county.ratings.ports import RatedCase, RatedCases, Tell, WorksFor
from central.county.supervision.ports import Calendars
from central.store.engine import Store
from protocol.casework.clocks import NEWEST
from protocol.casework.events.closing import Rated
from protocol.catalogue.calendars.workdays import Calendar
from protocol.errors import UsageError
from protocol.errors.ratings import CallbackDepartmentError, CallbackUnknownError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

MAX_LISTED = 200  # on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Of one county."""

    store: Store
    figures: Figures
    calendars: Calendars
    clock: Clock
    cases: RatedCases
    works_for: WorksFor
    tell: Tell

    async def list(self, wanted: ListCallbacks) -> CallbacksShown:
        """A page of bad ratings, the oldest first. Raises UsageError: ``after`` is none."""
        limit, day = min(max(wanted.limit, 1), MAX_LISTED), self._today()
        asked = queries.Filter(
            state=wanted.state,
            department=wanted.department,
            before_day=day.isoformat() if wanted.overdue else "",
            after=_place(wanted.after) if wanted.after else None,
        )

        async def work(session: AsyncSession) -> CallbacksShown:
            calendar = await self._calendar(session)
            rows = await queries.listed(session, asked, limit)
            count, overdue = await queries.counts(session, day.isoformat())
            return CallbacksShown(
                callbacks=[_shown(row, day, calendar) for row in rows],
                more=_written(rows[-1]) if len(rows) == limit else "",
                open=count,
                overdue=overdue,
            )

        return await self.store.transact(work)

    async def show(self, name: str) -> CallbackShown:
        """One bad rating with all that was said.

        Raises:
            CaseUnknownError, LogBrokenError: about the case.
            CallbackUnknownError: it has none.
        """

        async def work(session: AsyncSession) -> CallbackShown:
            case = await self.cases.case(session, name)
            return await self._whole(session, case, await self._row(session, case))

        return await self.store.transact(work)

    async def unsettled(self, session: AsyncSession, key: Key) -> bool:
        """Whether a bad rating of this case is still to be called back, or looked into."""
        row = await queries.callback(session, key)
        return row is not None and not row.closed_ms

    async def do(self, name: str, done: Done) -> CallbackShown:
        """Do something about a bad rating.

        Raises:
            CallbackDepartmentError: whoever acts works for another department.
            And as :meth:`show`, :func:`steps.require`, and ``tell`` of what the village is to say.
        """

        async def work(session: AsyncSession) -> CallbackShown:
            case = await self.cases.case(session, name)
            row = await self._row(session, case, held=True)
            if done.checked and not await self.works_for(session, done.by, row.department):
                raise CallbackDepartmentError(row.department)
            rated = case.handled_by
            steps.require(row, done.kind, done.detail, done.words, by=done.by, rated=rated)
            steps.apply(row, done.kind, done.detail, done.by)
            row.looked_day = ""  # another day may count now
            if done.kind == "closed":
                await self._close(session, row)
            if (done.kind, done.detail) == steps.BY_VILLAGE:
                await self.tell(session, row.number, done.words)
            await session.flush()
            await note(session, case.key, done, self.clock.now_ms())
            return await self._whole(session, case, row)

        return await self.store.transact(work)

    async def _close(self, session: AsyncSession, row: CallbackRow) -> None:
        row.closed_ms = self.clock.now_ms()
        if row.finding != steps.TRUE:
            await self.figures.exclude(session, (row.station, row.application), excluded=True)

    async def _row(
        self, session: AsyncSession, case: RatedCase, *, held: bool = False
    ) -> CallbackRow:
        row = await queries.callback(session, case.key, held=held)
        if row is None:
            raise CallbackUnknownError(case.number)
        return row

    async def _whole(
        self, session: AsyncSession, case: RatedCase, row: CallbackRow
    ) -> CallbackShown:
        said = next((one.body for one in case.events if one.n == row.n), None)
        return _shown(
            row,
            self._today(),
            await self._calendar(session),
            words=said.note if isinstance(said, Rated) else "",
            rated=tuple(case.handled_by),
            steps=[
                Step(
                    kind=one.kind,
                    detail=one.detail,
                    by=one.by_name,
                    at_ms=one.at_ms,
                    words=one.words,
                )
                for one in await queries.steps(session, case.key)
            ],
        )

    async def _calendar(self, session: AsyncSession) -> Calendar:
        _, calendars = await self.calendars(session, ())
        return calendars[NEWEST]

    def _today(self) -> date:
        return local_time(self.clock.now_ms()).date()


def due_of(row: CallbackRow) -> str:
    """The day that counts now."""
    return row.close_day if steps.is_called(row) else row.call_day


def _shown(
    row: CallbackRow,
    day: date,
    calendar: Calendar,
    *,
    words: str = "",
    rated: Sequence[str] = (),
    steps: Sequence[Step] = (),
) -> CallbackShown:
    is_open = row.state != "closed"
    return CallbackShown(
        case=row.number,
        item=row.item,
        department=row.department,
        level=row.level,
        rated_ms=row.opened_ms,
        call_day=row.call_day,
        close_day=row.close_day,
        due=due_of(row) if is_open else "",
        light=light_of(due_of(row), day, calendar) if is_open else "",
        state=row.state,
        holder=row.holder,
        tries=row.tries,
        reached=row.reached,
        finding=row.finding,
        mended=row.mended,
        answered=row.answered,
        words=words,
        rated=rated,
        missing=_missing(row) if is_open else (),
        steps=steps,
    )


def _missing(row: CallbackRow) -> tuple[str, ...]:
    return tuple(steps.missing(row))


def _written(row: CallbackRow) -> str:
    """Behind which the next page goes on, as an address has it."""
    return f"{row.opened_ms}-{row.station}-{row.application.hex()}"


def _place(text: str) -> tuple[int, str, bytes]:
    try:
        said, station, application = text.split("-")
        at_ms, key = int(said), bytes.fromhex(application)
    except ValueError:
        raise UsageError(f"不认识的页：{text[:40]}") from None
    if not (station.isprintable() and 0 <= at_ms < 1 << 53):  # PostgreSQL takes no NUL
        raise UsageError(f"不认识的页：{text[:40]}")
    return at_ms, station, key
