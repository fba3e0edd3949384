"""Archive packages of closed cases: made once, kept as made, written out, confirmed as moved away.

The event that files a case names the digest of its package, and stands in the same commit.

Source: docs/archive.md; docs/casework.md.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.archive import queries
from central.county.archive.calls import FileShown, Filing, PackageShown, PackageWhole, ReadyShown
from central.county.archive.contents import made_of, papers_of, title_of
from central.county.archive.gathering import Gathered, Gathering
from central.county.archive.kept import (
    Built,
    Facts,
    KeptParts,
    built,
    looked_at,
    manifest_of,
    read_parts,
)
from central.county.archive.models import PackageRow
from central.county.archive.ports import FilingRules, NamesOf, Rules, Voucher
from central.county.flows.filing import After, CaseFiling
from central.county.flows.log import By
from central.county.ports.relay import Blobs, Nodes
from central.store.engine import Store
from protocol.archive.manifest import MANIFEST, read_manifest
from protocol.archive.proof import ArchiveKey, Proof, sign_manifest, vouch
from protocol.casework.events.closing import Archived
from protocol.casework.states import STATE_WORDS
from protocol.casework.table import BY_BODY, refusal
from protocol.envelope.keys import Signer
from protocol.errors import YizhanError
from protocol.errors.archive import ArchiveGoneError, ArchiveUnknownError
from protocol.errors.casework import StepNotNowError
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.schedule import local_time

DAY_MS = 86_400_000
_PAGE = 200
_LISTED = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """What a package is signed with."""

    node: NodeId  # the county's
    signer: Signer
    voucher: Voucher
    nodes: Nodes

    def proof(self, manifest: bytes) -> Proof:
        """Of these bytes; the same each time for the same keys. Blocks for a millisecond."""
        key = ArchiveKey(
            county=bytes.fromhex(self.node),
            name=self.nodes.roster.nodes[self.node].name,
            key=self.signer.public_bytes(),
        )
        return Proof(
            signature=sign_manifest(hashlib.sha256(manifest).digest(), self.signer),
            chain=vouch(self.voucher.delegation, self.voucher.signer, key),
            root=self.voucher.root_public,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The packages of one county."""

    store: Store
    gathering: Gathering
    files: CaseFiling
    blobs: Blobs
    proving: Proving
    clock: Clock
    rules: Rules
    names_of: NamesOf

    async def make(self, name: str, by: By) -> PackageShown:
        """File a case: its package, and the event that names it; the one that there is.

        Raises:
            CaseUnknownError: no such case.
            StepNotNowError: it has not ended.
            StepForbiddenError: somebody else may file it.
            CaseMovedError: something happened to it meanwhile.
            CaseErasedError, LogBrokenError, DamagedError, ArchiveTooLargeError: it can't be done.
        """
        held = await self.store.transact(lambda session: self._there(session, name))
        if held is not None:
            return held
        gathered = await self.store.transact(lambda session: self.gathering.of(session, name))
        _require_ended(gathered)
        made = await asyncio.to_thread(self._built, gathered)

        async def work(session: AsyncSession) -> PackageShown:
            handled = await self.gathering.casework.handled(session, name)
            body = Archived(digest=made.digest.hex())
            await self.files.filed(session, handled, body, by, seen=gathered.logged.status.n)
            row = self._row(gathered, made, by)
            session.add(row)
            await session.flush()
            return package_shown(row)

        return await self.store.transact(work)

    async def make_due(self) -> tuple[list[PackageShown], list[tuple[str, YizhanError]]]:
        """File all that is due by the policy; a case that can't be filed stops no other."""
        made, refused = list[PackageShown](), list[tuple[str, YizhanError]]()
        days = self.rules().archive_days
        before_ms = self.clock.now_ms() - days * DAY_MS
        after: After = None
        while days:
            page = await self.store.transact(
                partial(self.files.to_file, before_ms=before_ms, after=after, limit=_PAGE)
            )
            for one in page:
                after = (one.ended_ms, one.case.key)
                try:
                    made.append(await self.make(one.case.number, By()))
                except YizhanError as exc:
                    refused.append((one.case.number, exc))
                    extra = {"event": "archive.refused", "case": one.case.number, "code": exc.code}
                    log.warning("a case could not be filed", extra=extra)
            if len(page) < _PAGE:
                break
        if made:
            log.info("cases filed", extra={"event": "archive.made", "count": len(made)})
        return made, refused

    async def filing(self, limit: int) -> Filing:
        """How the county's filing stands."""
        limit, rules, now_ms = min(max(limit, 1), _LISTED), self.rules(), self.clock.now_ms()

        async def work(session: AsyncSession) -> Filing:
            ready = await self.files.to_file(session, before_ms=now_ms + 1, after=None, limit=limit)
            made = await queries.unmoved(session, limit)
            moved = await queries.moved(session, limit)
            purged = await queries.purged(session, limit)
            items = {one.case.item for one in ready} | {
                one.item for one in (*made, *moved, *purged)
            }
            return Filing(
                ready=[
                    ReadyShown(
                        case=one.case.number,
                        item=one.case.item,
                        state=STATE_WORDS[one.state],
                        ended_ms=one.ended_ms,
                        due=self._is_due(one.ended_ms, rules, now_ms),
                    )
                    for one in ready
                ],
                made=[package_shown(one) for one in made],
                moved=[package_shown(one) for one in moved],
                purged=[package_shown(one) for one in purged],
                names=await self.names_of(session, items),
                archive_days=rules.archive_days,
                purge_days=rules.purge_days,
            )

        return await self.store.transact(work)

    async def show(self, name: str) -> PackageWhole:
        """A package and what is in it. Raises CaseUnknownError, ArchiveUnknownError."""

        async def work(session: AsyncSession) -> tuple[PackageRow, str]:
            row = await self.row_in(session, name)
            return row, (await self.names_of(session, {row.item}))[row.item]

        row, title = await self.store.transact(work)
        files: Sequence[FileShown] = ()
        if row.parts:
            made = {one.path: one.data for one in read_parts(row.parts).made}
            files = [
                FileShown(path=one.path, title=one.title, bytes=one.bytes, sha256=one.sha256)
                for one in read_manifest(made[MANIFEST]).files
            ]
        return PackageWhole(
            package=package_shown(row), title=title, manifest=row.manifest.hex(), files=files
        )

    async def parts(self, name: str) -> tuple[PackageRow, KeptParts]:
        """What a package is made of.

        Raises:
            CaseUnknownError, ArchiveUnknownError: there is none.
            ArchiveGoneError: it was purged.
        """
        row = await self.row(name)
        if not row.parts:
            raise ArchiveGoneError(row.number)
        return row, read_parts(row.parts)

    async def waiting(self) -> Sequence[str]:
        """Numbers of cases whose packages nobody has confirmed, the oldest first."""
        rows = await self.store.transact(lambda session: queries.unmoved(session, _LISTED))
        return [row.number for row in rows]

    async def row(self, name: str) -> PackageRow:
        """Raises CaseUnknownError, ArchiveUnknownError."""

        async def work(session: AsyncSession) -> PackageRow:
            return await self.row_in(session, name)

        return await self.store.transact(work)

    async def row_in(self, session: AsyncSession, name: str, *, held: bool = False) -> PackageRow:
        """The same in the caller's transaction."""
        handled = await self.gathering.casework.handled(session, name)
        row = await queries.package_of(session, handled.key, held=held)
        if row is None:
            raise ArchiveUnknownError(handled.number)
        return row

    async def _there(self, session: AsyncSession, name: str) -> PackageShown | None:
        handled = await self.gathering.casework.handled(session, name)
        row = await queries.package_of(session, handled.key)
        return package_shown(row) if row else None

    def _built(self, gathered: Gathered) -> Built:
        """Blocks for the disk."""
        whole, status = gathered.whole, gathered.logged.status
        case = whole.found.case
        record = tuple(self.proving.voucher.audit.about(whole.names))
        made = made_of(gathered, record)
        papers = papers_of(gathered)
        kept = list(looked_at(papers, self.blobs))
        manifest = manifest_of(
            Facts(
                case=case.case,
                application=case.application,
                station=case.station,
                county=self.proving.node,
                events=status.n,
                ended=_ended(gathered).isoformat(),
            ),
            {path: (title_of(path), data) for path, data in made.items()},
            list(zip(papers, kept, strict=True)),
        )
        return built(manifest, self.proving.proof(manifest), made, kept, blobs=self.blobs)

    def _row(self, gathered: Gathered, made: Built, by: By) -> PackageRow:
        case = gathered.whole.found.case
        return PackageRow(
            station=gathered.whole.key[0],
            application=gathered.whole.key[1],
            number=case.case,
            item=case.item,
            ended_ms=gathered.logged.status.ended_ms or case.received_ms,
            digest=made.digest,
            manifest=made.manifest,
            size=made.size,
            parts=made.parts,
            made_ms=self.clock.now_ms(),
            made_by=by.name,
            moved_by="",
            moved_to="",
            held_by="",
            held_why="",
        )

    def _is_due(self, ended_ms: int, rules: FilingRules, now_ms: int) -> bool:
        return bool(rules.archive_days) and ended_ms < now_ms - rules.archive_days * DAY_MS


def package_shown(row: PackageRow) -> PackageShown:
    """As people see it."""
    return PackageShown(
        case=row.number,
        item=row.item,
        ended_ms=row.ended_ms,
        sha256=row.digest.hex(),
        bytes=row.size,
        made_ms=row.made_ms,
        made_by=row.made_by,
        moved_ms=row.moved_ms,
        moved_by=row.moved_by,
        moved_to=row.moved_to,
        held_ms=row.held_ms,
        held_by=row.held_by,
        held_why=row.held_why,
        purged_ms=row.purged_ms,
    )


def _require_ended(gathered: Gathered) -> None:
    logged = gathered.logged
    if why := refusal(BY_BODY[Archived], logged.status, logged.rules):
        word = STATE_WORDS[logged.status.state]
        raise StepNotNowError(f"{logged.number}：{why}（{word}）")


def _ended(gathered: Gathered) -> date:
    at_ms = gathered.logged.status.ended_ms or gathered.whole.found.case.received_ms
    return local_time(at_ms).date()
