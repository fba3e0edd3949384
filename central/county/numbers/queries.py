"""Queries on blocks, and on what became of their numbers. None of them commits."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.models import BlockRow, StrayRow, UseRow, VoidRow
from central.store.insert import insert_new
from protocol.ids import NodeId
from protocol.numbers.block import Block, Run
from protocol.numbers.number import NumberKind, Series

Uses = dict[tuple[str, bytes, int], dict[str, bytes]]
"""By station, block and serial: for each start that used it, the application."""

_TOGETHER = 500  # blocks in one statement
_OPEN_OF = select(BlockRow).where(  # of every batch that comes
    BlockRow.station.in_(bindparam("stations", expanding=True)), BlockRow.closed_ms.is_(None)
)


async def blocks(session: AsyncSession, station: str = "") -> Sequence[BlockRow]:
    """Blocks of a station, or all, in the order of their serials."""
    query = select(BlockRow).order_by(
        BlockRow.station, BlockRow.kind, BlockRow.year, BlockRow.issued_ms, BlockRow.first
    )
    return (
        await session.scalars(query.where(BlockRow.station == station) if station else query)
    ).all()


async def any_block(session: AsyncSession) -> bool:
    """Whether this county has issued any."""
    return await session.scalar(select(BlockRow.block).limit(1)) is not None


async def open_blocks(session: AsyncSession, stations: Collection[str]) -> Sequence[BlockRow]:
    """Blocks of these stations that the county has not closed."""
    return (await session.scalars(_OPEN_OF, {"stations": sorted(stations)})).all()


async def all_open(session: AsyncSession) -> Sequence[BlockRow]:
    """The same of every station."""
    query = select(BlockRow).where(BlockRow.closed_ms.is_(None))
    return (await session.scalars(query)).all()


async def named(session: AsyncSession, block: bytes) -> BlockRow | None:
    """The block with this id."""
    rows = (await session.scalars(select(BlockRow).where(BlockRow.block == block))).all()
    return rows[0] if len(rows) == 1 else None


async def blocks_of(
    session: AsyncSession, stations: Collection[str], years: Collection[int]
) -> Sequence[BlockRow]:
    """Every block of these stations for these years."""
    query = select(BlockRow).where(BlockRow.station.in_(stations), BlockRow.year.in_(years))
    return (await session.scalars(query)).all()


async def replaced(session: AsyncSession, why: str) -> set[tuple[str, str]]:
    """Station and kind of blocks that were closed for this reason."""
    query = select(BlockRow.station, BlockRow.kind).where(BlockRow.closed_why == why).distinct()
    return {(station, kind) for station, kind in await session.execute(query)}


async def uses_among(
    session: AsyncSession, stations: Collection[str], serials: Collection[int]
) -> Uses:
    """What has come under these serials, of whatever series."""
    query = select(UseRow.station, UseRow.block, UseRow.serial, UseRow.start, UseRow.application)
    query = query.where(UseRow.station.in_(stations), UseRow.serial.in_(serials))
    found: Uses = {}
    for station, block, serial, start, application in await session.execute(query):
        found.setdefault((station, block, serial), {})[start] = application
    return found


async def overlapping(
    session: AsyncSession, series: Series, first: int, last: int
) -> Sequence[BlockRow]:
    """Blocks of a series that have serials between these."""
    query = select(BlockRow).where(
        BlockRow.issuer == series.issuer,
        BlockRow.kind == series.kind.value,
        BlockRow.year == series.year,
        BlockRow.first <= last,
        BlockRow.last >= first,
    )
    return (await session.scalars(query)).all()


async def add_stray(
    session: AsyncSession, station: NodeId, envelope: bytes, *, number: str, why: str, now_ms: int
) -> None:
    """A number came that is not of a block of its station."""
    values = {"station": station, "envelope_id": envelope, "number": number, "why": why}
    await session.execute(insert_new(session, StrayRow), [values | {"arrived_ms": now_ms}])


async def strays(
    session: AsyncSession, station: str = "", most: int | None = None
) -> Sequence[StrayRow]:
    """Of a station, or all; the newest first, and of these the first ``most``."""
    query = select(StrayRow).order_by(StrayRow.arrived_ms.desc(), StrayRow.envelope_id).limit(most)
    return (
        await session.scalars(query.where(StrayRow.station == station) if station else query)
    ).all()


async def strays_count(session: AsyncSession) -> int:
    """How many there are."""
    return await session.scalar(select(func.count()).select_from(StrayRow)) or 0


async def runs_of(
    session: AsyncSession, rows: Sequence[BlockRow]
) -> Mapping[tuple[str, bytes], Sequence[Run]]:
    """What was voided of each of these blocks, in order, by station and block."""
    found: dict[tuple[str, bytes], list[Run]] = {(row.station, row.block): [] for row in rows}
    some = [row for row in rows if row.voided]
    for at in range(0, len(some), _TOGETHER):
        keys = [(row.station, row.block) for row in some[at : at + _TOGETHER]]
        columns = (VoidRow.station, VoidRow.block, VoidRow.first, VoidRow.last, VoidRow.reason)
        query = select(*columns).where(tuple_(VoidRow.station, VoidRow.block).in_(keys))
        for row in await session.execute(query.order_by(VoidRow.first)):
            station, block, first, last, reason = row
            found[station, block].append(Run(first=first, last=last, reason=reason))
    return found


def block_of(row: BlockRow) -> Block:
    """What was issued."""
    series = Series(issuer=row.issuer, kind=NumberKind(row.kind), year=row.year)
    return Block(id=row.block, series=series, first=row.first, last=row.last)
