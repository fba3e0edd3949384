"""The ledger for whoever may look; it shows nothing of a person."""

from central.accounts.roles import Right
from central.county.reconciliation.calls import LEDGER, LedgerLine
from central.county.reconciliation.service import Reconciliation
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report


class LedgerOperations:
    """The ledger of one county."""

    def __init__(self, reconciliation: Reconciliation) -> None:
        self._reconciliation = reconciliation

    async def ledger(self, actor: Actor, _: Nothing, __: Report = silent) -> list[LedgerLine]:
        """Every station that may speak or has ever sent something.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        return [account.line() for account in await self._reconciliation.ledger()]

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(LEDGER, self.ledger))
