"""New keys, by command."""

from dataclasses import dataclass

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.keys.calls import RENEW, KeysAsked
from station_agent.keys.renewal import RenewalService


@dataclass(frozen=True, slots=True)
class KeyOperations:
    """What a clerk may ask of the keys."""

    renewal: RenewalService

    async def ask(self, _: Actor, __: Nothing, ___: Report = silent) -> KeysAsked:
        """Ask the county for new keys now; raises as :meth:`RenewalService.ask`."""
        await self.renewal.ask()
        return KeysAsked(node=self.renewal.identity.node)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(RENEW, self.ask))
