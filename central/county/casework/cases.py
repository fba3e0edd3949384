"""Cases, as other capabilities may ask for them, in the caller's transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework import queries
from central.county.casework.arrival.taking import read_taken
from central.county.casework.facts import Case, Decided, Tally
from central.county.casework.files.received import FileOf, file_of
from central.county.ports.keys import Key
from protocol.ids import BlobRef, NodeId
from protocol.records.taken_in import TakenIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """All that came with an application, to be sealed for somebody else."""

    number: str
    given_number: str  # of a block; empty: none
    complete: bool  # all its attachments are here
    form: str = field(repr=False)  # JSON text
    taken: TakenIn | None = field(repr=False)
    files: Sequence[tuple[str, FileOf]] = field(repr=False)  # each under its material's id


class Cases:
    """Says how far cases have got. Nobody else reads their tables."""

    async def of(self, session: AsyncSession, keys: Collection[Key]) -> dict[Key, Case]:
        """Those of ``keys`` that have a case."""
        return await queries.facts_of(session, keys)

    async def packed(self, session: AsyncSession, key: Key) -> Packed:
        """All that came with an application that has a case."""
        case = (await queries.cases_of(session, {key}))[key]
        rows = (await queries.files_of(session, {(key[0], case.envelope_id)}))[case.envelope_id]
        return Packed(
            number=case.number,
            given_number=case.given_number or "",
            complete=case.complete_ms is not None,
            form=case.form,
            taken=read_taken(case.taken),
            files=[(row.material, file_of(row)) for row in rows],
        )

    async def release_of(self, session: AsyncSession, key: Key) -> int:
        """The release by which an application was taken in; it has a case."""
        return await queries.release_of(session, key)

    async def stations_of(
        self, session: AsyncSession, applications: Collection[bytes]
    ) -> dict[bytes, frozenset[NodeId]]:
        """Of these application ids, the stations that have a case under each."""
        return await queries.stations_of(session, applications)

    async def with_blobs(self, session: AsyncSession, blobs: Collection[BlobRef]) -> set[Key]:
        """Station and application of every case that has one of ``blobs`` as an attachment."""
        return await queries.cases_with(session, blobs)

    async def await_again(self, session: AsyncSession, blobs: Collection[BlobRef]) -> None:
        """The files of these blobs are gone: attachments and their cases wait for them again."""
        await queries.await_again(session, blobs)

    async def never_came(
        self, session: AsyncSession, before_ms: int, *, after: Key, limit: int
    ) -> list[tuple[NodeId, bytes]]:
        """Station and blob of attachments that cases received before still wait for.

        Args:
            after: the last that is known; those behind it, in order.
        """
        return await queries.never_came(session, before_ms, after=after, limit=limit)

    async def waiting_beside(
        self, session: AsyncSession, *, after: Key, limit: int
    ) -> list[tuple[NodeId, bytes, bytes]]:
        """Station, id and blob of attachments that still wait and are of no case.

        Args:
            after: station and blob of the last that is known; those behind it, in order.
        """
        return await queries.waiting_beside(session, after=after, limit=limit)

    async def newest_decided(
        self, session: AsyncSession, station: str, *, after: str, limit: int
    ) -> Sequence[Decided]:
        """Decided cases of a station, the newest so many of them behind the case ``after``."""
        rows = await queries.newest_decided(session, station, after=after, limit=limit)
        return [Decided(number=row.number, key=(row.station, row.application)) for row in rows]

    async def open_of(self, session: AsyncSession, items: Collection[str]) -> dict[str, int]:
        """By item, its cases that have no decision yet; an item without any is left out."""
        return await queries.open_of(session, items)

    async def tally(self, session: AsyncSession, station: str) -> Tally:
        """How many cases a station has."""
        received, complete, decided = await queries.tally(session, station)
        return Tally(
            received=received,
            complete=complete,
            decided=decided,
            damaged=await queries.damaged_envelopes(session, station),
        )


def number_of(cases: dict[Key, Case], station: str, application: bytes | None) -> str | None:
    """Number of the case that something corrects; its application id where none of it is here."""
    if not application:
        return None
    before = cases.get((station, application))
    return before.number if before else application.hex()
