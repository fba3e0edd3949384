"""Writing the files of a case, or of what followed one, into a folder; nothing is overwritten."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import documents_of, files_of_document
from central.county.casework.calls import RESULT, Files, FileState, WrittenFile
from central.county.casework.files.received import CaseFiles
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.named import one_case
from central.county.casework.queries import cases_of, files_of
from central.county.casework.reading import DOCUMENT
from central.county.casework.views import FollowedBy
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs
from central.store.engine import Store
from protocol.envelope.blob import open_chunks
from protocol.errors import CaseUnknownError, DamagedError, UnopenableError, UsageError
from protocol.ids import application_id
from runtime.disk.papers import PaperFolder

_SHORT_CHARS = 8  # of the id of what followed, in the name of its files

Found = Callable[[AsyncSession, bytes], Awaitable[Sequence[tuple[Key, bytes | None]]]]
"""What followed under an id: station and id of it, and the application that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Files of one thing, and how their names begin."""

    stem: str
    of: str
    rows: Sequence[AttachmentRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWriting:
    """Writes files of one county."""

    store: Store
    blobs: Blobs
    followed_by: FollowedBy
    found: Found

    async def write(self, wanted: Files) -> Sequence[WrittenFile]:
        """Write what is wanted, the case number in the names.

        Raises:
            CaseUnknownError: no such case, and nothing that followed has that id.
            PaperFullError, PaperError: the folder does not take them all.
            DamagedError: a blob that was whole is no longer.
        """
        batches = await self.store.transact(lambda session: self._batches(session, wanted))
        return await asyncio.to_thread(self._write_all, batches, wanted.folder)

    async def _batches(self, session: AsyncSession, wanted: Files) -> list[_Batch]:
        try:
            case = await one_case(session, wanted.case)
        except CaseUnknownError:
            if (batch := await self._of_follow_up(session, wanted.case)) is None:
                raise
            return [batch]
        batches = [await _of_envelope(session, case, case.envelope_id)]
        if not wanted.everything:
            return batches
        if case.decision_id:
            batches.append(await _of_envelope(session, case, case.decision_id, of=RESULT))
        key = (case.station, case.application)
        for document in (await documents_of(session, {key})).get(key, ()):
            rows = await files_of_document(session, key, document.n)
            name = f"{DOCUMENT}{document.n}"
            batches.append(_Batch(stem=f"{case.number}-{name}", of=name, rows=rows))
        for one in (await self.followed_by(session, {key})).get(key, ()):
            own = (case.station, bytes.fromhex(one.follow_up))
            batches.append(await _of_one(session, own, case.number))
        return batches

    async def _of_follow_up(self, session: AsyncSession, name: str) -> _Batch | None:
        """What followed under the id ``name``, if exactly one does."""
        try:
            follow_up = bytes.fromhex(application_id(name))
        except UsageError:
            return None
        found = await self.found(session, follow_up)
        if len(found) != 1:
            return None
        key, application = found[0]
        cases = await cases_of(session, {(key[0], application)}) if application else {}
        number = next((case.number for case in cases.values()), key[0])
        return await _of_one(session, key, number)

    def _write_all(self, batches: Sequence[_Batch], folder: Path) -> list[WrittenFile]:
        papers = PaperFolder(folder)
        return [one for batch in batches for one in self._write(batch, papers)]

    def _write(self, batch: _Batch, papers: PaperFolder) -> Iterator[WrittenFile]:
        for number, row in enumerate(batch.rows, start=1):
            state, path = FileState(row.state), None
            if state is FileState.WHOLE and any(row.key):  # of an erased case it is gone
                material = f"{row.material}-" if row.material else ""
                name = f"{batch.stem}-{number:02d}-{material}{row.name}"
                try:
                    pieces = open_chunks(row.key, self.blobs.pieces(row.ref))
                    path = papers.write(name, pieces, check=_expects(row)).path
                except UnopenableError:
                    raise DamagedError(f"blob {row.ref}") from None
            yield WrittenFile(
                material=row.material, name=row.name, state=state, path=path, of=batch.of
            )


async def _of_envelope(
    session: AsyncSession, case: CaseRow, envelope: bytes, of: str = ""
) -> _Batch:
    rows = (await files_of(session, {(case.station, envelope)}))[envelope]
    stem = f"{case.number}-{of}" if of else case.number
    return _Batch(stem=stem, of=of, rows=rows)


async def _of_one(session: AsyncSession, key: Key, number: str) -> _Batch:
    name = key[1].hex()
    rows = await CaseFiles().rows(session, key)
    return _Batch(stem=f"{number}-{name[:_SHORT_CHARS]}", of=name, rows=rows)


def _expects(row: AttachmentRow) -> Callable[[bytes], None]:
    def check(digest: bytes) -> None:
        if digest != row.sha256:
            raise DamagedError(f"blob {row.blob_id.hex()}")

    return check
