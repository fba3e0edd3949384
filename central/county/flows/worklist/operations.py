"""The work list for whoever may handle cases."""

from central.accounts.roles import Right
from central.county.flows.worklist.calls import WORK, ListWork, WorkLines
from central.county.flows.worklist.service import WorkList
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report


class WorkOperations:
    """The work list of one county."""

    def __init__(self, work: WorkList) -> None:
        self._work = work

    async def page(self, actor: Actor, wanted: ListWork, _: Report = silent) -> WorkLines:
        """A page of it: whoever owns the data folder sees all, or what somebody sees.

        Raises LoginForbiddenError, UsageError.
        """
        actor.require(Right.CASES)
        return await self._work.page(wanted, wanted.by if actor.rights is None else actor.name)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(WORK, self.page))
