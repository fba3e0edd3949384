"""Thousands of blocks at hundreds of stations are counted together as each one is by itself."""

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.models import BlockRow, UseRow, VoidRow
from central.county.numbers.pages.sums import sums_of
from central.store.base import table_of
from tests.central.county.centre import Centre

_STATIONS, _BLOCKS, _LONG, _USED = 300, 10, 100, 60


def block_values(station: int, number: int) -> dict[str, object]:
    first = 1 + (station * _BLOCKS + number) * _LONG
    return {
        "station": f"{station:016x}",
        "block": (station * _BLOCKS + number).to_bytes(8, "big"),
        "issuer": "451423103",
        "kind": "case",
        "year": 2026,
        "first": first,
        "last": first + _LONG - 1,
        "next": first,
        "said_next": 0,
        "start": None,
        "signing": b"k" * 32,
        "forks": 0,
        "issued_ms": number,
    }


async def fill(session: AsyncSession) -> None:
    blocks = [block_values(one, two) for one in range(_STATIONS) for two in range(_BLOCKS)]
    blocks[0]["next"] = int(str(blocks[0]["first"])) + 70  # its last run ends there
    uses = [
        {
            "station": block["station"],
            "block": block["block"],
            "serial": int(str(block["first"])) + at,
            "start": "aaaaaa",
            "application": b"a" * 16,
            "arrived_ms": at,
        }
        for block in blocks
        for at in range(_USED)
    ]
    first = int(str(blocks[0]["first"]))
    uses.append({**uses[0], "start": "bbbbbb"})  # a copy of the PC used it, too
    void = {key: blocks[0][key] for key in ("station", "block")}
    voids = [{**void, "first": first + 50, "last": first + 69, "reason": "打错"}]
    await session.execute(insert(table_of(BlockRow)), blocks)
    await session.execute(insert(table_of(UseRow)), uses)
    await session.execute(insert(table_of(VoidRow)), voids)


@pytest.mark.timeout(120)
async def test_each_block_is_counted_by_what_came(centre: Centre) -> None:
    await centre.relay.store.transact(fill)
    desk = centre.county.numbers
    status = await desk.status()
    sums = sums_of(status.blocks)
    assert len(status.blocks) == _STATIONS * _BLOCKS
    assert len(sums) == _STATIONS
    assert all(one.issued == one.used + one.voided + one.remaining for one in status.blocks)
    first = next(one for one in status.blocks if one.station == f"{0:016x}" and one.first == 1)
    assert (first.arrived, first.twice, first.voided, first.used) == (_USED, 1, 10, 60)
    assert [(one.first, one.last) for one in first.voids] == [(61, 70)]  # 51 to 60 came
    others = [one for one in status.blocks if one != first]
    assert {(one.arrived, one.twice, one.used, one.remaining) for one in others} == {
        (_USED, 0, _USED, _LONG - _USED)
    }
    alone = await desk.status(f"{0:016x}")
    assert alone.blocks == [one for one in status.blocks if one.station == f"{0:016x}"]
