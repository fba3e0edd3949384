"""Completion: blobs arrive, are read and compared, and the last one completes its case."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import FileState
from central.county.casework.files.received import is_whole
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.queries import awaited, cases_of, files_of_cases
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs
from protocol.envelope.blob import open_chunks
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UnopenableError
from protocol.ids import BlobRef, EnvelopeId, NodeId

_KEPT = 1024  # of which the content is known: 200 bytes each

_Plain = tuple[int, bytes]
"""Bytes of a plain file, and their SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A case, or what follows one, of which everything is there now."""

    station: NodeId
    application: bytes  # or the id of what follows
    number: str
    suite: SuiteNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """An envelope that brought a file which is not what its application says."""

    station: NodeId
    envelope: EnvelopeId
    suite: SuiteNumber
    names: tuple[str, ...]  # "material: file name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the arrival of blobs has changed."""

    completed: Sequence[Completed] = ()
    damaged: Sequence[Damaged] = ()  # each envelope once, at its first damaged file
    whole: Sequence[Key] = ()  # of what is no case: station and id, if its files are all here now


class Completion:
    """Completes cases. The caller holds the county's counter, so that nothing races."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._known: OrderedDict[tuple[BlobRef, bytes], _Plain | None] = OrderedDict()

    async def settle(self, session: AsyncSession, blobs: Sequence[BlobRef], now_ms: int) -> Settled:
        """Read every attachment that waits for one of ``blobs``, if that blob is here whole."""
        rows = await awaited(session, blobs) if blobs else ()
        if not rows:
            return Settled()
        states = await asyncio.to_thread(lambda: [self._examine(row) for row in rows])
        keys = {(row.station, row.application) for row in rows}
        cases, files = await cases_of(session, keys), await files_of_cases(session, keys)
        told = {row.envelope_id for of in files.values() for row in of if _is_damaged(row)}
        before = {key for key, of in files.items() if is_whole(of)}
        for row, state in zip(rows, states, strict=True):
            row.state = state.value
        for row in rows:
            if row.state == FileState.WHOLE.value:
                _share(row, files[row.station, row.application])
        completed = [done for key in cases if (done := _complete(cases[key], files[key], now_ms))]
        await session.flush()
        news = [row for row in rows if _is_damaged(row) and row.envelope_id not in told]
        others = files.keys() - cases.keys() - before
        return Settled(
            completed=completed,
            damaged=_damaged(news, cases),
            whole=sorted(key for key in others if is_whole(files[key])),
        )

    def _examine(self, row: AttachmentRow) -> FileState:
        """Compare what is in the blob of ``row`` with what the application says."""
        if not self._blobs.has(row.ref):
            return FileState.WAITING
        good = self._content(row.ref, row.key) == (row.size, row.sha256)
        return FileState.WHOLE if good else FileState.DAMAGED

    def _content(self, blob: BlobRef, key: bytes) -> "_Plain | None":
        """Size and hash of the file in it; each blob is read once, however often it is named."""
        if (blob, key) not in self._known:
            self._known[blob, key] = self._read(blob, key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[blob, key]

    def _read(self, blob: BlobRef, key: bytes) -> "_Plain | None":
        digest, size = hashlib.sha256(), 0
        try:
            for piece in open_chunks(key, self._blobs.pieces(blob)):
                digest.update(piece)
                size += len(piece)
        except UnopenableError:
            return None
        return size, digest.digest()


def _suite(case: CaseRow | None) -> SuiteNumber:
    """That of the case; what is none is answered with the stronger one, which every node opens."""
    return SuiteNumber.XWING if case is None else SuiteNumber(case.suite)


def _is_damaged(row: AttachmentRow) -> bool:
    return row.state == FileState.DAMAGED.value


def _share(source: AttachmentRow, files: Sequence[AttachmentRow]) -> None:
    """The same file in another envelope of this application is there with it."""
    for row in files:
        same = row.sha256 == source.sha256 and row.size == source.size
        if same and row.state != FileState.WHOLE.value:
            row.origin, row.blob_id = source.ref
            row.key, row.state = source.key, source.state


def _complete(case: CaseRow, files: Sequence[AttachmentRow], now_ms: int) -> Completed | None:
    own = [row.state for row in files if row.envelope_id == case.envelope_id]
    if case.complete_ms is not None or set(own) != {FileState.WHOLE.value}:
        return None
    case.complete_ms = now_ms
    return Completed(
        station=NodeId(case.station),
        application=case.application,
        number=case.number,
        suite=SuiteNumber(case.suite),
    )


def _damaged(rows: Sequence[AttachmentRow], cases: Mapping[Key, CaseRow]) -> list[Damaged]:
    found: dict[bytes, list[AttachmentRow]] = {}
    for row in rows:
        found.setdefault(row.envelope_id, []).append(row)
    return [
        Damaged(
            station=NodeId(of[0].station),
            envelope=EnvelopeId(envelope),
            suite=_suite(cases.get((of[0].station, of[0].application))),
            names=tuple(f"{row.material}：{row.name}" for row in of),
        )
        for envelope, of in found.items()
    ]
