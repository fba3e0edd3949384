"""When the limits of a case end, and its light: derived from its log whenever somebody looks.

Source: docs/clocks.md.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.log import Logged
from central.county.supervision.ports import Calendars
from protocol.casework.clocks import NEWEST, WHOLE, Running, What, last_day, running, written
from protocol.casework.events.handling import Extended
from protocol.casework.events.log import AnyBody
from protocol.casework.events.opening import Accepted, CorrectionAsked, PaidFirst
from protocol.casework.fold import follow
from protocol.casework.lights import Light, Thresholds, is_over, light_of
from protocol.casework.states import State
from protocol.casework.status import Status
from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.errors.casework import StepFieldsError, StepNotNowError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

_HANDLED = frozenset({State.ACCEPTED, State.SUSPENDED})
_DATED = Accepted | CorrectionAsked | PaidFirst | Extended


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Of one case, now."""

    light: Light
    running: Sequence[Running]  # limits, the most urgent first


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDates:
    """Of one county."""

    calendars: Calendars
    yellow: Callable[[AsyncSession], Awaitable[Thresholds]]  # when it begins
    clock: Clock

    async def filled(self, session: AsyncSession, case: Logged, body: AnyBody) -> AnyBody:
        """What happens, with the days that follow from the item and the calendar.

        Raises:
            StepFieldsError: it would be made longer by more than the item allows.
            StepNotNowError: it would be made longer after its end.
        """
        if not isinstance(body, _DATED):
            return body
        release, calendars = await self.calendars(session, case.status.calendars)
        now = local_time(self.clock.now_ms()).replace(tzinfo=None)
        match body:
            case Accepted():
                return Accepted(note=body.note, node=body.node, owed=body.owed, calendar=release)
            case CorrectionAsked():
                until = body.until or _until(case.rules.handling.correct, now.date(), calendars)
                return CorrectionAsked(
                    note=body.note, approver=body.approver, faults=body.faults, until=until
                )
            case PaidFirst():
                until = body.until or _until(case.rules.handling.papers, now.date(), calendars)
                return PaidFirst(note=body.note, approver=body.approver, until=until)
            case Extended():
                _require_extendable(
                    case, body, running(case.status, case.rules, calendars, now), now
                )
                return body

    async def has_release(self, session: AsyncSession, number: int) -> bool:
        """Whether the catalogue has a release of this number."""
        _, calendars = await self.calendars(session, [number])
        return number != NEWEST and number in calendars

    async def of(self, session: AsyncSession, case: Logged) -> Dated:
        """The limits of a case by the calendars that count for it."""
        _, calendars = await self.calendars(session, case.status.calendars)
        now = local_time(self.clock.now_ms()).replace(tzinfo=None)
        return Dated(
            light=light_of(
                case.status, case.rules, calendars, now, await self.yellow(session)
            ).light,
            running=running(case.status, case.rules, calendars, now),
        )

    async def promised_from(self, session: AsyncSession, case: Logged, day: date) -> str:
        """The day that is promised to a case that is accepted on ``day``; empty: none is."""
        _, calendars = await self.calendars(session, case.status.calendars)
        return _until(case.rules.limits.promised, day, calendars)

    async def promised(self, session: AsyncSession, case: Logged) -> str:
        """The day by which a case is, or was, to be decided; empty: nothing is promised."""
        if case.status.accepted_ms is None:
            return ""
        status, ended_ms = _last_handled(case)
        at_ms = self.clock.now_ms() if ended_ms is None else ended_ms
        now = local_time(at_ms).replace(tzinfo=None)
        _, calendars = await self.calendars(session, status.calendars)
        runs = running(status, case.rules, calendars, now)
        return next((written(one.latest) for one in runs if one.budget.what is What.PROMISED), "")


def _last_handled(case: Logged) -> tuple[Status, int | None]:
    """A case as it was while it was last handled, and when that ended; None: it is so now."""
    found = status = Status()
    until: int | None = None
    for event in case.events:
        was_handled, status = status.state in _HANDLED, follow(status, event)
        if status.state in _HANDLED:
            found, until = status, None
        elif was_handled:
            until = event.at_ms
    return found, until


def _until(limit: Limit | None, day: date, calendars: Mapping[int, Calendar]) -> str:
    """The day that somebody is told; empty: the item sets no limit."""
    return last_day(limit, day, calendars[NEWEST]).isoformat() if limit else ""


def _require_extendable(
    case: Logged, body: Extended, runs: Sequence[Running], now: datetime
) -> None:
    """A limit is made longer before its end, and by no more than the item says."""
    allowed, wanted = case.rules.handling.extend, read_limit(body.limit)
    if allowed and (wanted.unit is not allowed.unit or wanted.count > allowed.count):
        raise StepFieldsError(f"本事项最多可以延长{allowed}")
    if any(one.budget.what in WHOLE and is_over(one, now) for one in runs):
        raise StepNotNowError(f"{case.number}：期限已过，不能再延长")
