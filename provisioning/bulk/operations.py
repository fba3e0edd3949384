"""Importing a table of nodes, as the command line asks for it."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from protocol.ids import NodeId, node_id
from protocol.limits import MAX_ROSTER_FILE_BYTES
from provisioning.authority import Authority
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import Kits, Outcome, Preview, check_table, import_table, reissue
from runtime.command import read_file
from runtime.control.owner import Operation, Report

IMPORT, BUNDLE, CHECK = "provision.import", "provision.import-bundle", "provision.import-check"
REISSUE, REISSUE_BUNDLE = "provision.reissue", "provision.reissue-bundle"
SAID = {
    IMPORT: ("table", "kits"),
    BUNDLE: ("name",),
    REISSUE: ("kits", "nodes"),
    REISSUE_BUNDLE: ("name", "nodes"),
}
QUIET = frozenset((CHECK,))


def bulk_operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after a new version of the roster."""

    async def add(
        data: bytes, kits: Kits, report: Report, *, anyway: bool = False
    ) -> dict[str, Any]:
        work = partial(import_table, authority, data, kits, anyway=anyway)
        answer = await _made(authority, work, report)
        if answer["nodes"]:
            await changed()
        return answer

    async def to_folder(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        data = await asyncio.to_thread(read_file, Path(args["table"]), MAX_ROSTER_FILE_BYTES)
        kits = KitFolder(Path(args["kits"]))
        return await add(data, kits, report, anyway=bool(args.get("anyway")))

    async def to_bundle(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        bundle = KitBundle()
        data, anyway = base64.b64decode(args["table"]), bool(args.get("anyway"))
        answer = await add(data, bundle, report, anyway=anyway)
        return answer | _files(bundle)

    async def check(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await _check(authority, args)

    async def again(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        nodes, kits = _nodes(args), KitFolder(Path(args["kits"]))
        return await _made(authority, partial(reissue, authority, nodes, kits), report)

    async def again_bundle(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        bundle = KitBundle()
        answer = await _made(authority, partial(reissue, authority, _nodes(args), bundle), report)
        return answer | _files(bundle)

    return {
        IMPORT: to_folder,
        BUNDLE: to_bundle,
        CHECK: check,
        REISSUE: again,
        REISSUE_BUNDLE: again_bundle,
    }


async def _made(
    authority: Authority, work: Callable[..., Outcome], report: Report
) -> dict[str, Any]:
    loop = asyncio.get_running_loop()

    def told(done: int, total: int) -> None:
        loop.call_soon_threadsafe(report, {"done": done, "total": total})

    return _told(await asyncio.to_thread(work, told=told), authority.roster().version)


async def _check(authority: Authority, args: Mapping[str, Any]) -> dict[str, Any]:
    if "file" in args:
        data = await asyncio.to_thread(read_file, Path(args["file"]), MAX_ROSTER_FILE_BYTES)
    else:
        data = base64.b64decode(args["table"])
    return _previewed(
        await asyncio.to_thread(check_table, authority, data, anyway=bool(args.get("anyway")))
    )


def _nodes(args: Mapping[str, Any]) -> list[NodeId]:
    return [node_id(node) for node in args["nodes"]]


def _files(bundle: KitBundle) -> dict[str, str]:
    made = {"kits": bundle.kits, "cards": bundle.cards}
    return {name: base64.b64encode(data).decode() for name, data in made.items()}


def _previewed(preview: Preview) -> dict[str, Any]:
    return {
        "lines": [
            {
                "line": line.number,
                "role": line.newcomer.role.value,
                "code": line.newcomer.code,
                "name": line.newcomer.name,
                "parent": line.newcomer.parent,
                "contact": line.newcomer.contact,
                "url": line.newcomer.url,
            }
            for line in preview.lines
        ],
        **_wrong(preview.found),
    }


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
        **_wrong(outcome),
    }


def _wrong(outcome: Outcome) -> dict[str, Any]:
    return {
        "faults": [
            {"line": fault.line, "code": fault.code, "reason": fault.reason}
            for fault in outcome.faults
        ],
        "causes": [cause.json() for cause in outcome.causes],
        "unknown": list(outcome.unknown),
    }
