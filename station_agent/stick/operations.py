"""Sticks of a station, by command."""

from dataclasses import dataclass

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.sticks.calls import (
    ExportStick,
    ImportStick,
    Moved,
    Stick,
    StickCalls,
    moved,
    require_found,
)
from runtime.sticks.carried import log_carried

CALLS = StickCalls.of("station")


@dataclass(frozen=True, slots=True)
class StickOperations:
    """What a clerk may ask of a stick."""

    stick: Stick

    async def export(self, _: Actor, wanted: ExportStick, report: Report = silent) -> Moved:
        """Pack what waits; raises StickError, DiskFullError and the like."""
        carried = await self.stick.export(wanted.folder, None, report)
        log_carried("exported", carried)
        return moved(carried)

    async def take_in(self, _: Actor, wanted: ImportStick, report: Report = silent) -> Moved:
        """Take in what others packed.

        Raises StickError, and:
            StickNothingError: nothing there is for this station.
        """
        carried = await self.stick.take_in(wanted.folder, report)
        require_found(carried)
        log_carried("imported", carried)
        return moved(carried)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(CALLS.export, self.export), Handler(CALLS.take_in, self.take_in))
