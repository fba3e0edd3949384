"""Thousands of blocks of numbers at hundreds of stations, with what came of them, as rows."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.models import BlockRow, UseRow
from central.store.base import table_of

LONG = 100
"""Numbers in each block."""


async def fill_blocks(
    session: AsyncSession, stations: Sequence[str], *, each: int, used: int
) -> None:
    """``each`` blocks for every station; ``used`` numbers of every block came."""
    blocks = [
        _block(station, number, used)
        for number, station in enumerate(station for station in stations for _ in range(each))
    ]
    await session.execute(insert(table_of(BlockRow)), blocks)
    await session.execute(
        insert(table_of(UseRow)), [_use(block, at) for block in blocks for at in range(used)]
    )


def _block(station: str, number: int, used: int) -> dict[str, object]:
    first = 1 + number * LONG
    return {
        "station": station,
        "block": number.to_bytes(8, "big"),
        "issuer": "451423",
        "kind": "case",
        "year": 2026,
        "first": first,
        "last": first + LONG - 1,
        "next": first + used,
        "voided": 0,
        "arrived": used,
        "twice": 0,
        "said_next": 0,
        "start": None,
        "signing": b"k" * 32,
        "forks": 0,
        "issued_ms": number,
    }


def _use(block: dict[str, object], at: int) -> dict[str, object]:
    return {
        "station": block["station"],
        "block": block["block"],
        "serial": int(str(block["first"])) + at,
        "start": "000001",
        "application": at.to_bytes(16, "big"),
        "arrived_ms": at,
    }
