"""The log of each case: read, begun, and gone on with, in the caller's transaction.

Its truth is ordered inside a case only. The number of the next event is the lock: whoever writes
it first is faster, on one database or on two processes alike. The status of a case is written with
it, and can be made again from the log alone.

Source: docs/casework.md; docs/adr/0055-log-of-a-case.md.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.publicity import ItemOf
from central.county.casework.facts import Handled
from central.county.figures.course import Course
from central.county.flows import queries
from central.county.flows.models import StatusRow
from central.county.ports.keys import Key
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.events.opening import Received
from protocol.casework.fold import fold, follow
from protocol.casework.rules import CaseRules, rules_of
from protocol.casework.status import Status
from protocol.errors.casework import CaseMovedError, LogBrokenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A case that was just opened."""

    key: Key
    item: str
    release: int
    corrects: str = ""  # number of the case whose correction it is
    window_ms: int = 0  # when it was handed in at the window, as its village says; 0: not said
    window_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A case as its log says, and what its item says of its life."""

    key: Key
    number: str
    item: str  # its id
    events: Sequence[Event]
    status: Status
    rules: CaseRules


Happened = Callable[[AsyncSession, Logged, Event], Awaitable[None]]
"""Told of each event, with the case after it, in the transaction that writes it."""


async def nothing_more(session: AsyncSession, case: Logged, event: Event) -> None:
    """What an event alone brings with it."""


class Acts(Enum):
    """In which quality somebody acts."""

    OWNER = "owner"  # a command on the county's machine, or the program: by no post
    NAMED = "named"  # such a command, in somebody's name: by a post, if there are departments
    ACCOUNT = "account"  # who is logged in: by a post


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does something, and by which right."""

    name: str = ""  # account; empty: the county's program, or what arrived
    right: str = ""  # post or delegation
    acts: Acts = Acts.OWNER


ITSELF = By()


def course_of(case: Logged, *, before: Status | None = None) -> Course:
    """As figures count it."""
    return Course(
        key=case.key,
        number=case.number,
        item=case.item,
        events=case.events,
        before=before,
        status=case.status,
        rules=case.rules,
    )


ReleaseOf = Callable[[AsyncSession, Key], Awaitable[int]]
"""The release by which an application was taken in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Cases whose status is not what their log says."""

    cases: Sequence[Key]
    looked: Sequence[Key]  # all of the page
    more: Key | None  # behind which the next page goes on; None: this was the last


Moved = Callable[[AsyncSession, Collection[Key]], Awaitable[None]]


Noted = Callable[[AsyncSession, Sequence[Course]], Awaitable[None]]


async def _nobody(session: AsyncSession, keys: Collection[Key]) -> None:
    """Nobody wants to know."""


async def _nothing(session: AsyncSession, courses: Sequence[Course]) -> None:
    """Nothing is counted."""


