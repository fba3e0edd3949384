"""Importing a table of nodes, as the command line asks for it."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from protocol.limits import MAX_ROSTER_FILE_BYTES
from provisioning.authority import Authority
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import Kits, Outcome, import_table
from runtime.command import read_file
from runtime.control.owner import Operation, Report

IMPORT, BUNDLE = "provision.import", "provision.import-bundle"
SAID = {IMPORT: ("table", "kits"), BUNDLE: ("name",)}


def bulk_operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after a new version of the roster."""

    async def add(data: bytes, kits: Kits, report: Report) -> dict[str, Any]:
        loop = asyncio.get_running_loop()

        def told(done: int, total: int) -> None:
            loop.call_soon_threadsafe(report, {"done": done, "total": total})

        outcome = await asyncio.to_thread(import_table, authority, data, kits, told=told)
        if outcome.nodes:
            await changed()
        return _told(outcome, authority.roster().version)

    async def to_folder(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        data = await asyncio.to_thread(read_file, Path(args["table"]), MAX_ROSTER_FILE_BYTES)
        return await add(data, KitFolder(Path(args["kits"])), report)

    async def to_bundle(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        bundle = KitBundle()
        answer = await add(base64.b64decode(args["table"]), bundle, report)
        made = {"kits": bundle.kits, "cards": bundle.cards}
        return answer | {name: base64.b64encode(data).decode() for name, data in made.items()}

    return {IMPORT: to_folder, BUNDLE: to_bundle}


def _told(outcome: Outcome, version: int) -> dict[str, Any]:
    return {
        "roster": version,
        "nodes": [
            {
                "node": one.node,
                "role": one.newcomer.role.value,
                "code": one.newcomer.code,
                "name": one.newcomer.name,
                "kit": str(one.kit),
                "card": str(one.card),
            }
            for one in outcome.nodes
        ],
        "faults": [
            {"line": fault.line, "code": fault.code, "reason": fault.reason}
            for fault in outcome.faults
        ],
    }
