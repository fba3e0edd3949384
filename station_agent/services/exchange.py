"""The exchange with the parent: once on demand, or again and again while the agent runs.

The loop goes by the monotonic clock alone. After a failure it waits with full jitter, because
villages that lost power together come back together; after a success only briefly, and not at
all if something new was submitted.

Source: docs/protocol.md section 9.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.backoff import Backoff
from protocol.errors import DiskFullError, NotJoinedError, YizhanError
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from station_agent.services.arrival import HeldRoster
from station_agent.services.depot import StationDepot
from station_agent.store import outbox
from station_agent.store.db import Database

if TYPE_CHECKING:
    from protocol.aio.client import ParentClient
    from protocol.aio.converse import Tally
    from protocol.aio.identity import Identity

log = logging.getLogger(__name__)

_NUDGE_S = 0.2  # how often a lingering exchange is asked to end
_JITTER = (0.5, 1.5)  # of the pause after a success


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to call."""

    parent: NodeId
    url: str


class ExchangeService:
    """Holds the line to the parent; one exchange at a time."""

    def __init__(
        self,
        *,
        identity: "Identity",
        held: HeldRoster,
        database: Database,
        new_depot: Callable[[], StationDepot],
        clock: Clock,
        randomness: Randomness,
        pause_s: float,
        linger_s: int,
        make_room: Callable[[], Awaitable[None]],
    ) -> None:
        self._identity, self._held, self._database = identity, held, database
        self._new_depot, self._make_room = new_depot, make_room
        self._clock, self._randomness = clock, randomness
        self._pause_s, self._linger_s = pause_s, linger_s
        self._line = asyncio.Lock()
        self._work = asyncio.Event()
        self._stopping = asyncio.Event()
        self._callers = 0  # who wants the line now, beside the loop
        self._client: ParentClient | None = None
        self._target: Target | None = None
        self._depot: StationDepot | None = None
        self._moved = False  # in the running exchange
        self._closing = AsyncExitStack()

    def new_work(self) -> None:
        """Something waits to be sent: wake whoever pauses or lingers."""
        self._work.set()
        if self._depot is not None:
            self._depot.bell.set()

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
                while tally.items_up and await self._database.read(outbox.any_waiting):
                    tally = await self._exchange(0, report)
            finally:
                self._line.release()
        finally:
            self._callers -= 1
        return tally

    async def run(self) -> None:
        """Exchange until :meth:`stop`."""
        backoff = Backoff(self._randomness)
        while not self._stopping.is_set():
            self._work.clear()
            pause_s, patient = await self._turn(backoff)
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
        try:
            async with self._line:
                linger_s = 0 if self._callers else self._linger_s
                tally = await self._exchange(linger_s, self._note_progress)
        except YizhanError as exc:
            _log_failure(exc)
            if isinstance(exc, DiskFullError):
                await self._make_room()
            if self._moved:
                backoff.succeeded()
            return backoff.failed(exc.retry_after_s), exc.retry_after_s > 0
        backoff.succeeded()
        if tally.retry_after_s:
            return tally.retry_after_s + self._spread(), True
        if tally.items_up and await self._database.read(outbox.any_waiting):
            return 0.0, False
        return self._spread(), False

    async def _rest(self, pause_s: float, *, wakeable: bool) -> None:
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
        client = await self._connect()
        depot = self._depot = self._new_depot()
        started_s = self._clock.ticks_s()
        try:
            tally = await client.exchange(depot, linger_s=linger_s, report=report)
        finally:
            self._depot = None
        log.info(
            "exchange done",
            extra={
                "event": "exchange.done",
                "up": tally.items_up,
                "down": tally.items_down,
                "bytes_up": tally.bytes_up,
                "bytes_down": tally.bytes_down,
                "took_s": round(self._clock.ticks_s() - started_s, 3),
            },
        )
        return tally

    async def _connect(self) -> "ParentClient":
        """The client for our parent of today; the connection is kept while that stays."""
        target = self._find_parent()
        if self._client is not None and target == self._target:
            return self._client
        # a third of a second to import: "ready" is said before
        from protocol.aio.client import ParentClient  # noqa: PLC0415
        from protocol.aio.tls import client_context  # noqa: PLC0415

        await self._closing.aclose()
        identity = self._identity
        self._target = target
        self._client = await self._closing.enter_async_context(
            ParentClient(
                url=target.url,
                parent=target.parent,
                context=client_context(identity.ca, identity.certificate_path, identity.key_path),
                clock=self._clock,
                randomness=self._randomness,
                signing_key=lambda: self._held.roster.signing_key(target.parent),
            )
        )
        return self._client

    def _find_parent(self) -> Target:
        contact, roster = self._identity.parent, self._held.roster
        me = roster.nodes.get(self._identity.node)
        named = (me.parent if me else "") or (contact.node if contact else "")
        entry = roster.nodes.get(NodeId(named))
        url = (entry.url if entry else "") or (contact.url if contact else "")
        if not named or not url:
            raise NotJoinedError("neither the roster nor the kit names a parent")
        return Target(NodeId(named), url)

    def _note_progress(self, tally: "Tally") -> None:
        self._moved = self._moved or bool(tally.items_up or tally.items_down)

    def _spread(self) -> float:
        low, high = _JITTER
        return self._pause_s * self._randomness.uniform(low, high)


def _log_failure(exc: YizhanError) -> None:
    log.warning(
        "exchange failed",
        extra={"event": "exchange.failed", "code": exc.code, "detail": exc.detail},
    )
