"""The audit record for whoever may look at it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from protocol.envelope.keys import Signer
from protocol.errors import UsageError
from protocol.trust.audit import AuditHead
from provisioning.audit.calls import (
    EXPORT,
    PURGE,
    VERIFY,
    ExportRecord,
    Purged,
    PurgeRecord,
    RecordChain,
    VerifyRecord,
)
from provisioning.audit.entry import Chain
from provisioning.audit.evidence import Evidence, Gather
from provisioning.audit.evidence import verify as verify_with
from provisioning.audit.export import MAX_AUDIT_FILE_BYTES, compare, export_bytes, read_export
from provisioning.audit.log import AuditLog
from provisioning.audit.record import AuditRecord
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import read_file, silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.disk.papers import new_paper


class AuditService:
    """The record itself. Each method raises LoginForbiddenError without Right.RECORD."""

    def __init__(self, log: AuditLog, signer: Signer, gather: Gather) -> None:
        """Exports are signed by ``signer``; ``gather`` brings what others hold of the record."""
        self._log, self._signer, self._gather = log, signer, gather

    async def verify(self, actor: Actor, wanted: VerifyRecord, _: Report = silent) -> RecordChain:
        """Read all of it, and compare it with what others hold, and with an export.

        Raises:
            AuditBrokenError: something was changed, added, taken out or cut off.
            UsageError: not an end of a record, or not an export of it.
        """
        actor.require(Right.RECORD)
        told = [_head(text) for text in wanted.heads]
        known = await self._gather()
        evidence = replace(known, heads=[*known.heads, *told])
        public = self._signer.public_bytes()
        return await asyncio.to_thread(_verify, self._log, public, wanted.export, evidence)

    async def export(self, actor: Actor, wanted: ExportRecord, _: Report = silent) -> RecordChain:
        """Write all of it into a new file, signed."""
        actor.require(Right.RECORD)
        return await asyncio.to_thread(_export, self._log, self._signer, wanted.to)

    async def exported(self, actor: Actor) -> bytes:
        """The same for a page; that it was taken is recorded."""
        actor.require(Right.RECORD)
        await AuditRecord(self._log).note(actor, EXPORT.name)
        data, _ = await asyncio.to_thread(
            lambda: export_bytes(list(self._log.entries()), self._signer)
        )
        return data

    async def purge(self, actor: Actor, wanted: PurgeRecord, _: Report = silent) -> Purged:
        """Let go of entries older than a day; the record itself says so.

        Raises:
            AuditYoungError: that day is not long enough ago.
        """
        actor.require(Right.RECORD)
        purge = partial(self._log.purge, before_ms=_day_ms(wanted.before), actor=str(actor))
        return Purged(purged=await asyncio.to_thread(purge))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(VERIFY, self.verify), Handler(EXPORT, self.export), Handler(PURGE, self.purge)
        )


def _verify(log: AuditLog, public: bytes, export: Path | None, evidence: Evidence) -> RecordChain:
    chain = verify_with(log, evidence)
    if export is not None:
        compare(log, read_export(read_file(export, MAX_AUDIT_FILE_BYTES), public))
    return _told(chain)


def _export(log: AuditLog, signer: Signer, path: Path) -> RecordChain:
    texts = list(log.entries())
    data, chain = export_bytes(texts, signer)
    with new_paper(path, force=False, room=len(data)) as file:
        file.write(data)
    return _told(chain)


def _told(chain: Chain) -> RecordChain:
    return RecordChain(first=chain.first, last=chain.last, hash=chain.head)


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
