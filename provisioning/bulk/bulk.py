"""Many nodes at once, for whoever may: rights, and the record.

Source: docs/operations.md, "A whole county at once"; ADR 0043.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from protocol.ids import NodeId, node_id
from protocol.limits import MAX_ROSTER_FILE_BYTES
from provisioning.authority import Authority
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.calls import (
    BUNDLE,
    CHECK,
    IMPORT,
    REISSUE,
    REISSUE_BUNDLE,
    Added,
    AddedNode,
    Bundled,
    Checked,
    CheckTable,
    ImportBundle,
    ImportTable,
    Reissue,
    ReissueBundle,
    TableFault,
    TableLine,
)
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import Kits, Outcome, Preview, check_table, import_table, reissue
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import read_file, silent
from runtime.control.calls import Handler, handlers
from runtime.control.done import Done
from runtime.control.owner import Operation, Report
from runtime.record import Record


class Bulk:
    """Tables of nodes. Each method raises LoginForbiddenError without Right.RUN, and UsageError."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after a new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record

    async def import_table(
        self, actor: Actor, wanted: ImportTable, report: Report = silent
    ) -> Added:
        """Add every node of a table, all or none, and write kits and cards."""
        detail = {"kits": str(wanted.kits)}
        table = str(wanted.table)
        async with self._record.action(actor, IMPORT.name, subject=table, detail=detail):
            actor.require(Right.RUN)
            data = await asyncio.to_thread(read_file, wanted.table, MAX_ROSTER_FILE_BYTES)
            return await self._add(data, KitFolder(wanted.kits), report, anyway=wanted.anyway)

    async def import_bundle(
        self, actor: Actor, wanted: ImportBundle, report: Report = silent
    ) -> Bundled:
        """The same in memory."""
        async with self._record.action(actor, BUNDLE.name, subject=wanted.name):
            actor.require(Right.RUN)
            bundle = KitBundle()
            added = await self._add(wanted.table, bundle, report, anyway=wanted.anyway)
            return _bundled(added, bundle)

    async def check(self, actor: Actor, wanted: CheckTable, _: Report = silent) -> Checked:
        """What a table would add; nothing is added, and nothing is recorded."""
        actor.require(Right.RUN)
        data = wanted.table
        if wanted.file is not None:
            data = await asyncio.to_thread(read_file, wanted.file, MAX_ROSTER_FILE_BYTES)
        check = partial(check_table, self._authority, data, anyway=wanted.anyway)
        return _checked(await asyncio.to_thread(check))

    async def reissue(self, actor: Actor, wanted: Reissue, report: Report = silent) -> Added:
        """New codes, kits and cards in a folder."""
        detail = {"nodes": list(wanted.nodes)}
        kits = str(wanted.kits)
        async with self._record.action(actor, REISSUE.name, subject=kits, detail=detail):
            actor.require(Right.RUN)
            return await self._again(wanted.nodes, KitFolder(wanted.kits), report)

    async def reissue_bundle(
        self, actor: Actor, wanted: ReissueBundle, report: Report = silent
    ) -> Bundled:
        """The same in memory."""
        detail, name = {"nodes": list(wanted.nodes)}, wanted.name
        async with self._record.action(actor, REISSUE_BUNDLE.name, subject=name, detail=detail):
            actor.require(Right.RUN)
            bundle = KitBundle()
            return _bundled(await self._again(wanted.nodes, bundle, report), bundle)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(IMPORT, self.import_table),
            Handler(BUNDLE, self.import_bundle),
            Handler(CHECK, self.check),
            Handler(REISSUE, self.reissue),
            Handler(REISSUE_BUNDLE, self.reissue_bundle),
        )

    async def _add(self, data: bytes, kits: Kits, report: Report, *, anyway: bool) -> Added:
        work = partial(import_table, self._authority, data, kits, anyway=anyway)
        added = await self._made(work, report)
        if added.nodes:
            await self._changed()
        return added

    async def _again(self, nodes: Sequence[str], kits: Kits, report: Report) -> Added:
        named: list[NodeId] = [node_id(node) for node in nodes]
        return await self._made(partial(reissue, self._authority, named, kits), report)

    async def _made(self, work: Callable[..., Outcome], report: Report) -> Added:
        loop = asyncio.get_running_loop()

        def told(done: int, total: int) -> None:
            loop.call_soon_threadsafe(report, Done(done, total))

        outcome = await asyncio.to_thread(work, told=told)
        return _added(outcome, self._authority.roster().version)


def _bundled(added: Added, bundle: KitBundle) -> Bundled:
    return Bundled(
        roster=added.roster,
        nodes=added.nodes,
        kits=bundle.kits,
        cards=bundle.cards,
        faults=added.faults,
        causes=added.causes,
        unknown=added.unknown,
    )


def _checked(preview: Preview) -> Checked:
    lines = [
        TableLine(
            line=line.number,
            role=line.newcomer.role,
            code=line.newcomer.code,
            name=line.newcomer.name,
            parent=line.newcomer.parent,
            contact=line.newcomer.contact,
            url=line.newcomer.url,
        )
        for line in preview.lines
    ]
    return Checked(lines=lines, **_wrong(preview.found))


def _added(outcome: Outcome, version: int) -> Added:
    nodes = [
        AddedNode(
            node=one.node,
            role=one.newcomer.role,
            code=one.newcomer.code,
            name=one.newcomer.name,
            kit=str(one.kit),
            card=str(one.card),
        )
        for one in outcome.nodes
    ]
    return Added(roster=version, nodes=nodes, **_wrong(outcome))


def _wrong(outcome: Outcome) -> dict[str, Any]:
    """The fields of an answer that say what is wrong."""
    faults = [
        TableFault(line=fault.line, code=fault.code, reason=fault.reason)
        for fault in outcome.faults
    ]
    return {"faults": faults, "causes": outcome.causes, "unknown": outcome.unknown}
