"""Backups for whoever may run things: the right, and the record."""

from central.county.backup.calls import BACKUP, BackUp, Made
from central.county.backup.service import Backup
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class BackupOperations:
    """The backups of one county."""

    def __init__(self, backup: Backup, record: Record) -> None:
        self._backup, self._record = backup, record

    async def make(self, actor: Actor, wanted: BackUp, report: Report = silent) -> Made:
        """Copy the county, and tell the stations what is SAFE.

        Raises LoginForbiddenError, and as Backup.make.
        """
        async with self._record.action(actor, BACKUP.name, subject=str(wanted.to)):
            actor.require(Right.RUN)
            return await self._backup.make(wanted.to, report)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(BACKUP, self.make))
