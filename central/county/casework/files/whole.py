"""All of one case as it is kept, with every file that belongs to it: for its archive package."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import RESULT, CaseShown, FileState
from central.county.casework.models import AttachmentRow
from central.county.casework.named import one_case
from central.county.casework.reading import APPLICATION, DOCUMENT, CaseReading
from central.county.ports.keys import Key
from protocol.errors.answers import CaseErasedError
from protocol.ids import BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFile:
    """One file, and what it takes to open it."""

    of: str  # APPLICATION, RESULT, DOCUMENT and a number, or the id of what followed
    material: str  # id; empty: of none
    name: str  # as whoever attached it called it: not to be trusted
    size: int
    sha256: bytes
    state: FileState
    blob: BlobRef
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """One case."""

    key: Key
    envelope: bytes  # id of the one that opened it
    release: int  # by which it was filled in
    form: str = field(repr=False)  # JSON text, as the clerk sealed it
    taken: str | None = field(repr=False)  # how it was taken in, as JSON text; None: not said
    found: CaseShown = field(repr=False)
    files: Sequence[WholeFile] = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """All by which people may call it."""
        case = self.found.case
        return frozenset({case.case, case.number or case.case, case.application})


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCases:
    """The cases of one county."""

    reading: CaseReading

    async def of(self, session: AsyncSession, name: str) -> WholeCase:
        """The case that is named.

        Raises:
            CaseUnknownError: there is none, or several have that application id.
            CaseErasedError: what it said was erased.
        """
        row = await one_case(session, name)
        if row.erased_ms is not None:
            raise CaseErasedError(row.number)
        found = await self.reading.shown(session, row.number)
        files = [
            _file(of, one)
            for of in _sources(found)
            for one in await self.reading.files(session, row, of)
        ]
        return WholeCase(
            key=(row.station, row.application),
            envelope=row.envelope_id,
            release=row.release,
            form=row.form,
            taken=row.taken,
            found=found,
            files=files,
        )


def _sources(found: CaseShown) -> Iterator[str]:
    yield APPLICATION
    yield RESULT
    yield from (f"{DOCUMENT}{one.n}" for one in found.case.documents)
    yield from (one.follow_up for one in found.case.follow_ups)


def _file(of: str, row: AttachmentRow) -> WholeFile:
    return WholeFile(
        of=of,
        material=row.material,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        state=FileState(row.state),
        blob=row.ref,
        key=row.key,
    )
