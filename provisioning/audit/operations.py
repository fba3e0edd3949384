"""The audit record for the command line, and the wrapper by which other operations get into it."""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from protocol.envelope.keys import Signer
from protocol.errors import UsageError, YizhanError
from protocol.trust.audit import AuditHead
from provisioning.audit.entry import Chain
from provisioning.audit.evidence import Evidence, Gather
from provisioning.audit.evidence import verify as verify_with
from provisioning.audit.export import MAX_AUDIT_FILE_BYTES, compare, export_bytes, read_export
from provisioning.audit.log import AuditLog
from runtime.command import read_file
from runtime.control.owner import BY, Operation, Report
from runtime.papers import new_paper

VERIFY, EXPORT, PURGE = "audit.verify", "audit.export", "audit.purge"
BEGUN, DONE = "begun", "done"


def audited(
    operations: Mapping[str, Operation],
    log: AuditLog,
    *,
    said: Mapping[str, tuple[str, ...]],
    quiet: AbstractSet[str],
) -> dict[str, Operation]:
    """The same operations; each leaves an entry before it begins and one with its outcome.

    Args:
        said: arguments that are recorded, by operation; the first is its subject. No other
            argument is.
        quiet: operations that change nothing and show nothing of a person.
    """
    return {
        name: operation if name in quiet else _audited(name, operation, log, said.get(name, ()))
        for name, operation in operations.items()
    }


def _audited(name: str, operation: Operation, log: AuditLog, said: tuple[str, ...]) -> Operation:
    async def run(args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401 - as JSON gives it
        detail = {key: args[key] for key in said[1:] if key in args}
        subject = str(args.get(said[0], "")) if said else ""

        async def note(outcome: str) -> None:
            await asyncio.to_thread(
                log.add,
                actor=str(args.get(BY, "")),
                action=name,
                subject=subject,
                outcome=outcome,
                detail=detail,
            )

        await note(BEGUN)
        try:
            result = await operation(args, report)
        except YizhanError as exc:
            await note(exc.code)
            raise
        await note(DONE)
        return result

    return run


def audit_operations(log: AuditLog, signer: Signer, gather: Gather) -> dict[str, Operation]:
    """What can be asked of the record itself; exports are signed by ``signer``.

    Args:
        gather: brings what others hold of the record.
    """

    async def verify(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        export = Path(args["export"]) if args.get("export") else None
        told = [_head(text) for text in args.get("heads") or ()]
        public = signer.public_bytes()
        known = await gather()
        evidence = replace(known, heads=[*known.heads, *told])
        return await asyncio.to_thread(_verify, log, public, export, evidence)

    async def export(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        return await asyncio.to_thread(_export, log, signer, Path(args["to"]))

    async def purge(args: Mapping[str, Any], _report: Report) -> dict[str, int]:
        before_ms = _day_ms(str(args["before"]))
        gone = await asyncio.to_thread(log.purge, before_ms=before_ms, actor=str(args.get(BY, "")))
        return {"purged": gone}

    return {VERIFY: verify, EXPORT: export, PURGE: purge}


def _verify(
    log: AuditLog, public: bytes, export: Path | None, evidence: Evidence
) -> dict[str, Any]:
    chain = verify_with(log, evidence)
    if export is not None:
        compare(log, read_export(read_file(export, MAX_AUDIT_FILE_BYTES), public))
    return _told(chain)


def _export(log: AuditLog, signer: Signer, path: Path) -> dict[str, Any]:
    texts = list(log.entries())
    data, chain = export_bytes(texts, signer)
    with new_paper(path, force=False, room=len(data)) as file:
        file.write(data)
    return _told(chain)


def _told(chain: Chain) -> dict[str, Any]:
    return {"first": chain.first, "last": chain.last, "hash": chain.head}


def _head(text: str) -> AuditHead:
    """An end as a hub or station shows it: its number, a colon, its hash."""
    number, _, digest = text.strip().partition(":")
    try:
        return AuditHead(number=int(number), hash=bytes.fromhex(digest))
    except ValueError:
        raise UsageError(f"{text[:80]!r} 应写作“序号、冒号、哈希”") from None


def _day_ms(text: str) -> int:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"日期 {text[:20]!r} 应写作 2026-01-31") from None
    return round(day.timestamp() * 1000)
