"""Packages leave the county: written out with a list, and confirmed by who received them.

What confirms is the digest as it was counted at the other place: a click proves nothing.
"""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.archive import queries
from central.county.archive.calls import Exported, Moved, PackageShown, Written
from central.county.archive.kept import KeptParts, file_pieces
from central.county.archive.models import PackageRow
from central.county.archive.service import Archive, package_shown
from protocol.errors import DamagedError, UsageError
from protocol.errors.archive import ArchiveDiffersError, ArchiveGoneError
from protocol.limits import MAX_REASON_CHARS
from protocol.text import visible
from protocol.trust.schedule import local_time
from runtime.disk.papers import PaperFolder

_DIGEST_CHARS = 64
_HEADS = ("办件编号", "文件", "字节", "SHA-256", "事项", "办件结束", "归档包做好")
_DAY = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Of one county."""

    archive: Archive

    async def export(self, folder: Path, cases: Sequence[str]) -> Exported:
        """Write packages into a folder, and a list of them; without cases all that wait.

        Raises:
            CaseUnknownError, ArchiveUnknownError, ArchiveGoneError: about ``cases``.
            PaperFullError, PaperError: the folder does not take them.
            DamagedError: a package does not come out as it was made.
        """
        found = [await self.archive.parts(one) for one in cases or await self.archive.waiting()]
        return await asyncio.to_thread(self._write, folder, found)

    async def confirm(self, place: str, digests: Sequence[str], by: str) -> Moved:
        """Note who has the packages with these digests now.

        Raises:
            ArchiveDiffersError: one is of no package here; nothing was noted.
            UsageError: no place, or no digest.
        """
        _require_words(place)
        wanted = {_digest(one) for one in digests}
        if not wanted:
            raise UsageError("请给出接收单位算出的 SHA-256")

        async def work(session: AsyncSession) -> Moved:
            rows = await queries.with_digests(session, wanted)
            if missing := sorted(wanted - {row.digest for row in rows}):
                raise ArchiveDiffersError("、".join(one.hex()[:16] for one in missing[:5]))
            fresh = [row for row in rows if row.moved_ms is None]
            for row in fresh:
                row.moved_ms = self.archive.clock.now_ms()
                row.moved_by, row.moved_to = by, place
            return Moved(
                moved=[row.number for row in fresh],
                before=[row.number for row in rows if row not in fresh],
            )

        return await self.archive.store.transact(work)

    async def hold(self, case: str, why: str, by: str) -> PackageShown:
        """Something speaks against a purge; empty ``why``: not any more.

        Raises CaseUnknownError, ArchiveUnknownError, ArchiveGoneError, UsageError.
        """
        if why:
            _require_words(why)

        async def work(session: AsyncSession) -> PackageShown:
            row = await self.archive.row_in(session, case, held=True)
            if row.purged_ms is not None:
                raise ArchiveGoneError(row.number)
            row.held_ms = self.archive.clock.now_ms() if why else None
            row.held_by, row.held_why = (by, why) if why else ("", "")
            return package_shown(row)

        return await self.archive.store.transact(work)

    def _write(self, folder: Path, found: Sequence[tuple[PackageRow, KeptParts]]) -> Exported:
        if not found:
            return Exported(written=[], inventory=None)
        papers, written = PaperFolder(folder), list[Written]()
        for row, parts in found:
            pieces = file_pieces(parts, self.archive.blobs)
            file = papers.write(f"{row.number}.zip", pieces, check=partial(_require_same, row))
            written.append(Written(case=row.number, path=file.path, sha256=row.digest.hex()))
        table = io.StringIO()
        csv.writer(table).writerows([_HEADS, *map(_line, found, written)])
        text = table.getvalue().encode("utf-8-sig")
        return Exported(written=written, inventory=papers.write("移交清单.csv", [text]).path)


def _line(found: tuple[PackageRow, KeptParts], written: Written) -> Sequence[str]:
    row = found[0]
    return (
        row.number,
        written.path.name,
        str(row.size),
        written.sha256,
        row.item,
        f"{local_time(row.ended_ms):{_DAY}}",
        f"{local_time(row.made_ms):{_DAY}}",
    )


def _require_same(row: PackageRow, digest: bytes) -> None:
    if digest != row.digest:
        raise DamagedError(f"{row.number}.zip")


def _require_words(text: str) -> None:
    if not 0 < len(text) <= MAX_REASON_CHARS or visible(text) != text:
        raise UsageError(f"请写 1 到 {MAX_REASON_CHARS} 个看得见的字")


def _digest(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) * 2 != _DIGEST_CHARS:
        raise UsageError(f"{text[:70]!r} 不是 SHA-256，应是 64 位十六进制数")
    return found
