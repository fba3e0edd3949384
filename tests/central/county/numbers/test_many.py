"""Thousands of blocks at hundreds of stations are shown together as each one is by itself."""

from functools import partial

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers import kept, queries
from central.county.numbers.sums import sums_of
from protocol.numbers.block import Run
from tests.builders.blocks import LONG, fill_blocks
from tests.central.county.centre import Centre

_STATIONS, _BLOCKS, _USED = 300, 10, 60
STATIONS = [f"{number:016x}" for number in range(_STATIONS)]


async def void_what_came(session: AsyncSession) -> None:
    """The first block's numbers from 51 to 70 are said to be voided; up to 60 they came."""
    (row, *_) = await queries.blocks(session, STATIONS[0])
    run = Run(first=row.first + 50, last=row.first + 69, reason="打错")
    use = kept.use_of(row, [run])
    row.next = row.first + 70
    await kept.is_so(session, row, use)


async def test_each_block_is_shown_by_what_came(centre: Centre) -> None:
    store, desk = centre.relay.store, centre.county.numbers
    await store.transact(partial(fill_blocks, stations=STATIONS, each=_BLOCKS, used=_USED))
    await store.transact(void_what_came)
    status = await desk.status()
    sums = sums_of(status.blocks)
    assert len(status.blocks) == _STATIONS * _BLOCKS
    assert len(sums) == _STATIONS
    assert all(one.issued == one.used + one.voided + one.remaining for one in status.blocks)
    first = status.blocks[0]
    assert (first.arrived, first.twice, first.voided, first.used) == (_USED, 0, 10, 60)
    assert [(one.first, one.last) for one in first.voids] == [(61, 70)]  # 51 to 60 came
    assert {(one.arrived, one.twice, one.used, one.remaining) for one in status.blocks[1:]} == {
        (_USED, 0, _USED, LONG - _USED)
    }
    alone = await desk.status(STATIONS[0])
    assert alone.blocks == [one for one in status.blocks if one.station == STATIONS[0]]
    assert (await desk.overview(0)).sums == sums


async def test_nobody_who_looks_counts_what_came(centre: Centre) -> None:
    store, desk = centre.relay.store, centre.county.numbers
    await store.transact(partial(fill_blocks, stations=STATIONS[:2], each=2, used=3))
    statements: list[str] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _, __, statement, *___: statements.append(statement),
    )
    assert [one.arrived for one in (await desk.overview(0)).sums] == [6, 6]
    assert [one.arrived for one in (await desk.status()).blocks] == [3] * 4
    assert any("number_block" in one for one in statements)
    assert not any("number_use" in one for one in statements)
