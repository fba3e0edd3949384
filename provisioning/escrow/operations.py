"""Keys in a safe, for the command line."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.authority import Authority
from provisioning.escrow.drill import Drill, Plan
from provisioning.escrow.service import KeyEscrow, Terms
from runtime.control.owner import Operation, Report

EXPORT_ROOT, EXPORT_KEYS = "provision.root-export", "provision.keys-export"
EXPORT_RECOVERY, NEW_RECOVERY = "provision.recovery-export", "provision.recovery-new"
RENEW, RECOVER, DRILL = (
    "provision.registrar-replace",
    "provision.keys-recover",
    "provision.drill",
)
SAID = {
    EXPORT_ROOT: ("to", "threshold", "shares"),
    EXPORT_KEYS: ("to", "threshold", "shares"),
    EXPORT_RECOVERY: ("to", "threshold", "shares"),
    NEW_RECOVERY: ("file",),
    RENEW: ("sealed", "above"),
    RECOVER: ("sealed",),
    DRILL: ("report", "backup"),
}


def escrow_operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after each new version of the roster."""
    safe = KeyEscrow(authority)

    async def export_root(args: Mapping[str, Any], _report: Report) -> list[str]:
        return _names(await asyncio.to_thread(safe.export_root, Path(args["to"]), _terms(args)))

    async def export_keys(args: Mapping[str, Any], _report: Report) -> list[str]:
        return _names(await asyncio.to_thread(safe.export_keys, Path(args["to"]), _terms(args)))

    async def export_recovery(args: Mapping[str, Any], _report: Report) -> list[str]:
        to, file = Path(args["to"]), _path(args.get("file"))
        return _names(await asyncio.to_thread(safe.export_recovery, to, _terms(args), file))

    async def new_recovery(args: Mapping[str, Any], _report: Report) -> dict[str, str]:
        half = await asyncio.to_thread(safe.new_recovery, _path(args.get("file")))
        return {"file": str(half.file), "key": half.name}

    async def replace(args: Mapping[str, Any], _report: Report) -> dict[str, int]:
        papers = _paths(args["papers"])
        roster = await asyncio.to_thread(
            safe.replace_registrar, Path(args["sealed"]), papers, above=int(args["above"])
        )
        await changed()
        return {"roster": roster.version, "registrar": roster.delegation.number}

    async def recover(args: Mapping[str, Any], _report: Report) -> str:
        papers = _paths(args["papers"])
        keys = await asyncio.to_thread(safe.recover_keys, Path(args["sealed"]), papers)
        return base64.b64encode(keys).decode("ascii")

    async def drill(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        loop = asyncio.get_running_loop()

        def told(step: str) -> None:
            loop.call_soon_threadsafe(report, {"step": step})

        plan = Plan(
            root=_path(args["root"]),
            root_papers=_paths(args["root_papers"]),
            keys=_path(args["keys"]),
            keys_papers=_paths(args["keys_papers"]),
            backup=_path(args["backup"]),
            recovery=_path(args.get("recovery")),
            recovery_papers=_paths(args.get("recovery_papers", ())),
        )
        running = Drill(authority)
        return await asyncio.to_thread(running.run, plan, Path(args["report"]), told)

    return {
        EXPORT_ROOT: export_root,
        EXPORT_KEYS: export_keys,
        EXPORT_RECOVERY: export_recovery,
        NEW_RECOVERY: new_recovery,
        RENEW: replace,
        RECOVER: recover,
        DRILL: drill,
    }


def _terms(args: Mapping[str, Any]) -> Terms:
    return Terms(threshold=int(args["threshold"]), shares=int(args["shares"]))


def _names(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]


def _paths(names: Sequence[str]) -> list[Path]:
    return [Path(name) for name in names]


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None
