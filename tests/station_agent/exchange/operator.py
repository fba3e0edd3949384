"""The parent's end of the telephone, and a loop that calls it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from protocol.errors import (
    DiskFullError,
    YizhanError,
)
from runtime.jobs.supervise import Heartbeat
from runtime.line.conversation import Tally
from station_agent.app import Station
from station_agent.exchange.attempts import Attempts
from station_agent.exchange.catching_up import CatchingUp
from station_agent.exchange.line import ParentLine
from station_agent.exchange.parent import Caller, Target
from station_agent.exchange.parent_discovery import ParentDiscovery
from station_agent.exchange.paths import Paths
from station_agent.exchange.pauses import Pauses
from station_agent.exchange.service import ExchangeService
from station_agent.exchange.view.store import StationExchangeStore
from station_agent.store.db import Database
from tests.builders.clock import FakeClock
from tests.station_agent.county import HUB
from tests.station_agent.village import Village


@dataclass
class Operator:
    """The parent's end of the telephone: answers as told, and remembers who called when."""

    clock: FakeClock
    failures: list[YizhanError] = field(default_factory=list)
    calls: list[tuple[float, int]] = field(default_factory=list)  # ticks and linger
    dialled: list[Target] = field(default_factory=list)
    retry_after_s: int = 0
    up: int = 0  # items that each exchange moves
    lingering: asyncio.Event | None = None  # exchanges stay open until it is set, or stopped
    ringing: asyncio.Condition = field(default_factory=asyncio.Condition)
    on_call: Callable[[StationExchangeStore], Awaitable[None]] | None = None
    talking: bool = False

    @asynccontextmanager
    async def dial(self, target: Target) -> AsyncIterator[Caller]:
        self.dialled.append(target)
        yield self

    async def called(self, times: int) -> None:
        """Return once it was called so often."""
        async with asyncio.timeout(60), self.ringing:
            await self.ringing.wait_for(lambda: len(self.calls) >= times)

    async def exchange(
        self, exchange_store: StationExchangeStore, *, linger_s: int = 0, report: Any = None
    ) -> Tally:
        async with self.ringing:
            self.calls.append((self.clock.ticks_s(), linger_s))
            self.ringing.notify_all()
        self.talking = True
        try:
            return await self._talk(exchange_store, linger_s, report)
        finally:
            self.talking = False

    async def _talk(
        self, exchange_store: StationExchangeStore, linger_s: int, report: Any
    ) -> Tally:
        if self.on_call is not None:
            await self.on_call(exchange_store)
        tally = Tally(items_up=self.up, retry_after_s=self.retry_after_s)
        if report is not None:
            report(tally)
        if self.failures:
            raise self.failures.pop(0)
        if linger_s and self.lingering is not None:
            await self.lingering.wait()
        return tally

    def stop(self) -> None:
        if self.lingering is not None:
            self.lingering.set()


@dataclass
class Loop:
    """An exchange service whose line is the operator's."""

    service: ExchangeService
    operator: Operator
    clock: FakeClock
    database: Database
    relieved: list[str] = field(default_factory=list)

    async def calls_after(self, seconds: float, step: float = 0.25) -> list[float]:
        """Ticks at which it called during the next ``seconds``."""
        before = len(self.operator.calls)
        for _ in range(int(seconds / step)):
            await self.clock.advance(step)
            await self._at_rest()
        return [at for at, _ in self.operator.calls[before:]]

    async def _at_rest(self) -> None:
        """Return once the loop pauses or talks; its database answers from a thread."""
        async with asyncio.timeout(60):
            while not (self.clock.sleepers or self.operator.talking):
                await self.database.read(lambda _tx: None)


def paths_to(village: Village, parent: Callable[[], Target], *others: Target) -> Paths:
    """The parent, and others while it is silent."""
    return Paths(
        parent=parent,
        others=lambda: others,
        clock=village.clock,
        randomness=village.randomness,
        after_s=1800,
    )


@asynccontextmanager
async def looping(village: Village, station: Station, **settings: Any) -> AsyncIterator[Loop]:
    """A service that calls the operator; ``settings`` take the place of what it has else."""
    operator = Operator(village.clock)
    relieved: list[str] = []

    async def make_room() -> None:
        relieved.append("made room")
        raise DiskFullError

    service = _service(village, station, operator, make_room, **settings)
    loop = Loop(service, operator, village.clock, station.database, relieved)
    yield loop
    service.stop()
    await service.close()


def _service(
    village: Village,
    station: Station,
    operator: Operator,
    make_room: Callable[[], Awaitable[None]],
    *,
    paths: Paths | None = None,
    catching_up: CatchingUp | None = None,
    parent_discovery: ParentDiscovery | None = None,
    pause_s: float = 5.0,
    linger_s: int = 0,
) -> ExchangeService:
    pulse = Heartbeat(village.clock)
    line = ParentLine(
        dial=operator.dial,
        new_exchange_store=station.exchanges.stores,
        eta_estimator=station.status.eta_estimator,
        clock=village.clock,
    )
    attempts = Attempts(
        line=line,
        paths=paths or paths_to(village, lambda: Target(HUB, "https://hub")),
        catching_up=catching_up
        or CatchingUp(
            identity=station.identity,
            held=station.exchanges.parentage.held,
            arrival=station.exchanges.stores.arrival,
            timekeeping=station.exchanges.stores.timekeeping,
            database=station.database,
            clock=village.clock,
        ),
        parent_discovery=parent_discovery
        or ParentDiscovery(
            identity=station.identity,
            held=station.exchanges.parentage.held,
            arrival=station.exchanges.stores.arrival,
            clock=village.clock,
            randomness=village.randomness,
        ),
        pulse=pulse,
    )
    return ExchangeService(
        line=line,
        attempts=attempts,
        pauses=Pauses(village.randomness, pause_s),
        pulse=pulse,
        database=station.database,
        meter=station.status.eta_estimator.metering.meter,
        clock=village.clock,
        linger_s=linger_s,
        make_room=make_room,
    )
