"""The exchange with the parent: once on demand, or again and again while the agent runs.

The loop goes by the monotonic clock alone. After a failure it waits with full jitter, because
villages that lost power together come back together; after a success only briefly, and not at
all if something new was submitted.

Source: docs/protocol.md section 9.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import TYPE_CHECKING

from protocol.errors import DiskFullError, LineError, ParentStrangeError, YizhanError
from protocol.exchange.backoff import Backoff
from protocol.exchange.lanes import EVERY_LANE
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from runtime.supervise import Heartbeat
from station_agent.exchange.catching_up import CatchingUp
from station_agent.exchange.parent import Caller, Target
from station_agent.exchange.parent_discovery import ParentDiscovery
from station_agent.exchange.paths import Paths
from station_agent.exchange.store import StationExchangeStore
from station_agent.status.eta import EtaEstimator
from station_agent.store import outbox
from station_agent.store.db import Database

if TYPE_CHECKING:
    from runtime.line.conversation import Tally

log = logging.getLogger(__name__)

_QUIET_S = 5.0  # after a failure not even new work calls again so soon
_NUDGE_S = 0.2  # how often a lingering exchange is asked to end
_KEEN_TRIES = 8  # failures with short pauses after a line that worked: it may be back at once
_AT_ONCE_S = (0.1, 1.0)  # after a line that broke while it carried something
_JITTER = (0.5, 1.5)  # of the pause after a success


class ExchangeService:
    """Holds the line to the parent; one exchange at a time."""

    def __init__(
        self,
        *,
        paths: Paths,
        dial: Callable[[Target], AbstractAsyncContextManager[Caller]],
        database: Database,
        new_exchange_store: Callable[[NodeId], StationExchangeStore],
        clock: Clock,
        randomness: Randomness,
        pause_s: float,
        linger_s: int,
        eta_estimator: EtaEstimator,
        make_room: Callable[[], Awaitable[None]],
        catching_up: CatchingUp,
        parent_discovery: ParentDiscovery,
    ) -> None:
        self._parent_discovery = parent_discovery
        self._paths, self._dial, self._database = paths, dial, database
        self._new_exchange_store, self._make_room = new_exchange_store, make_room
        self._catching_up, self._caught_up = catching_up, False
        self._eta_estimator, self._meter = eta_estimator, eta_estimator.metering.meter
        self._clock, self._randomness = clock, randomness
        self._pause_s, self._linger_s = pause_s, linger_s
        self._line = asyncio.Lock()
        self._work = asyncio.Event()
        self._stopping = asyncio.Event()
        self._callers = 0  # who wants the line now, beside the loop
        self._client: Caller | None = None
        self._target: Target | None = None
        self._exchange_store: StationExchangeStore | None = None
        self._moved = self._met = False  # in the running exchange
        self._keen = 0  # failures that do not lengthen the pause
        self._failing = False  # the loop's last exchange did
        self._closing = AsyncExitStack()
        self.pulse = Heartbeat(clock)  # of the loop

    def new_work(self) -> None:
        """Something waits to be sent: wake whoever pauses or lingers."""
        self._work.set()
        if self._exchange_store is not None:
            self._exchange_store.wakeup.set()

    @property
    def connected(self) -> bool:
        """Whether an exchange is going on now, over a line that works."""
        return self._exchange_store is not None and self._exchange_store.met

    async def now(self, report: "Callable[[Tally], None]" = lambda _tally: None) -> "Tally":
        """Exchange at once, and again while that moves what waits.

        Raises:
            LineError: the parent can't be reached, or the line broke.
            RefusedError: the parent refuses us, in words.
        """
        self._callers += 1
        try:
            await self._take_line()
            try:
                tally = await self._exchange(0, report)
                while tally.items_up and await self._any_waiting():
                    tally = await self._exchange(0, report)
            finally:
                self._line.release()
        finally:
            self._callers -= 1
        if self._linger_s or self._failing:
            self._work.set()  # the loop lingers again, or need not wait out its pause
        return tally

    async def run(self) -> None:
        """Exchange until :meth:`stop`."""
        backoff = Backoff(self._randomness)
        while not self._stopping.is_set():
            self._work.clear()
            try:
                pause_s, patient = await self._turn(backoff)
            except YizhanError as exc:
                self._failing = True
                _log_failure(exc)
                await self._relieve(exc)
                pause_s, patient = self._pause_after(exc, backoff), exc.retry_after_s > 0
                quiet_s = min(pause_s, _QUIET_S)  # each submit would try the dead line again
                await self._rest(quiet_s, wakeable=False)
                pause_s -= quiet_s
            if pause_s:
                await self._rest(pause_s, wakeable=not patient)

    def stop(self) -> None:
        """End the loop, and the running exchange in order."""
        self._stopping.set()
        if self._client is not None:
            self._client.stop()

    async def close(self) -> None:
        """Close the connection to the parent."""
        await self._closing.aclose()

    async def _turn(self, backoff: Backoff) -> tuple[float, bool]:
        """One exchange of the loop; the pause after it, and whether the parent asked for it."""
        self._moved = False
        self.pulse.wait_for_others()
        async with self._line:
            self.pulse.expect(self._linger_s)
            linger_s = 0 if self._callers else self._linger_s
            tally = await self._exchange(linger_s, self._note_progress)
        self._keen, self._failing = _KEEN_TRIES, False
        backoff.succeeded()
        if tally.retry_after_s:
            return tally.retry_after_s + self._spread(), True
        if tally.items_up and await self._any_waiting():
            return 0.0, False
        opens_s = self._meter.opens_in_s()
        pause_s = self._spread()
        return pause_s if opens_s is None else min(pause_s, opens_s), False

    async def _any_waiting(self) -> bool:
        """Whether something waits that the budget lets go today."""
        lanes = EVERY_LANE - self._meter.shut().keys()
        return await self._database.read(lambda tx: outbox.any_waiting(tx, lanes))

    async def _relieve(self, exc: YizhanError) -> None:
        """Give up what can be given up if the disk is full."""
        if isinstance(exc, DiskFullError):
            try:
                await self._make_room()
            except YizhanError as failed:
                _log_failure(failed)

    def _pause_after(self, exc: YizhanError, backoff: Backoff) -> float:
        if self._moved:
            self._keen = _KEEN_TRIES
            if isinstance(exc, LineError) and not exc.retry_after_s:
                return self._randomness.uniform(*_AT_ONCE_S)
        if self._keen:
            self._keen -= 1
            backoff.succeeded()
        return backoff.failed(exc.retry_after_s)

    async def _rest(self, pause_s: float, *, wakeable: bool) -> None:
        self.pulse.expect(pause_s)
        waits = [self._clock.sleep(pause_s), self._stopping.wait()]
        if wakeable:
            waits.append(self._work.wait())
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_line(self) -> None:
        """Get the line next, asking an exchange that only lingers to end."""
        taking = asyncio.ensure_future(self._line.acquire())
        try:
            while not taking.done():
                if self._client is not None and self._line.locked():
                    self._client.stop()
                await asyncio.wait({taking}, timeout=_NUDGE_S)
        except BaseException:
            if not taking.cancel():
                self._line.release()
            raise

    async def _exchange(self, linger_s: int, report: "Callable[[Tally], None]") -> "Tally":
        """One exchange; once more if it has brought a newer roster, or the county tells one."""
        self._caught_up = False
        try:
            tally = await self._try_all(linger_s, report)
        except YizhanError as exc:
            if not self._caught_up:
                if self._met or not await self._parent_discovery.look(exc):
                    raise
                self._target = None  # with the certificate that may have come
            tally = await self._try_all(linger_s, report)
        self._parent_discovery.answered()
        return tally

    async def _try_all(self, linger_s: int, report: "Callable[[Tally], None]") -> "Tally":
        """One exchange with the parent, or with the first that answers if another may be called."""
        failure: YizhanError | None = None
        for target in self._paths.candidates():
            self.pulse.expect(linger_s)
            try:
                tally = await self._call(target, linger_s, report)
            except YizhanError as exc:
                self._caught_up = await self._learn(exc, target)
                if self._met:
                    self._paths.answered(target)
                if self._met or self._caught_up:
                    raise
                if not self._paths.failed(target, exc):
                    raise
                failure = failure or exc
            else:
                self._paths.answered(target)
                return tally
        raise failure or LineError("nobody to call")

    async def _learn(self, exc: YizhanError, target: Target) -> bool:
        """Whether a newer roster was there to be had, after ``target`` was no help."""
        if isinstance(exc, ParentStrangeError):
            self._target = None  # the next connection is made as the roster says then
        return await self._catching_up.look(exc, target, self.pulse.expect)

    async def _call(
        self, target: Target, linger_s: int, report: "Callable[[Tally], None]"
    ) -> "Tally":
        self._met = False
        client = await self._connect(target)
        exchange_store = self._exchange_store = self._new_exchange_store(target.parent)
        started_s = self._clock.ticks_s()
        try:
            tally = await self._measured(
                client, exchange_store, self._paths.linger_s(linger_s), report
            )
        finally:
            self._exchange_store, self._met = None, exchange_store.met
        log.info(
            "exchange done",
            extra={
                "event": "exchange.done",
                "peer": target.parent,
                "up": tally.items_up,
                "down": tally.items_down,
                "bytes_up": tally.bytes_up,
                "bytes_down": tally.bytes_down,
                "took_s": round(self._clock.ticks_s() - started_s, 3),
            },
        )
        return tally

    async def _measured(
        self,
        client: Caller,
        exchange_store: StationExchangeStore,
        linger_s: int,
        report: "Callable[[Tally], None]",
    ) -> "Tally":
        """One exchange; what it tells of the line is remembered, also if the line breaks."""

        def tell(tally: "Tally") -> None:
            self._eta_estimator.observe(tally)
            report(tally)

        began_ms = self._eta_estimator.trusted.best_ms()
        try:
            tally = await client.exchange(exchange_store, linger_s=linger_s, report=tell)
        except YizhanError:
            await self._eta_estimator.exchanged(began_ms, well=False)
            raise
        await self._eta_estimator.exchanged(began_ms, well=True)
        return tally

    async def _connect(self, target: Target) -> Caller:
        """The connection to ``target``; kept until another is called."""
        if self._client is None or target != self._target:
            self._client = None
            await self._closing.aclose()
            self._client = await self._closing.enter_async_context(self._dial(target))
            self._target = target
        return self._client

    def _note_progress(self, tally: "Tally") -> None:
        self.pulse.expect(self._linger_s)
        self._moved = self._moved or bool(tally.items_up or tally.items_down)

    def _spread(self) -> float:
        low, high = _JITTER
        return self._pause_s * self._randomness.uniform(low, high)


def _log_failure(exc: YizhanError) -> None:
    log.warning(
        "exchange failed",
        extra={"event": "exchange.failed", **exc.fields()},
    )
