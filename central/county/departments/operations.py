"""Departments and posts for whoever may: rights, the record, and words of what was changed."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from central.accounts.accounts import account_name
from central.accounts.roles import Right
from central.county.departments import calls, sheet
from central.county.departments.changing import Changed
from central.county.departments.intents import INTENTS, Context, Intent
from central.county.departments.ports import Flows
from central.county.departments.service import Departments
from central.county.departments.showing import differences, shown
from central.county.departments.staffing import Staffing
from central.county.departments.watch import look
from protocol.errors.posts import PostTableError
from protocol.limits import MAX_ROSTER_FILE_BYTES
from runtime.actor import Actor
from runtime.cli.command import read_file, silent
from runtime.control.calls import Call, Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

A = TypeVar("A")

log = logging.getLogger(__name__)

_SUBJECT_CHARS = 200
_TITLE = "部门岗位"

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """How a table of words is read and written: another room knows files of table programs."""

    read: Callable[[str, bytes], tuple[Rows, Sequence[tuple[int, str]]]]
    write: Callable[[str, Rows, bool], bytes]  # True: for Excel, else CSV


class DepartmentOperations:
    """The departments of one county."""

    def __init__(
        self, departments: Departments, record: Record, *, flows: Flows, tables: Tables
    ) -> None:
        self._departments, self._record = departments, record
        self._flows, self._tables = flows, tables

    async def show(self, actor: Actor, _: Nothing, __: Report = silent) -> calls.StaffingShown:
        """Who works where, and what is to be seen to. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        staffing = await self._departments.now()
        return shown(staffing, await self._findings(staffing), self._departments.today)

    async def alarms(self) -> list[dict[str, str]]:
        """What is to be seen to, ``{code, words}`` each, for the county's own status."""
        found = await self._findings(await self._departments.now())
        return [{"code": one.code, "words": one.words} for one in found]

    async def log(self) -> None:
        """A slow job: say in the log how much there is to see to, without anybody's name."""
        for code, count in Counter(one["code"] for one in await self.alarms()).items():
            extra = {"event": "departments.alarm", "code": code, "count": count}
            log.warning("departments are to be seen to", extra=extra)

    async def export(
        self, actor: Actor, wanted: calls.ExportStaffing, _: Report = silent
    ) -> calls.Exported:
        """The table of all of it but delegations. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        rows = sheet.rows_of(await self._departments.now())
        data = await asyncio.to_thread(self._tables.write, _TITLE, rows, wanted.excel)
        return calls.Exported(name=f"{_TITLE}.{'xlsx' if wanted.excel else 'csv'}", data=data)

    async def import_table(
        self, actor: Actor, wanted: calls.ImportStaffing, _: Report = silent
    ) -> calls.Imported:
        """Take a table, whole or not at all; or only tell what it would change.

        Raises:
            LoginForbiddenError: the actor may not.
            FileUnreadableError, TableError: it can't be read as a table.
        """
        actor.require(Right.GRANT)
        data = wanted.table
        if wanted.file is not None:
            data = await asyncio.to_thread(read_file, wanted.file, MAX_ROSTER_FILE_BYTES)
        rows, wrong = await asyncio.to_thread(self._tables.read, _TITLE, data)
        faults = [calls.RowFault(row=row, reason=reason) for row, reason in wrong]
        before = await self._departments.now()
        applied = sheet.apply(before, rows)
        faults += [calls.RowFault(row=one.row, reason=one.reason) for one in applied.faults]
        found = [] if faults else differences(before, applied.staffing)
        if faults or wanted.try_only or not found:
            return calls.Imported(differences=found, faults=faults, done=False)
        intent = Intent(subject="", change=partial(_applied, rows=rows))
        done = await self._change(actor, calls.IMPORT, intent)
        return calls.Imported(differences=done.differences, faults=(), done=True)

    async def do(
        self, actor: Actor, call: Call[A, calls.Done], wanted: A, _: Report = silent
    ) -> calls.Done:
        """Change something.

        Raises:
            LoginForbiddenError: the actor may not.
            PostError, DelegationError: it can't be so (central.county.departments.changing).
        """
        departments = self._departments
        context = Context(today=departments.today, now_ms=departments.now_ms, by=str(actor))
        return await self._change(actor, call, INTENTS[call](wanted, context))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(calls.SHOW, self.show),
            Handler(calls.EXPORT, self.export),
            Handler(calls.IMPORT, self.import_table),
            *(Handler(call, self._doing(call)) for call in INTENTS),
        )

    def _doing(self, call: Call[Any, calls.Done]) -> Callable[..., Any]:
        async def method(actor: Actor, wanted: Any, report: Report) -> calls.Done:  # noqa: ANN401
            return await self.do(actor, call, wanted, report)

        return method

    async def _findings(self, staffing: Staffing) -> list[calls.Finding]:
        named = await self._flows() if staffing.departments else ()
        return look(staffing, named, self._departments.today)

    async def _change(self, actor: Actor, call: Call[Any, Any], intent: Intent) -> calls.Done:
        subject, own = intent.subject[:_SUBJECT_CHARS], intent.of_oneself
        async with self._record.action(actor, call.name, subject=subject, detail=intent.detail):
            oneself = bool(own) and account_name(actor.name) == own
            actor.require(Right.CASES if oneself else Right.GRANT)
            effect = await self._departments.change(intent.change, str(actor))
        return calls.Done(differences=differences(effect.before, effect.after))


def _applied(made: Staffing, rows: Rows) -> Changed:
    applied = sheet.apply(made, rows)
    if applied.faults:  # somebody changed something since it was tried
        raise PostTableError(applied.faults[0].reason)
    return Changed(staffing=applied.staffing)
