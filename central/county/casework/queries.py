"""Queries on cases and attachments. None of them commits."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, distinct, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import FileState
from central.county.casework.facts import Case, Handled
from central.county.casework.models import AttachmentRow, CaseRow, DocumentRow, PublicityRow
from central.county.ports.keys import Key
from central.store.base import table_of
from protocol.envelope.suites import SuiteNumber
from protocol.ids import BlobRef, NodeId

_BLOBS = 400  # an origin and an id each, in one statement

_CASE = table_of(CaseRow).c
_NAMED = (
    _CASE.station.in_(bindparam("stations", expanding=True)),
    _CASE.application.in_(bindparam("applications", expanding=True)),
)
_CASES = select(CaseRow).where(*_NAMED)
_FACTS = select(
    _CASE.station, _CASE.application, _CASE.number, _CASE.suite, _CASE.complete_ms
).where(*_NAMED)


async def cases_of(session: AsyncSession, keys: Collection[Key]) -> dict[Key, CaseRow]:
    """Those of ``keys`` that have a case."""
    rows = (await session.scalars(_CASES, _named(keys))).all()
    found = {(row.station, row.application): row for row in rows}
    return {key: found[key] for key in keys if key in found}


async def facts_of(session: AsyncSession, keys: Collection[Key]) -> dict[Key, Case]:
    """Those of ``keys`` that have a case, and how far it has got."""
    found = {
        (station, application): Case(
            number=number, suite=SuiteNumber(suite), complete=complete_ms is not None
        )
        for station, application, number, suite, complete_ms in await session.execute(
            _FACTS, _named(keys)
        )
    }
    return {key: found[key] for key in keys if key in found}


def _named(keys: Collection[Key]) -> dict[str, Sequence[str] | Sequence[bytes]]:
    return {
        "stations": sorted({station for station, _ in keys}),
        "applications": sorted({application for _, application in keys}),
    }


def corrected(cases: Mapping[Key, CaseRow], station: str, application: bytes | None) -> str | None:
    """Number of the case that something corrects; its application id where none of it is here."""
    if not application:
        return None
    before = cases.get((station, application))
    return before.number if before else application.hex()


async def find_cases(
    session: AsyncSession, *, number: str, application: bytes | None
) -> Sequence[CaseRow]:
    """Cases with this number, or that of a block; if there are none, with this application id."""
    named = or_(CaseRow.number == number, CaseRow.given_number == number)
    rows = (await session.scalars(select(CaseRow).where(named))).all()
    if rows or application is None:
        return rows
    query = select(CaseRow).where(CaseRow.application == application)
    return (await session.scalars(query)).all()


async def stations_of(
    session: AsyncSession, applications: Collection[bytes]
) -> dict[bytes, frozenset[NodeId]]:
    """Of these application ids, the stations that have a case under each."""
    query = select(CaseRow.application, CaseRow.station).where(
        CaseRow.application.in_(applications)
    )
    found: dict[bytes, frozenset[NodeId]] = {}
    for application, station in await session.execute(query):
        found[application] = found.get(application, frozenset()) | {NodeId(station)}
    return found


async def answers_to(session: AsyncSession, key: Key) -> Sequence[str]:
    """Numbers of the cases that correct or replace this one."""
    station, application = key
    answered = or_(CaseRow.corrects == application, CaseRow.supersedes == application)
    query = select(CaseRow.number).where(CaseRow.station == station, answered)
    return (await session.scalars(query.order_by(CaseRow.received_ms, CaseRow.number))).all()


async def case_page(session: AsyncSession, *, after: str, limit: int) -> Sequence[CaseRow]:
    """Cases behind the number ``after``, in the order of their numbers."""
    query = select(CaseRow).where(CaseRow.number > after).order_by(CaseRow.number).limit(limit)
    return (await session.scalars(query)).all()


async def close_case(session: AsyncSession, key: Key, **values: object) -> bool:
    """Write the decision; False if another one stands there already."""
    statement = (
        update(CaseRow)
        .where(
            CaseRow.station == key[0],
            CaseRow.application == key[1],
            CaseRow.outcome.is_(None),
        )
        .values(**values)
        .returning(CaseRow.number)
    )
    return await session.scalar(statement) is not None


async def reopen_case(session: AsyncSession, key: Key) -> None:
    """Let a case have no outcome again; what was told of it keeps its number and envelope."""
    statement = update(CaseRow).where(CaseRow.station == key[0], CaseRow.application == key[1])
    await session.execute(statement.values(outcome=None, decided_ms=None, faults=None, until=None))


def handled(case: CaseRow) -> Handled:
    """What the log of a case has to know of it."""
    return Handled(
        key=(case.station, case.application),
        number=case.number,
        item=case.item,
        release=case.release,
        is_erased=case.erased_ms is not None,
    )


async def release_of(session: AsyncSession, key: Key) -> int:
    """The release by which an application was taken in."""
    query = select(CaseRow.release).where(CaseRow.station == key[0], CaseRow.application == key[1])
    return (await session.scalars(query)).one()


async def newest_decided(
    session: AsyncSession, station: str, *, after: str, limit: int
) -> Sequence[CaseRow]:
    """Cases of a station that are decided, the newest so many of them behind the case ``after``."""
    last = (
        select(CaseRow.decided_n)
        .where(CaseRow.station == station, CaseRow.number == after)
        .scalar_subquery()
    )
    query = (
        select(CaseRow)
        .where(CaseRow.station == station, CaseRow.outcome.is_not(None))
        .order_by(CaseRow.decided_n.desc())
        .limit(limit)
    )
    return (await session.scalars(query.where(CaseRow.decided_n < last) if after else query)).all()


async def open_with_papers(session: AsyncSession, station: str, most: int) -> set[Key]:
    """The newest cases of a station without a decision of which documents or a poster went out."""
    sent = [
        exists().where(row.station == CaseRow.station, row.application == CaseRow.application)
        for row in (DocumentRow, PublicityRow)
    ]
    query = (
        select(CaseRow.station, CaseRow.application)
        .where(CaseRow.station == station, CaseRow.outcome.is_(None), or_(*sent))
        .order_by(CaseRow.received_ms.desc())
        .limit(most)
    )
    return {(own, application) for own, application in await session.execute(query)}


async def files_of(
    session: AsyncSession, envelopes: Collection[tuple[str, bytes]]
) -> dict[bytes, list[AttachmentRow]]:
    """Attachments of envelopes, named by station and id, in their order."""
    query = (
        select(AttachmentRow)
        .where(
            AttachmentRow.station.in_({station for station, _ in envelopes}),
            AttachmentRow.envelope_id.in_({envelope for _, envelope in envelopes}),
        )
        .order_by(AttachmentRow.position)
    )
    found: dict[bytes, list[AttachmentRow]] = {envelope: [] for _, envelope in envelopes}
    for row in await session.scalars(query):
        found.setdefault(row.envelope_id, []).append(row)
    return found


async def awaited(session: AsyncSession, blobs: Collection[BlobRef]) -> Sequence[AttachmentRow]:
    """Attachments that wait for one of ``blobs``."""
    query = (
        select(AttachmentRow)
        .where(
            AttachmentRow.blob_id.in_({ref.blob for ref in blobs}),
            AttachmentRow.state == FileState.WAITING.value,
        )
        .order_by(AttachmentRow.station, AttachmentRow.envelope_id, AttachmentRow.position)
    )
    wanted = {*blobs}
    return [row for row in await session.scalars(query) if row.ref in wanted]


async def files_of_cases(
    session: AsyncSession, keys: Collection[Key]
) -> dict[Key, list[AttachmentRow]]:
    """All attachments that envelopes brought for these applications."""
    query = select(AttachmentRow).where(
        AttachmentRow.station.in_({station for station, _ in keys}),
        AttachmentRow.application.in_({application for _, application in keys}),
    )
    query = query.order_by(AttachmentRow.envelope_id, AttachmentRow.position)
    found: dict[Key, list[AttachmentRow]] = {key: [] for key in keys}
    for row in await session.scalars(query):
        if (key := (row.station, row.application)) in found:
            found[key].append(row)
    return found


async def tally(session: AsyncSession, station: str) -> tuple[int, int, int]:
    """Cases of a station: all, those that were completed, those that are decided."""
    query = select(func.count(), func.count(CaseRow.complete_ms), func.count(CaseRow.outcome))
    row = (await session.execute(query.where(CaseRow.station == station))).one()
    return row[0], row[1], row[2]


async def open_count(session: AsyncSession) -> int:
    """Cases that are not decided."""
    query = select(func.count()).select_from(CaseRow).where(CaseRow.outcome.is_(None))
    return await session.scalar(query) or 0


async def open_of(session: AsyncSession, items: Collection[str]) -> dict[str, int]:
    """By item, its cases that are not decided."""
    query = select(CaseRow.item, func.count()).where(CaseRow.outcome.is_(None))
    counts = await session.execute(query.group_by(CaseRow.item))
    return {item: count for item, count in counts if item in items}


async def damaged_envelopes(session: AsyncSession, station: str) -> int:
    """Envelopes of a station that brought a damaged file."""
    query = select(func.count(distinct(AttachmentRow.envelope_id))).where(
        AttachmentRow.station == station, AttachmentRow.state == FileState.DAMAGED.value
    )
    return await session.scalar(query) or 0


async def never_came(
    session: AsyncSession, before_ms: int, *, after: Key, limit: int
) -> list[tuple[NodeId, bytes]]:
    """Station and blob of attachments that still wait, of cases received before, behind a key."""
    query = (
        select(AttachmentRow.station, AttachmentRow.blob_id)
        .join(
            CaseRow,
            (CaseRow.station == AttachmentRow.station)
            & (CaseRow.envelope_id == AttachmentRow.envelope_id),
        )
        .where(
            AttachmentRow.state == FileState.WAITING.value,
            CaseRow.received_ms < before_ms,
            CaseRow.complete_ms.is_(None),
            tuple_(AttachmentRow.station, AttachmentRow.blob_id) > after,
        )
        .distinct()
        .order_by(AttachmentRow.station, AttachmentRow.blob_id)
        .limit(limit)
    )
    return [(NodeId(station), blob) for station, blob in await session.execute(query)]


async def waiting_beside(
    session: AsyncSession, *, after: Key, limit: int
) -> list[tuple[NodeId, bytes, bytes]]:
    """Station, id and blob of attachments that still wait and are of no case, behind a blob."""
    of_a_case = exists().where(
        CaseRow.station == AttachmentRow.station,
        CaseRow.application == AttachmentRow.application,
    )
    query = (
        select(AttachmentRow.station, AttachmentRow.application, AttachmentRow.blob_id)
        .where(
            AttachmentRow.state == FileState.WAITING.value,
            tuple_(AttachmentRow.station, AttachmentRow.blob_id) > after,
            ~of_a_case,
        )
        .distinct()
        .order_by(AttachmentRow.station, AttachmentRow.blob_id)
        .limit(limit)
    )
    return [(NodeId(station), own, blob) for station, own, blob in await session.execute(query)]


async def cases_with(session: AsyncSession, blobs: Collection[BlobRef]) -> set[Key]:
    """Station and application of every case that has one of ``blobs`` as an attachment."""
    query = select(AttachmentRow.station, AttachmentRow.application)
    found: set[Key] = set()
    for some in _parts(blobs):
        rows = await session.execute(query.where(_is_one_of(some)))
        found |= {(station, application) for station, application in rows}
    return found


async def await_again(session: AsyncSession, blobs: Collection[BlobRef]) -> None:
    """The files of these blobs are gone: attachments and their cases wait for them again."""
    for some in _parts(blobs):
        here = _is_one_of(some) & (AttachmentRow.state == FileState.WHOLE.value)
        brought = exists().where(
            here,
            AttachmentRow.station == CaseRow.station,
            AttachmentRow.envelope_id == CaseRow.envelope_id,
        )
        await session.execute(update(CaseRow).where(brought).values(complete_ms=None))
        waiting = {"state": FileState.WAITING.value}
        await session.execute(update(AttachmentRow).where(here).values(**waiting))


def _is_one_of(blobs: Collection[BlobRef]) -> ColumnElement[bool]:
    return tuple_(AttachmentRow.origin, AttachmentRow.blob_id).in_([tuple(ref) for ref in blobs])


def _parts(blobs: Collection[BlobRef]) -> Iterator[list[BlobRef]]:
    """So many at once as every database takes."""
    refs = sorted(blobs)
    for start in range(0, len(refs), _BLOBS):
        yield refs[start : start + _BLOBS]
