"""Lists of applications for the desk: a page of them, filtered and searched, and today's piles.

Source: docs/operations.md, "The desk"; docs/performance.md.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from protocol.envelope.envelope import Lane
from protocol.errors import UsageError
from protocol.ids import ApplicationId
from protocol.trust.edition import Kind
from station_agent.clerks.unlocking import Opened
from station_agent.exchange.eta import EtaEstimator
from station_agent.intake.names import names_of
from station_agent.status.calls import ApplicationShown
from station_agent.status.index import ApplicationIndex, Entry, sought
from station_agent.status.shown import application_listed
from station_agent.store import applications, editions, listing, places, station, versions
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import marks
from station_agent.store.places import Place
from station_agent.store.station import LineRecord

PAGE = 50  # applications on one page of the list
_SHORT_ID = 8  # digits of an id that a slip without a number says


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list shows; empty: all."""

    text: str = ""  # part of a name; or a number, case number or id
    state: str = ""
    item: str = ""
    month: str = ""  # 2026-11, Beijing
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the list, the newest first."""

    applications: Sequence[ApplicationShown]
    count: int  # of all that fit
    counts: Mapping[str, int]  # of all, by state
    items: Mapping[str, str]  # that applications were saved for, with their names
    months: Sequence[str]  # in which they were, the newest first
    sizes: Mapping[ApplicationId, int]  # bytes with all files, as they travel


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Some applications that are to be looked at."""

    applications: Sequence[ApplicationShown]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the database says at one moment of those that are shown."""

    views: Sequence[ApplicationView]
    line: LineRecord
    waiting: Mapping[Lane, int]
    places: Mapping[bytes, Sequence[Place]]
    sizes: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingService:
    """Answers the desk's lists."""

    database: Database
    eta_estimator: EtaEstimator
    connected: Callable[[], bool]  # whether an exchange is going on

    async def found(self, opened: Opened, index: ApplicationIndex, wanted: Wanted) -> Listed:
        """A page of those that fit."""
        await self._look(index)
        alone = await self._named(wanted.text)
        if wanted.text and alone is None:
            await asyncio.to_thread(index.open_names, opened.vault)
        fitting = _fitting(index, wanted, alone)
        start = (wanted.page - 1) * PAGE
        facts = await self._facts(fitting[start : start + PAGE])
        return Listed(
            applications=self._told(facts, index, opened),
            count=len(fitting),
            counts={state.value: index.counts[state] for state in ApplicationState},
            items={code: index.items.get(code, code) for code in sorted(index.codes)},
            months=sorted(index.months, reverse=True),
            sizes=_by_application(facts),
        )

    async def piles(self, opened: Opened, index: ApplicationIndex, most: int) -> dict[str, Pile]:
        """What is to be done, the oldest first, at most ``most`` of each pile."""
        await self._look(index)
        moved = index.states
        lying = {
            "returned": _returned(index),
            "notices": index.unnoted,
            "waiting": [one.position for one in index.entries if one.position not in moved],
        }
        shown = {name: positions[:most] for name, positions in lying.items()}
        facts = await self._facts([position for some in shown.values() for position in some])
        told = iter(self._told(facts, index, opened))
        return {
            name: Pile(applications=[next(told) for _ in some], count=len(lying[name]))
            for name, some in shown.items()
        }

    async def _look(self, index: ApplicationIndex) -> None:
        """Bring the index up to date, if anything was written since."""
        writes = self.database.writes
        if writes == index.writes:
            return

        def work(tx: Transaction) -> None:
            index.extend(listing.added_after(tx, index.last))
            index.note_states(listing.moved(tx), writes)
            index.unnoted = marks.unnoted(tx)
            index.replaced = versions.replaced_positions(tx)
            if index.release != (release := editions.version(tx, Kind.RELEASE)):
                index.release, index.items = release, names_of(tx)

        await self.database.read(work)

    async def _named(self, text: str) -> ApplicationId | None:
        """The one application that a number, case number or id names."""
        if not any(char.isdigit() for char in text):
            return None
        with suppress(UsageError):
            view = await self.database.read(lambda tx: applications.find(tx, text))
            return view.application if view else None
        return None

    async def _facts(self, positions: Sequence[int]) -> _Facts:
        return await self.database.read(lambda tx: _facts(tx, positions))

    def _told(
        self, facts: _Facts, index: ApplicationIndex, opened: Opened
    ) -> list[ApplicationShown]:
        arrival = self.eta_estimator.arrivals(facts.line, facts.waiting, connected=self.connected())
        found = []
        for view in facts.views:
            waits = facts.places.get(view.envelope or b"")
            arrives = arrival(waits) if waits else None
            name = index.items.get(view.item)
            found.append(application_listed(view, opened.vault, arrives, name))
        return found


def _facts(tx: Transaction, positions: Sequence[int]) -> _Facts:
    views = applications.views_at(tx, positions)
    envelopes = [view.envelope for view in views if view.envelope]
    return _Facts(
        views=views,
        line=station.read_state(tx).line,
        waiting=places.waiting_by_lane(tx),
        places=places.places_of(tx, envelopes),
        sizes=listing.sizes(tx, envelopes),
    )


def _fitting(index: ApplicationIndex, wanted: Wanted, alone: ApplicationId | None) -> Sequence[int]:
    """Positions of those that fit, the newest first."""
    if wanted == Wanted(page=wanted.page):
        return [one.position for one in reversed(index.entries)]
    text, short = sought(wanted.text), wanted.text.strip().lower()
    states, saved = index.states, ApplicationState.SAVED

    def fits(one: Entry) -> bool:
        if (wanted.item and one.item != wanted.item) or (
            wanted.month and one.month != wanted.month
        ):
            return False
        if wanted.state and states.get(one.position, saved).value != wanted.state:
            return False
        if alone is not None:
            return one.application == alone
        is_short = len(short) == _SHORT_ID and one.application.startswith(short)
        return not text or is_short or index.is_called(one.position, text)

    return [one.position for one in reversed(index.entries) if fits(one)]


def _returned(index: ApplicationIndex) -> list[int]:
    """Positions of those that the county sent back and nobody has replaced, the oldest first."""
    returned, replaced = ApplicationState.RETURNED, frozenset(index.replaced)
    found = (position for position, state in index.states.items() if state is returned)
    return sorted(position for position in found if position not in replaced)


def _by_application(facts: _Facts) -> dict[ApplicationId, int]:
    return {
        view.application: facts.sizes[view.envelope]
        for view in facts.views
        if view.envelope and view.envelope in facts.sizes
    }
