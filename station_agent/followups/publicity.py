"""Posters in the village: what the county asks for, and how far it has got by what was recorded.

A newer task has to be put up anew: what was recorded before it came does not count for it.

Source: docs/operations.md, "Publicity at the village".
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from protocol.catalogue.calendars.due import Limit, Unit, due
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.errors.clerk import FollowUpUnknownError
from protocol.records.followups import PosterState, Posting, Said
from protocol.records.publicity import Poster
from protocol.trust.edition import Kind
from protocol.trust.schedule import local_time
from station_agent.clerks.unlocking import Opened
from station_agent.followups.calls import FollowUpShown
from station_agent.followups.service import FollowUpService
from station_agent.inbox.results import StoredPublicity, publicity_context
from station_agent.store import editions
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import publicities
from station_agent.store.desk.publicities import PublicityRow

MOST = 200  # tasks that are shown, the newest: a village has some dozens in a year
_UNITS = {unit.value: unit for unit in Unit}
_POSTING, _OBJECTION = "posting", "objection"


class Stage(Enum):
    """How far a poster has got."""

    TO_POST = "to-post"
    HANGS = "hangs"
    TO_TAKE_DOWN = "to-take-down"  # its days are over, by a date that is proved
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityShown:
    """One task, and what was done."""

    application: str
    case: str
    poster: Poster
    asked_ms: int  # by the county's clock
    stage: Stage
    placed: FollowUpShown | None  # the record of it
    start: date | None  # the day on which it went up; it is not counted
    last: date | None  # the last day on which it hangs
    is_sure: bool  # the holidays of that year are known
    taken_down: FollowUpShown | None
    objections: Sequence[FollowUpShown] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityService:
    """Answers for the posters of one station."""

    database: Database
    follow_ups: FollowUpService
    today: Callable[[], date | None]  # by trusted time; None: that is not known

    async def every(self, opened: Opened) -> Sequence[PublicityShown]:
        """The newest tasks, what is to be done first."""
        rows, calendar = await self.database.read(_read_all)
        postings = await self.follow_ups.about(opened, _POSTING)
        found = await asyncio.to_thread(
            lambda: [self._shown(opened, row, postings, calendar) for row in rows]
        )
        order = [Stage.TO_TAKE_DOWN, Stage.TO_POST, Stage.HANGS, Stage.DONE]
        return sorted(found, key=lambda one: order.index(one.stage))

    async def has(self, application: str) -> bool:
        """Whether the county asks for a poster of this application."""
        found = await self.database.read(lambda tx: publicities.get(tx, application))
        return found is not None

    async def one(self, opened: Opened, application: str) -> PublicityShown:
        """The task of one application, with its objections.

        Raises:
            FollowUpUnknownError: there is none.
        """

        def read(tx: Transaction) -> tuple[PublicityRow | None, Calendar]:
            return publicities.get(tx, application), _calendar(tx)

        row, calendar = await self.database.read(read)
        if row is None:
            raise FollowUpUnknownError(application[:8])
        postings = await self.follow_ups.about(opened, _POSTING)
        objections = [
            one
            for one in await self.follow_ups.about(opened, _OBJECTION)
            if one.application == application
        ]
        return self._shown(opened, row, postings, calendar, objections)

    def _shown(
        self,
        opened: Opened,
        row: PublicityRow,
        postings: Sequence[FollowUpShown],
        calendar: Calendar,
        objections: Sequence[FollowUpShown] = (),
    ) -> PublicityShown:
        task = opened.vault.take_out(publicity_context(row.application), row.task, StoredPublicity)
        own = [one for one in postings if one.application == row.application][row.before :]
        placed, taken_down = _newest(own, PosterState.PLACED), _newest(own, PosterState.TAKEN_DOWN)
        start = _day(placed) if placed else None
        last, is_sure = _last(start, task.poster, calendar)
        return PublicityShown(
            application=row.application,
            case=task.case,
            poster=task.poster,
            asked_ms=task.at_ms,
            stage=_stage(placed, taken_down, last, self.today()),
            placed=placed,
            start=start,
            last=last,
            is_sure=is_sure,
            taken_down=taken_down,
            objections=objections,
        )


def _read_all(tx: Transaction) -> tuple[Sequence[PublicityRow], Calendar]:
    return publicities.newest(tx, MOST), _calendar(tx)


def _calendar(tx: Transaction) -> Calendar:
    _, entry = editions.find_entry(tx, Kind.RELEASE, CALENDAR)
    return calendar_of({CALENDAR: bytes(entry)} if entry else {})


def _newest(own: Sequence[FollowUpShown], state: PosterState) -> FollowUpShown | None:
    """The last that says so and was not refused."""
    for one in reversed(own):
        subject = one.said.subject if one.said and one.state != "rejected" else None
        if isinstance(subject, Posting) and subject.what is state:
            return one
    return None


def _day(one: FollowUpShown) -> date | None:
    said: Said | None = one.said
    if said is None:
        return None
    return date.fromisoformat(said.day) if said.day else local_time(said.at_ms).date()


def _last(start: date | None, poster: Poster, calendar: Calendar) -> tuple[date | None, bool]:
    if start is None:
        return None, False
    limit = Limit(count=poster.days, unit=_UNITS[poster.unit.value])
    found = due(start, limit, calendar)
    return found.latest, not found.provisional


def _stage(
    placed: FollowUpShown | None,
    taken_down: FollowUpShown | None,
    last: date | None,
    today: date | None,
) -> Stage:
    if taken_down is not None:
        return Stage.DONE
    if placed is None:
        return Stage.TO_POST
    return Stage.TO_TAKE_DOWN if last and today and today > last else Stage.HANGS
