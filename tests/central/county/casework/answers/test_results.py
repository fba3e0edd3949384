"""Results are put in order by the county's count of them, whatever its clock said."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result
from protocol.envelope.payloads import Decision, Outcome
from protocol.limits import TIME_S
from tests.central.county.backup.place import OpenCounty, Place
from tests.central.county.centre import Centre
from tests.central.county.village import Village

_DAY_MS = 86_400_000


async def decided(centre: Centre, village: Village, note: str) -> Decision:
    """Decide one more application of ``village``; what is told of it."""
    await centre.bring(village.submit())
    number = village.applications[-1].hex()
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note=note)
    return (await centre.decisions(village))[-1][1]


async def test_what_is_decided_later_counts_higher_after_the_clock_was_put_right(
    centre: Centre,
) -> None:
    village = await centre.village()
    centre.clock.jump_wall(ms=400 * _DAY_MS)
    ahead = await decided(centre, village, "钟快时")
    centre.clock.jump_wall(ms=-400 * _DAY_MS)
    await centre.bring(village.seal(ahead))  # nothing that a station may send: it is rejected
    (rejection,) = await centre.rejections(village)
    right = await decided(centre, village, "钟准时")
    assert right.at_ms < ahead.at_ms
    assert ahead.n < rejection.n < right.n


async def test_a_result_that_is_told_again_keeps_its_number(centre: Centre) -> None:
    village = await centre.village()
    first = await decided(centre, village, "先")
    later = await decided(centre, village, "后")

    async def work(session: AsyncSession) -> int:
        return await centre.county.casework.tell_anew(session, {(village.node, first.application)})

    assert await centre.relay.store.transact(work) == 1
    told = [decision for _, decision in await centre.decisions(village)]
    assert [one.n for one in told] == [first.n, later.n, first.n]


async def counted(county: OpenCounty) -> int:
    return await county.node.relay.store.transact(next_result)


async def test_no_two_results_have_one_number(centre: Centre) -> None:
    """Also those that are made between two statements of the time."""
    store = centre.relay.store
    await store.transact(centre.relay.times.held)
    numbers = [await store.transact(next_result) for _ in range(3)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    centre.clock.tick(TIME_S)
    await store.transact(centre.relay.times.held)
    later = [await store.transact(next_result) for _ in range(2)]
    assert later == [later[0], later[0] + 1]
    assert later[0] > numbers[-1]


async def test_a_county_out_of_its_backup_counts_on_above_all_that_it_gave_out(
    tmp_path: Path,
) -> None:
    """What it decided after the backup is not in it; what it decides now outweighs that."""
    place = Place(folder=tmp_path)
    async with place.open() as county:
        made = await place.back_up(county)
        lost = [await counted(county) for _ in range(1000)][-1]
    await place.restore(made)
    async with place.open(place.restored) as county:
        assert await counted(county) > lost
        again = await place.back_up(county)
        later = await counted(county)
    await place.restore(again, data=tmp_path / "third")
    async with place.open(tmp_path / "third") as county:
        assert await counted(county) > later
