"""A running server for whoever watches over it: its numbers, whether it lives, whether to call it.

Source: docs/monitoring.md, "Metrics", "Health".
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from sqlalchemy import text

from central.relay.exchange.endpoint import Endpoint
from central.relay.health.figures import relay_figures
from central.relay.service import Relay
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.line.listener import Listener
from runtime.metrics.calls import METRICS
from runtime.metrics.families import Family, gauge, gauges, render
from runtime.metrics.site import Check, Watching, metrics_address

Figures = Callable[[], Awaitable[list[Family]]]


@dataclass(slots=True, kw_only=True)
class ServerWatch:
    """Of one hub or county; what only a served one has is added when it is."""

    relay: Relay
    figures: Figures  # of the role
    ready: Mapping[str, Check]  # of the role: without these nobody should call it now
    _listening: Listener | None = None
    _endpoint: Endpoint | None = None
    _stopped: Callable[[], bool] = field(default=lambda: False)

    async def text(self) -> str:
        """All numbers, as Prometheus reads them."""
        return render(
            [*(await relay_figures(self.relay)), *(await self.figures()), *self._served()]
        )

    async def metrics(self, actor: Actor, _: Nothing, __: Report = silent) -> str:
        """The same for whoever may look.

        Raises:
            LoginForbiddenError: the actor may not.
        """
        actor.require(Right.LOOK)
        return await self.text()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(METRICS, self.metrics))

    async def open(
        self, stack: AsyncExitStack, address: str, *, stopped: Callable[[], bool]
    ) -> None:
        """Answer at ``address`` until ``stack`` closes; at none if that is empty.

        Args:
            stopped: whether the program has been told to end.

        Raises:
            UsageError: it is no address of this computer, or taken.
        """
        self._stopped = stopped
        if address:
            await self._watching().open(stack, *metrics_address(address))

    def serves(self, listening: Listener, endpoint: Endpoint) -> None:
        """From now on nodes may call."""
        self._listening, self._endpoint = listening, endpoint

    def _watching(self) -> Watching:
        return Watching(
            gather=self.text,
            alive={"database": self._database},
            ready={"serving": self._serving, "disk": self._disk, **self.ready},
        )

    async def _serving(self) -> bool:
        return self._listening is not None and not self._stopped()

    async def _database(self) -> bool:
        found = await self.relay.store.transact(lambda tx: tx.scalar(text("SELECT 1")))
        return bool(found == 1)

    async def _disk(self) -> bool:
        return not self.relay.limits.room.is_short

    def _served(self) -> list[Family]:
        if self._listening is None or self._endpoint is None:
            return []
        places = self._listening.places
        kinds = {
            "silent": len(places.silent),
            "talking": len(places.talking),
            "known": len(places.known),
            "strange": len(places.strange),
        }
        return [
            gauges("connections", "Open connections of nodes, by kind.", "kind", kinds),
            gauge("exchanges_open", "Exchanges that are open now.", self._endpoint.open_count),
            gauge(
                "exchanges_most",
                "Exchanges that may be open at once.",
                self._endpoint.max_exchanges,
            ),
            gauge("draining", "1 if the program is about to stop.", self._stopped()),
        ]
