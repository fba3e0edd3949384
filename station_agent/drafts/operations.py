"""The drafts of a station, by command.

Source: docs/operations.md, "Drafts".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.drafts.calls import DRAFTS, DraftsShown, ShowDrafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from station_agent.drafts.service import DraftService


@dataclass(frozen=True, slots=True)
class DraftOperations:
    """What a clerk may ask about drafts; an idle agent does without the rules behind it."""

    service: "Callable[[], DraftService]"

    async def drafts(self, actor: Actor, wanted: ShowDrafts, _: Report = silent) -> DraftsShown:
        """All of them; raises as :meth:`DraftService.drafts`."""
        return await self.service().drafts(actor, wanted)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DRAFTS, self.drafts))
