"""Files that envelopes bring: of an application, or of what follows one.

What they belong to is named by its id. A case counts its own as casework does; what else brings
files asks here whether they are whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import CaseFile, FileState
from central.county.casework.files.opened import OpenedFile, opened
from central.county.casework.models import KEY_BYTES, AttachmentRow
from central.county.casework.queries import files_of_cases
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs
from central.store.base import table_of
from protocol.envelope.payloads import Attachment
from protocol.ids import BlobRef, EnvelopeId, NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Files that one envelope brings."""

    station: NodeId
    envelope: EnvelopeId
    of: bytes  # id of the application or follow-up
    attachments: Sequence[Attachment]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOf:
    """What it takes to open one file, outside of the transaction that found it."""

    name: str
    blob: BlobRef
    key: bytes = field(repr=False)
    sha256: bytes

    def opened(self, blobs: Blobs) -> OpenedFile:
        """The file. Blocks for the disk; raises as :func:`opened`."""
        return opened(blobs, self.blob, name=self.name, key=self.key, sha256=self.sha256)


class CaseFiles:
    """The files of one county."""

    async def note(self, session: AsyncSession, brought: Sequence[Brought]) -> None:
        """Remember what to wait for; of a repeat too, as its blobs may be the ones that come."""
        rows = [
            _row(one, position, file)
            for one in brought
            for position, file in enumerate(one.attachments)
        ]
        if rows:
            await session.execute(insert(table_of(AttachmentRow)), rows)

    async def whole(self, session: AsyncSession, keys: Collection[Key]) -> set[Key]:
        """Those of which every file of one envelope is here; what brought none is whole."""
        found = await files_of_cases(session, keys) if keys else {}
        return {key for key, files in found.items() if not files or is_whole(files)}

    async def shown(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> Mapping[Key, Sequence[CaseFile]]:
        """What each brought, of the first envelope that did."""
        found = await files_of_cases(session, keys) if keys else {}
        return {key: [file_shown(one) for one in first_of(of)] for key, of in found.items()}

    async def rows(self, session: AsyncSession, key: Key) -> list[AttachmentRow]:
        """The same as they are kept."""
        return first_of((await files_of_cases(session, {key}))[key])

    async def opening(self, session: AsyncSession, key: Key) -> list[FileOf]:
        """The same as they can be opened."""
        return [file_of(row) for row in await self.rows(session, key)]

    async def named(self, session: AsyncSession, key: Key) -> list[tuple[str, FileOf]]:
        """The same, each under the id of its material."""
        return [(row.material, file_of(row)) for row in await self.rows(session, key)]

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Forget names, and the keys without which a file is noise."""
        for station, of in sorted(keys):
            query = select(AttachmentRow).where(
                AttachmentRow.station == station, AttachmentRow.application == of
            )
            for file in await session.scalars(query):
                file.name, file.key = "", bytes(KEY_BYTES)


def is_whole(files: Sequence[AttachmentRow]) -> bool:
    """Whether some envelope's files are all here."""
    states: dict[bytes, set[str]] = {}
    for file in files:
        states.setdefault(file.envelope_id, set()).add(file.state)
    return {FileState.WHOLE.value} in states.values()


def first_of(files: Sequence[AttachmentRow]) -> list[AttachmentRow]:
    """Those of the first envelope that brought them, in their order."""
    first = files[0].envelope_id if files else b""
    own = (one for one in files if one.envelope_id == first)
    return sorted(own, key=lambda one: one.position)


def file_of(row: AttachmentRow) -> FileOf:
    """As it can be opened."""
    return FileOf(name=row.name, blob=row.ref, key=row.key, sha256=row.sha256)


def file_shown(file: AttachmentRow) -> CaseFile:
    """As people see it."""
    return CaseFile(
        material=file.material,
        name=file.name,
        size=file.size,
        sha256=file.sha256.hex(),
        state=FileState(file.state),
    )


def _row(one: Brought, position: int, file: Attachment) -> dict[str, object]:
    return {
        "station": one.station,
        "envelope_id": one.envelope,
        "position": position,
        "application": one.of,
        "material": file.material,
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "origin": one.station,
        "blob_id": file.blob,
        "key": file.key,
        "state": FileState.WAITING.value,
    }
