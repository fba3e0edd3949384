"""The line to whoever is called: one connection, kept until another is called."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING

from protocol.errors import YizhanError
from protocol.ids import NodeId
from protocol.ports import Clock
from station_agent.exchange.eta import EtaEstimator
from station_agent.exchange.parent import Caller, Target
from station_agent.exchange.view.store import StationExchangeStore

if TYPE_CHECKING:
    from runtime.line.conversation import Tally

    Told = Callable[[Tally], None]

log = logging.getLogger(__name__)


class ParentLine:
    """Calls a parent; one exchange at a time."""

    def __init__(
        self,
        *,
        dial: Callable[[Target], AbstractAsyncContextManager[Caller]],
        new_exchange_store: Callable[[NodeId], StationExchangeStore],
        eta_estimator: EtaEstimator,
        clock: Clock,
    ) -> None:
        self._dial, self._new_exchange_store = dial, new_exchange_store
        self._eta_estimator, self._clock = eta_estimator, clock
        self._client: Caller | None = None
        self._target: Target | None = None
        self._exchange_store: StationExchangeStore | None = None  # of the running exchange
        self._closing = AsyncExitStack()
        self.met = False  # whether the last exchange heard its parent

    @property
    def connected(self) -> bool:
        """Whether an exchange is going on now, over a line that works."""
        return self._exchange_store is not None and self._exchange_store.met

    async def exchange(self, target: Target, linger_s: int, report: "Told") -> "Tally":
        """One exchange with ``target``.

        Raises:
            LineError, RefusedError: as :meth:`station_agent.exchange.parent.Caller.exchange`.
        """
        self.met = False
        client = await self._connect(target)
        exchange_store = self._exchange_store = self._new_exchange_store(target.parent)
        started_s = self._clock.ticks_s()
        try:
            tally = await self._measured(client, exchange_store, linger_s, report)
        finally:
            self._exchange_store, self.met = None, exchange_store.met
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

    def wake(self) -> None:
        """Something new waits for the running exchange."""
        if self._exchange_store is not None:
            self._exchange_store.wakeup.set()

    def stop(self) -> None:
        """End the running exchange in order."""
        if self._client is not None:
            self._client.stop()

    def forget(self) -> None:
        """Connect anew next time, as the roster and our certificate say then."""
        self._target = None

    async def close(self) -> None:
        """Close the connection."""
        await self._closing.aclose()

    async def _measured(
        self,
        client: Caller,
        exchange_store: StationExchangeStore,
        linger_s: int,
        report: "Told",
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
        if self._client is None or target != self._target:
            self._client = None
            await self._closing.aclose()
            self._client = await self._closing.enter_async_context(self._dial(target))
            self._target = target
        return self._client
