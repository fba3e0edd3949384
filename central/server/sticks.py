"""Sticks of a hub or county, for whoever may move them: the right, and the record."""

from protocol.ids import node_id
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record
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


class StickService:
    """The sticks of one node. Each method raises LoginForbiddenError without Right.RUN."""

    def __init__(self, role: str, stick: Stick, record: Record) -> None:
        """Args: role: ``county`` or ``hub``, as calls and the record name it."""
        self._stick, self._record = stick, record
        self.calls = StickCalls.of(role)

    async def export(self, actor: Actor, wanted: ExportStick, report: Report = silent) -> Moved:
        """Pack what waits.

        Raises StickError, DiskFullError and the like.
        """
        detail = {"for": wanted.for_}
        name, folder = self.calls.export.name, str(wanted.folder)
        async with self._record.action(actor, name, subject=folder, detail=detail):
            actor.require(Right.RUN)
            to = node_id(wanted.for_) if wanted.for_ else None
            carried = await self._stick.export(wanted.folder, to, report)
        log_carried("exported", carried)
        return moved(carried)

    async def take_in(self, actor: Actor, wanted: ImportStick, report: Report = silent) -> Moved:
        """Take in what others packed.

        Raises StickError, and:
            StickNothingError: nothing there is for this node.
        """
        async with self._record.action(actor, self.calls.take_in.name, subject=str(wanted.folder)):
            actor.require(Right.RUN)
            carried = await self._stick.take_in(wanted.folder, report)
            require_found(carried)
        log_carried("imported", carried)
        return moved(carried)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(self.calls.export, self.export), Handler(self.calls.take_in, self.take_in)
        )
