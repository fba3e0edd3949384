"""Queries on blocks, and what is counted of each. None of them commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.models import BlockRow, StrayRow, UseRow, VoidRow
from central.store.base import table_of
from central.store.insert import insert_new
from protocol.ids import NodeId
from protocol.numbers.block import Block, Run, Use
from protocol.numbers.number import Number, NumberKind, Series

_TOGETHER = 500  # blocks in one statement
_FEW = 20  # blocks that are searched for one by one
_OPEN_OF = select(BlockRow).where(  # of every batch that comes
    BlockRow.station.in_(bindparam("stations", expanding=True)), BlockRow.closed_ms.is_(None)
)
_NONE = (0, 0, 0)  # nothing came of a block


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A block with everything that is known of its numbers."""

    row: BlockRow
    use: Use
    arrived: int  # serials with which something came
    twice: int  # of these, serials that came from several starts: two copies of one PC


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
) -> dict[tuple[bytes, int, str], bytes]:
    """What has come under these serials, of whatever series: by block, serial and start."""
    query = select(UseRow).where(UseRow.station.in_(stations), UseRow.serial.in_(serials))
    return {
        (row.block, row.serial, row.start): row.application for row in await session.scalars(query)
    }


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


async def add_use(
    session: AsyncSession, row: BlockRow, number: Number, *, application: bytes, now_ms: int
) -> None:
    """A number came with what it stands on; so those before it in its block are not left either."""
    values = {"station": row.station, "block": row.block, "serial": number.serial}
    values |= {"start": number.start, "application": application, "arrived_ms": now_ms}
    await session.execute(insert_new(session, UseRow), [values])
    row.next = max(row.next, number.serial + 1)


async def add_stray(
    session: AsyncSession, station: NodeId, envelope: bytes, *, number: str, why: str, now_ms: int
) -> None:
    """A number came that is not of a block of its station."""
    values = {"station": station, "envelope_id": envelope, "number": number, "why": why}
    await session.execute(insert_new(session, StrayRow), [values | {"arrived_ms": now_ms}])


async def strays(session: AsyncSession) -> Sequence[StrayRow]:
    """All of them, the newest first."""
    return (await session.scalars(select(StrayRow).order_by(StrayRow.arrived_ms.desc()))).all()


async def keep_runs(session: AsyncSession, row: BlockRow, runs: Sequence[Run]) -> None:
    """What was voided of a block."""
    of_block = (VoidRow.station == row.station, VoidRow.block == row.block)
    await session.execute(delete(VoidRow).where(*of_block))
    values = {"station": row.station, "block": row.block}
    if rows := [
        values | {"first": run.first, "last": run.last, "reason": run.reason} for run in runs
    ]:
        await session.execute(insert(table_of(VoidRow)), rows)
    await session.flush()


async def held(session: AsyncSession, rows: Sequence[BlockRow]) -> list[Held]:
    """Everything that is known of the numbers of these blocks."""
    found: list[Held] = []
    for at in range(0, len(rows), _TOGETHER):
        found += await _held_some(session, rows[at : at + _TOGETHER])
    return found


async def _held_some(session: AsyncSession, rows: Sequence[BlockRow]) -> list[Held]:
    keys, stations = [row.block for row in rows], {row.station for row in rows}
    runs: dict[bytes, list[Run]] = {}
    query = select(VoidRow).where(VoidRow.station.in_(stations), VoidRow.block.in_(keys))
    for run in await session.scalars(query.order_by(VoidRow.first)):
        one = Run(first=run.first, last=run.last, reason=run.reason)
        runs.setdefault(run.block, []).append(one)
    came = await _came(session, keys, stations)
    seen = await _seen_in_runs(session, list(runs), stations) if runs else {}
    return [
        _held(row, runs.get(row.block, []), came.get(row.block, _NONE), seen.get(row.block, ()))
        for row in rows
    ]


async def _came(
    session: AsyncSession, keys: Collection[bytes], stations: Collection[str]
) -> dict[bytes, tuple[int, int, int]]:
    """By block: how many of its numbers came, how many of them twice, and the last of them."""
    each = (
        select(UseRow.station, UseRow.block, UseRow.serial, func.count().label("times"))
        .where(*_among(keys, stations))
        .group_by(UseRow.station, UseRow.block, UseRow.serial)
        .subquery()
    )
    twice = func.sum(case((each.c.times > 1, 1), else_=0))
    query = select(each.c.block, func.count(), twice, func.max(each.c.serial))
    found = await session.execute(query.group_by(each.c.station, each.c.block))
    return {block: (count, int(again), last) for block, count, again, last in found}


async def _seen_in_runs(
    session: AsyncSession, keys: Collection[bytes], stations: Collection[str]
) -> dict[bytes, list[int]]:
    """By block: the numbers that came although they had been voided."""
    is_in = UseRow.serial.between(VoidRow.first, VoidRow.last)
    same = (VoidRow.station == UseRow.station) & (VoidRow.block == UseRow.block)
    query = select(UseRow.block, UseRow.serial).join(VoidRow, same & is_in)
    found: dict[bytes, list[int]] = {}
    for block, serial in await session.execute(query.where(*_among(keys, stations)).distinct()):
        found.setdefault(block, []).append(serial)
    return found


def _among(keys: Collection[bytes], stations: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Uses of these blocks, and where they are many of others of the same stations, too.

    A search for each of hundreds of keys takes longer than to read along the stations.
    """
    of_stations = UseRow.station.in_(stations)
    return (of_stations, UseRow.block.in_(keys)) if len(keys) <= _FEW else (of_stations,)


def _held(
    row: BlockRow, runs: Sequence[Run], came: tuple[int, int, int], seen: Sequence[int]
) -> Held:
    count, twice, last = came
    use = Use(block=block_of(row), next=row.next, runs=tuple(runs))
    for serial in (*seen, *([last] if count else [])):
        use = use.saw(serial)
    return Held(row=row, use=use, arrived=count, twice=twice)


def block_of(row: BlockRow) -> Block:
    """What was issued."""
    series = Series(issuer=row.issuer, kind=NumberKind(row.kind), year=row.year)
    return Block(id=row.block, series=series, first=row.first, last=row.last)
