"""Handing over, by command; an idle agent does without the rules of forms behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.calls import (
    HANDOVER,
    REMOVE,
    ClerkRemoved,
    HandoverShown,
    RemoveClerk,
    ShowHandover,
)

if TYPE_CHECKING:
    from station_agent.handover.service import HandoverService


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOperations:
    """What may be asked about a clerk who leaves."""

    service: Callable[[], "HandoverService"]

    async def remove(self, actor: Actor, wanted: RemoveClerk, _: Report = silent) -> ClerkRemoved:
        """Let her go; raises as :meth:`HandoverService.remove`."""
        return await self.service().remove(actor, wanted)

    async def show(self, actor: Actor, wanted: ShowHandover, _: Report = silent) -> HandoverShown:
        """What she hands over; raises as :meth:`HandoverService.show`."""
        return await self.service().show(actor, wanted)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(REMOVE, self.remove), Handler(HANDOVER, self.show))