def _received(begun: Begun) -> Received:
    return Received(corrects=begun.corrects, window_ms=begun.window_ms, window_day=begun.window_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLog:
    """The logs of one county."""

    item_of: ItemOf
    release_of: ReleaseOf
    moved: Moved = _nobody  # told of each case in whose log something was written
    noted: Noted = _nothing  # the same, with what was written: counts it

    async def begin(self, session: AsyncSession, begun: Sequence[Begun], now_ms: int) -> None:
        """Begin the logs of cases that were just opened."""
        if not begun:
            return
        events = {one.key: Event(n=1, at_ms=now_ms, by="", body=_received(one)) for one in begun}
        statuses = {
            one.key: queries.Standing(
                item=one.item,
                status=fold([events[one.key]]),
                rules=rules_of(await self.item_of(session, one.release, one.item)),
            )
            for one in begun
        }
        await queries.begin(session, events, statuses)
        await self.moved(session, events)
        await self.noted(
            session,
            [
                Course(
                    key=key,
                    number="",
                    item=one.item,
                    events=[events[key]],
                    before=None,
                    status=one.status,
                    rules=one.rules,
                )
                for key, one in statuses.items()
            ],
        )

    async def read(self, session: AsyncSession, handled: Handled) -> Logged:
        """The log of a case.

        Raises:
            LogBrokenError: it can't be followed.
        """
        events = await queries.events_of(session, handled.key)
        if not events:
            raise LogBrokenError(handled.number)
        status = fold(events)
        release = status.release or handled.release
        return Logged(
            key=handled.key,
            number=handled.number,
            item=handled.item,
            events=events,
            status=status,
            rules=rules_of(await self.item_of(session, release, handled.item)),
        )

    async def append(
        self, session: AsyncSession, case: Logged, bodies: Sequence[AnyBody], by: By, now_ms: int
    ) -> Logged:
        """Let these things happen to a case, one after the other.

        Raises:
            LogBrokenError: the table knows no such way.
            CaseMovedError: somebody else was faster.
        """
        status, events = case.status, list[Event]()
        for body in bodies:
            event = Event(
                n=status.n + 1,
                at_ms=max(now_ms, case.events[-1].at_ms),
                by=by.name,
                right=by.right,
                body=body,
            )
            status = follow(status, event)
            events.append(event)
        if not await queries.append(session, case.key, events):
            raise CaseMovedError(await self._newest(session, case))
        rules = case.rules
        if status.release != case.status.release:
            rules = rules_of(await self.item_of(session, status.release, case.item))
        standing = queries.Standing(item=case.item, status=status, rules=rules)
        await queries.move(session, case.key, standing)
        await self.moved(session, [case.key])
        after = replace(case, events=[*case.events, *events], status=status, rules=rules)
        await self.noted(session, [course_of(after, before=case.status)])
        return after

    async def due_for_office(self, session: AsyncSession, after: Key, limit: int) -> list[Key]:
        """A page of cases that wait to be sealed for an office, behind a key."""
        return await queries.due_for_office(session, after, limit)

    async def at_office(self, session: AsyncSession, office: str) -> list[Key]:
        """Cases whose logs an office owns, by the id of its hub."""
        return await queries.at_office(session, office)

    async def turn_at_office(self, session: AsyncSession, key: Key) -> int:
        """The turn in which an office owns the log of a case; 0: the county does."""
        if not await queries.is_at_office(session, key):
            return 0
        return fold(await queries.events_of(session, key)).turn

    async def lit(self, session: AsyncSession, key: Key, due: str, light: str) -> None:
        """Write what supervision saw of a case: the handler's day, and the light."""
        await queries.lit(session, key, due, light)

    async def listed(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> Mapping[Key, tuple[str, str]]:
        """What was written so, of each of these cases."""
        return await queries.listed(session, keys)

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Nothing that people wrote about persons is left in these logs; what happened stays."""
        await queries.blank(session, keys)

    async def differing(self, session: AsyncSession, after: Key, limit: int) -> Differing:
        """Of a page of cases, those whose status is not what their log says.

        Args:
            after: key of the last case of the page before.
        """
        rows = await queries.statuses_after(session, after, limit)
        looked = [(row.station, row.application) for row in rows]
        found = [
            key
            for row, key in zip(rows, looked, strict=True)
            if await self._standing_again(session, row, key) is not None
        ]
        return Differing(
            cases=found, looked=looked, more=looked[-1] if len(rows) == limit else None
        )

    async def mend(self, session: AsyncSession, key: Key) -> bool:
        """Whether the status of a case was not what its log says; now it is.

        Nobody writes in the log meanwhile. A case without a status has no log of its own.

        Raises:
            LogBrokenError: the log can't be followed.
        """
        row = await queries.status_held(session, key)
        again = row and await self._standing_again(session, row, key, strict=True)
        if not again:
            return False
        await queries.move(session, key, again)
        await self.moved(session, [key])
        return True

    async def _standing_again(
        self, session: AsyncSession, row: StatusRow, key: Key, *, strict: bool = False
    ) -> queries.Standing | None:
        """How a case stands by its log; None: as its row says.

        Raises:
            LogBrokenError: ``strict``, and the log can't be followed.
        """
        try:
            status = fold(await queries.events_of(session, key))
        except LogBrokenError:
            if strict:
                raise
            return queries.Standing(item=row.item, status=Status(), rules=rules_of(None))
        release = status.release or await self.release_of(session, key)
        rules = rules_of(await self.item_of(session, release, row.item))
        again = queries.Standing(item=row.item, status=status, rules=rules)
        values = queries.status_values(key, again)
        return again if any(getattr(row, name) != one for name, one in values.items()) else None

    async def _newest(self, session: AsyncSession, case: Logged) -> str:
        """Who was faster, and when, as far as this transaction sees it."""
        events = await queries.events_of(session, case.key)
        by = events[-1].by if len(events) > len(case.events) else ""
        return f"{case.number} {by}".rstrip()
