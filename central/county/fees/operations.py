"""Fees for whoever may: rights, and the record of each look and entry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from central.accounts.roles import Right
from central.county.fees import calls
from central.county.fees.calls import DayShown, FeeShown
from central.county.fees.room import FeeRoom
from protocol.catalogue.fees.of_item import read_day
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Call, Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class FeeOperations:
    """The fees of one county. All raise LoginForbiddenError for whoever may not see cases."""

    def __init__(self, room: FeeRoom, record: Record) -> None:
        self._fees, self._days, self._record = room.fees, room.days, record

    async def show(self, actor: Actor, wanted: calls.ShowFee, _: Report = silent) -> FeeShown:
        """The fee of a case. Raises as Fees.show."""
        async with self._recorded(actor, calls.SHOW, wanted.case):
            return await self._fees.show(wanted.case)

    async def notice(self, actor: Actor, wanted: calls.Notice, _: Report = silent) -> FeeShown:
        """Freeze the sheet of a case. Raises as Fees.notice."""
        async with self._recorded(actor, calls.NOTICE, wanted.case, wanted.by):
            return await self._fees.notice(wanted.case, wanted.facts, _by(actor, wanted.by))

    async def print(self, actor: Actor, wanted: calls.PrintNotice, _: Report = silent) -> FeeShown:
        """Send it as a document. Raises as Fees.print."""
        async with self._recorded(actor, calls.PRINT, wanted.case, wanted.by):
            return await self._fees.print(wanted.case, _by(actor, wanted.by))

    async def record(
        self, actor: Actor, wanted: calls.RecordPayment, _: Report = silent
    ) -> FeeShown:
        """It was paid. Raises as Fees.record."""
        async with self._recorded(actor, calls.RECORD, wanted.case, wanted.by):
            return await self._fees.record(wanted.case, wanted.payer, _by(actor, wanted.by))

    async def relief(self, actor: Actor, wanted: calls.Relief, _: Report = silent) -> FeeShown:
        """Approve relief. Raises as Fees.relief."""
        detail = {"evidence": wanted.evidence}
        async with self._recorded(actor, calls.RELIEF, wanted.case, wanted.by, **detail):
            return await self._fees.relief(wanted.case, wanted.evidence, _by(actor, wanted.by))

    async def refund(self, actor: Actor, wanted: calls.Refund, _: Report = silent) -> FeeShown:
        """Pay back. Raises as Fees.refund."""
        async with self._recorded(actor, calls.REFUND, wanted.case, wanted.by):
            return await self._fees.refund(wanted.case, wanted.words, _by(actor, wanted.by))

    async def unpaid(self, actor: Actor, wanted: calls.Unpaid, _: Report = silent) -> FeeShown:
        """It is not waited for any longer. Raises as Fees.unpaid."""
        async with self._recorded(actor, calls.UNPAID, wanted.case, wanted.by):
            return await self._fees.unpaid(wanted.case, wanted.words, _by(actor, wanted.by))

    async def day(self, actor: Actor, wanted: calls.ShowDay, _: Report = silent) -> DayShown:
        """The sums of a day. Raises UsageError: no such day."""
        clock = self._fees.clock
        day = read_day(wanted.day, "--day") if wanted.day else local_time(clock.now_ms()).date()
        async with self._recorded(actor, calls.DAY, day.isoformat()):
            return await self._days.show(day.isoformat())

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(calls.SHOW, self.show),
            Handler(calls.NOTICE, self.notice),
            Handler(calls.PRINT, self.print),
            Handler(calls.RECORD, self.record),
            Handler(calls.RELIEF, self.relief),
            Handler(calls.REFUND, self.refund),
            Handler(calls.UNPAID, self.unpaid),
            Handler(calls.DAY, self.day),
        )

    @asynccontextmanager
    async def _recorded(
        self, actor: Actor, call: Call[Any, Any], subject: str, by: str = "", **detail: str
    ) -> AsyncIterator[None]:
        detail = {**detail, "as": by} if by else detail
        async with self._record.action(actor, call.name, subject=subject, detail=detail):
            actor.require(Right.CASES)
            yield


def _by(actor: Actor, name: str) -> str:
    """Who acts: whoever owns the data folder may say for whom."""
    return name if name and actor.rights is None else actor.name
