"""A station in numbers, for Prometheus: counts, ages and sizes; nobody is named."""

from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import NamedTuple

from protocol.envelope.envelope import Lane
from protocol.numbers.number import NumberKind
from protocol.ports import Clock
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Health
from protocol.trust.trusted_clock import TrustedClock
from protocol.version import PROGRAM
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.metrics.calls import METRICS
from runtime.metrics.families import Counts, Family, gauge, gauges, render
from station_agent.store import applications, editions, places, poison, refusals, station
from station_agent.store.db import Database, Transaction
from station_agent.store.disk import Disk
from station_agent.store.station import StationState


class _Looked(NamedTuple):
    health: Health
    states: dict[str, int]
    waiting: dict[Lane, int]  # bytes
    deferred: Counter[str]
    poison: int
    numbers: int
    exchanged_ms: int | None
    release: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFigures:
    """Answers ``metrics`` of an open station."""

    database: Database
    disk: Disk
    trusted: TrustedClock
    clock: Clock
    exchanges: Counts
    connected: Callable[[], bool]
    look: Callable[[Transaction, StationState], Health]

    async def text(self) -> str:
        """All numbers, as Prometheus reads them."""
        return render(self._families(await self.database.read(self._looked)))

    async def metrics(self, _: Actor, __: Nothing, ___: Report = silent) -> str:
        """The same for whoever reaches the control socket."""
        return await self.text()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(METRICS, self.metrics))

    async def open(self, stack: AsyncExitStack, address: str) -> None:
        """Answer at ``address`` until ``stack`` closes.

        Raises:
            UsageError: it is no address of this computer, or taken.
        """
        from runtime.metrics.site import Watching, metrics_address  # noqa: PLC0415 - where wanted

        async def answers() -> bool:
            return await self.database.read(lambda tx: tx.row("SELECT 1")) is not None

        async def has_room() -> bool:
            return not self.disk.is_short

        watching = Watching(gather=self.text, alive={"database": answers}, ready={"disk": has_room})
        await watching.open(stack, *metrics_address(address))

    def _looked(self, tx: Transaction) -> _Looked:
        state = station.read_state(tx)
        (left,) = tx.rows(
            "SELECT coalesce(sum(last - next + 1), 0) AS n FROM number_blocks"
            " WHERE kind = ? AND next <= last",
            (NumberKind.CASE.value,),
        )
        return _Looked(
            health=self.look(tx, state),
            states={one.value: count for one, count in applications.counts(tx).items()},
            waiting=dict(places.waiting_by_lane(tx)),
            deferred=Counter(one.code for one in refusals.deferred(tx)),
            poison=poison.count(tx),
            numbers=left["n"],
            exchanged_ms=state.line.left_ms,
            release=editions.version(tx, Kind.RELEASE),
        )

    def _families(self, seen: _Looked) -> list[Family]:
        health, room = seen.health, self.disk.room()
        error_ms = health.clock_error_ms
        since_s = None
        if seen.exchanged_ms is not None:
            since_s = max(0, self.trusted.best_ms() - seen.exchanged_ms) / 1000
        lanes = {lane.name.lower(): size for lane, size in seen.waiting.items()}
        return [
            gauges("program", "1 for the program that runs.", "version", {PROGRAM: 1}),
            gauges("applications", "Applications of this station by state.", "state", seen.states),
            gauge("queue_envelopes", "Envelopes not confirmed by the county.", health.waiting),
            gauges("queue_bytes", "What waits to be sent, by lane.", "lane", lanes),
            gauge("queue_oldest_seconds", "Age of what waits for longest.", health.oldest_s),
            gauges("items_deferred", "Refused items set aside, by code.", "code", seen.deferred),
            gauge("items_failed_inside", "Items on which the program failed.", seen.poison),
            gauge("numbers_left", "Case numbers that are left.", seen.numbers),
            gauge("disk_free_bytes", "Room where the data lies.", room.free),
            gauge("disk_bytes", "All of that file system.", room.total),
            gauge("disk_short", "1 if no attachment is taken in.", self.disk.is_short),
            gauge("clock_trusted", "1 if the county's time is sure.", self.trusted.is_sure),
            gauge(
                "clock_error_seconds",
                "This computer's clock minus trusted time.",
                None if error_ms is None else error_ms / 1000,
            ),
            gauge("roster_version", "Of the roster in force.", health.roster),
            gauge("release_version", "Of the catalogue; 0: none.", seen.release),
            gauge("parent_heard", "1 while an exchange is going on.", self.connected()),
            gauge("parent_since_seconds", "Since the last exchange that ended well.", since_s),
            self.database.commits.family(),
            self.exchanges.family(),
        ]
