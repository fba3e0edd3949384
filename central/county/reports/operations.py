"""Monthly reports for whoever may: everybody may look; three administrators may make one."""

from central.accounts.roles import Right
from central.county.reports.calls import (
    LIST,
    MAKE,
    SHOW,
    MakeReport,
    ReportLine,
    ReportShown,
    ReportsListed,
    ShowReport,
)
from central.county.reports.service import Reports
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class ReportOperations:
    """The monthly reports of one county."""

    def __init__(self, reports: Reports, record: Record) -> None:
        self._reports, self._record = reports, record

    async def make(self, actor: Actor, wanted: MakeReport, _: Report = silent) -> ReportLine:
        """Make one: the record has its digest. Raises LoginForbiddenError, and as Reports.make."""
        subject = wanted.month[:7]
        async with self._record.action(actor, MAKE.name, subject=subject):
            actor.require(Right.CONFIRM)
            made = await self._reports.make(wanted.month, wanted.reason.strip(), actor.name)
        detail = {"edition": made.edition, "sha256": made.sha256}
        await self._record.note(actor, MAKE.name, subject=subject, detail=detail)
        return made

    async def list(self, actor: Actor, _: Nothing, __: Report = silent) -> ReportsListed:
        """Every edition. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return ReportsListed(reports=await self._reports.list())

    async def show(self, actor: Actor, wanted: ShowReport, _: Report = silent) -> ReportShown:
        """One edition: counts alone. Raises LoginForbiddenError, and as Reports.show."""
        actor.require(Right.LOOK)
        return await self._reports.show(wanted.month, wanted.edition)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(MAKE, self.make), Handler(LIST, self.list), Handler(SHOW, self.show)
        )
