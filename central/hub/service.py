"""A hub for whoever may look at it or run it: rights, and the record."""

from central.hub.calls import RENEW, STATUS, Asked
from central.hub.renewal import HubRenewal
from central.relay.exchange.upstream import Line
from central.relay.health.calls import HubState
from central.relay.health.state import hub_state
from central.relay.service import Relay
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class HubService:
    """One hub."""

    def __init__(
        self,
        relay: Relay,
        record: Record,
        *,
        renewal: HubRenewal,
        line: Line | None = None,
    ) -> None:
        """Args: line: the one up; None where nobody calls."""
        self._relay, self._record = relay, record
        self._renewal, self._line = renewal, line

    async def status(self, actor: Actor, _: Nothing, __: Report = silent) -> HubState:
        """Counts, ages and sizes, never content.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        return await hub_state(self._relay, self._line)

    async def renew(self, actor: Actor, _: Nothing, __: Report = silent) -> Asked:
        """Ask the county for new keys and a new certificate.

        Raises:
            LoginForbiddenError: the actor may not run things.
        """
        async with self._record.action(actor, RENEW.name):
            actor.require(Right.RUN)
            await self._renewal.ask()
        return Asked(node=self._relay.node)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(RENEW, self.renew), Handler(STATUS, self.status))
