"""Blocks of numbers for whoever may: the right, and the record of it."""

from central.accounts.roles import Right
from central.county.numbers.calls import (
    ISSUE,
    STATUS,
    VOID,
    BlockShown,
    IssueBlocks,
    Issued,
    NumberStatus,
    Office,
    VoidBlock,
)
from central.county.numbers.desk import NumberDesk, Overview
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class NumberOperations:
    """The blocks of one county."""

    def __init__(self, desk: NumberDesk, record: Record) -> None:
        self._desk, self._record = desk, record

    async def issue(self, actor: Actor, wanted: IssueBlocks, report: Report = silent) -> Issued:
        """Issue blocks. Raises LoginForbiddenError, and as NumberDesk.issue."""
        size = {"year": wanted.year or "", "numbers": wanted.count or ""}
        detail = {"kind": wanted.kind.value, **size}
        subject = " ".join(wanted.nodes)[:200]
        async with self._record.action(actor, ISSUE.name, subject=subject, detail=detail):
            actor.require(Right.GRANT)
            return await self._desk.issue(wanted, report)

    def checked(self, actor: Actor, wanted: IssueBlocks) -> IssueBlocks:
        """What would be issued. Raises LoginForbiddenError, and UsageError: no year or size."""
        actor.require(Right.GRANT)
        return self._desk.checked(wanted)

    def offices(self, actor: Actor) -> list[Office]:
        """Everybody who may have blocks. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return self._desk.offices()

    @property
    def usual(self) -> tuple[int, int]:
        """This year, and how many numbers a block has by the policy."""
        return self._desk.year, self._desk.usual

    async def status(self, actor: Actor, _: Nothing, __: Report = silent) -> NumberStatus:
        """Every block. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return await self._desk.status()

    async def overview(self, actor: Actor, strays: int) -> Overview:
        """Sums of every block, and the newest strays. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return await self._desk.overview(strays)

    async def of_station(self, actor: Actor, station: str) -> NumberStatus:
        """Every block of one station. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return await self._desk.status(station)

    async def void(self, actor: Actor, wanted: VoidBlock, _: Report = silent) -> BlockShown:
        """Void what is left of a block. Raises LoginForbiddenError, and as NumberDesk.void."""
        detail = {"reason": wanted.reason[:200]}
        async with self._record.action(actor, VOID.name, subject=wanted.block[:200], detail=detail):
            actor.require(Right.GRANT)
            return await self._desk.void(wanted.block, wanted.reason)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ISSUE, self.issue), Handler(STATUS, self.status), Handler(VOID, self.void)
        )
