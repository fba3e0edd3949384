"""An operator's word that what was set aside shall be offered again."""

from central.relay.retry.calls import RETRY, Offered, Retry
from central.relay.service import Relay
from protocol.ids import digest_of
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class Retrying:
    """What was set aside at one node, for whoever may offer it again."""

    def __init__(self, role: str, relay: Relay, record: Record) -> None:
        """Args: role: ``county`` or ``hub``, as the call and the record name it."""
        self.call, self._relay, self._record = RETRY[role], relay, record

    async def retry(self, actor: Actor, wanted: Retry, _: Report = silent) -> Offered:
        """Offer one item again, or all of them.

        Raises:
            LoginForbiddenError: the actor may not run things.
            UsageError: not an item.
        """
        async with self._record.action(actor, self.call.name, subject=wanted.item or ""):
            actor.require(Right.RUN)
            item = digest_of(wanted.item) if wanted.item else None
            return Offered(offered=await self._relay.offer_again(item))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(self.call, self.retry))
