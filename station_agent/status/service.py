"""What the clerk is told: how far each application has got.

Source: docs/operations.md, "yizhan-station status".
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from protocol.envelope.envelope import Lane
from protocol.envelope.suites import SuiteNumber
from protocol.errors import LockedError, PeerError
from protocol.ids import NodeId
from protocol.trust.edition import Kind
from protocol.trust.roster import Roster
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.unlocking import UnlockingService
from station_agent.exchange.calls import LastPath, ParentShown
from station_agent.exchange.eta import Arrival, EtaEstimator
from station_agent.intake.names import names_of
from station_agent.status.calls import (
    STATUS,
    ApplicationShown,
    RevocationShown,
    ShowStatus,
    Status,
    SuitesShown,
    TimeShown,
)
from station_agent.status.chain import ChainService
from station_agent.status.listing import ListingService
from station_agent.status.marking import MarkingService
from station_agent.status.shown import application_listed, deferred_shown
from station_agent.store import (
    applications,
    editions,
    health,
    outbox,
    places,
    poison,
    refusals,
    station,
)
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk.clerks import Purpose
from station_agent.store.places import Place
from station_agent.store.refusals import DeferredItem
from station_agent.store.station import LineRecord
from station_agent.store.vault import OpenVault

_FEW = 1000  # applications that are looked up one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the database says at one moment of the applications and the queue."""

    counts: Mapping[ApplicationState, int]
    views: Sequence[ApplicationView]
    items: Mapping[str, str]  # names
    places: Mapping[bytes, Sequence[Place]]  # by envelope, of those of the views that wait
    waiting: Mapping[Lane, int]  # bytes
    line: LineRecord
    beside: "_Beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What it says beside them."""

    release: int
    sealed: int
    deferred: Sequence[DeferredItem]
    poison: int
    needs_newer: int
    rolled_back_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusService:
    """Answers ``status``."""

    node: NodeId
    database: Database
    unlocking: UnlockingService
    roster: Callable[[], Roster]
    eta_estimator: EtaEstimator
    connected: Callable[[], bool]  # whether an exchange is going on
    revoked: Callable[[], type[PeerError] | None]  # what the roster says of this PC
    parent: Callable[[], ParentShown]
    suites: Callable[[], tuple[SuiteNumber, SuiteNumber]]  # as set, and as used by the rules
    last_path: Callable[[], LastPath | None]

    @property
    def listing(self) -> ListingService:
        """Lists for the desk, by the same forecast."""
        return ListingService(
            database=self.database, eta_estimator=self.eta_estimator, connected=self.connected
        )

    @property
    def marking(self) -> MarkingService:
        """What clerks did about what came back."""
        return MarkingService(database=self.database, clock=self.unlocking.clock)

    @property
    def chain(self) -> ChainService:
        """The way of one application."""
        return ChainService(database=self.database)

    async def status(self, _: Actor, wanted: ShowStatus, __: Report = silent) -> Status:
        """Everything that is known here; results stay locked without the password.

        Raises:
            PasswordWrongError, ClerkWaitError, ClerkUnnamedError: a password was given.
        """
        opened = await self._unlock(wanted)
        return await self.told(opened, wanted.newest)

    async def told(self, opened: OpenVault | None, newest: int | None = None) -> Status:
        """The same for whoever opened the vault, or for nobody.

        Args:
            newest: list only so many applications; the counts are of all.
        """
        facts = await self.database.read(lambda tx: _facts(tx, newest))
        arrival = self.eta_estimator.arrivals(facts.line, facts.waiting, connected=self.connected())
        trusted, beside = self.eta_estimator.trusted, facts.beside
        as_set, used = self.suites()
        return Status(
            node=self.node,
            release=beside.release,
            counts={state.value: count for state, count in facts.counts.items()},
            parent=self.parent(),
            path=self.last_path(),
            suite=SuitesShown(set=as_set.value, used=used.value),
            clock_error_ms=trusted.error_ms,
            time=TimeShown(n=trusted.n, at_ms=trusted.now_ms(), sure=trusted.is_sure),
            applications=await asyncio.to_thread(_listed, facts, opened, arrival),
            standing=self._revocation(),
            minted=beside.sealed,
            aside=[deferred_shown(one) for one in beside.deferred],
            stumbled=beside.poison,
            needs_newer=beside.needs_newer,
            set_back_ms=beside.rolled_back_ms,
        )

    def _revocation(self) -> RevocationShown | None:
        error = self.revoked()
        if error is None:
            return None
        at_ms = self.roster().edition.head.created_ms
        return RevocationShown(code=error.code, words=error().words(), at_ms=at_ms)

    async def _unlock(self, wanted: ShowStatus) -> OpenVault | None:
        try:
            opened = await self.unlocking.unlock(wanted)
        except LockedError:
            return None
        await self.unlocking.note(opened, Purpose.LIST)
        return opened.vault

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(STATUS, self.status))


def _facts(tx: Transaction, newest: int | None) -> _Facts:
    views = applications.views(tx, newest)
    shown = [view.envelope for view in views if view.envelope]
    few = newest is not None and len(shown) <= _FEW
    return _Facts(
        counts=applications.counts(tx),
        views=views,
        items={} if newest == 0 else names_of(tx),
        places=places.places_of(tx, shown) if few else places.places(tx),
        waiting=places.waiting_by_lane(tx),
        line=station.read_state(tx).line,
        beside=_beside(tx),
    )


def _beside(tx: Transaction) -> _Beside:
    return _Beside(
        release=editions.version(tx, Kind.RELEASE),
        sealed=outbox.sealed_count(tx),
        deferred=refusals.deferred(tx),
        poison=poison.count(tx),
        needs_newer=health.waiting_for_program(tx),
        rolled_back_ms=station.read_state(tx).rolled_back_ms,
    )


def _listed(
    facts: _Facts, vault: OpenVault | None, arrival: Callable[[Iterable[Place]], Arrival]
) -> list[ApplicationShown]:
    found = []
    for view in facts.views:
        waits = facts.places.get(view.envelope or b"")
        arrives = arrival(waits) if waits else None
        found.append(application_listed(view, vault, arrives, facts.items.get(view.item)))
    return found
