"""Issuing blocks: each serial once, whoever issues at the same time; tickets to offices alone."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.lives import life_number, life_of
from central.county.counters.models import CounterRow
from central.county.numbers.calls import IssueBlocks
from central.relay.instance.service import instance_of
from protocol.errors import InstanceBegunError, UsageError
from protocol.errors.numbers import NumberChargingError, NumberSeriesError, NumberStationError
from protocol.limits import MAX_BLOCK_NUMBERS
from protocol.numbers.number import LIFE_SERIALS, NumberKind, first_serial
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.centre import Centre, Ground
from tests.central.county.numbers.scene import YEAR, blocks, came, issue, last_block
from tests.central.county.recovery.test_rollback import forget_receipts, hub_says, newest_mark
from tests.central.county.village import Village


@dataclass(kw_only=True)
class Policy:
    """What the county's policy says of numbers."""

    charging: tuple[str, ...] = ()
    block: int = 100


def charge(centre: Centre, *villages: Village) -> None:
    """The policy names these as offices that may charge."""
    policy = Policy(charging=tuple(village.node for village in villages))
    object.__setattr__(centre.county.numbers.blocks.issuing, "rules", lambda: policy)


async def at_township(centre: Centre) -> Village:
    """A window of the township, with a PC of its own."""
    scene = centre.ground.nodes.scene
    invitation = scene.add_station(parent=centre.ground.nodes.hub.node, code="451423103000")
    machine, _ = scene.join(invitation)
    await centre.take_roster()
    return Village(
        node=machine.node,
        secrets=machine.secrets,
        county=centre.relay.node,
        county_keys=scene.keys,
        randomness=scene.randomness,
    )


async def life(centre: Centre) -> int:
    instance = await centre.relay.store.transact(instance_of)
    return life_number(life_of(instance))


async def test_blocks_are_one_behind_the_other_in_the_life_of_the_county(centre: Centre) -> None:
    one, two = await centre.village(), await centre.village()
    first, second = await issue(centre, one, two, count=30)
    begins = first_serial(await life(centre))
    assert (first.first, first.last) == (begins + 1, begins + 30)
    assert (second.first, second.last) == (begins + 31, begins + 60)
    assert (first.issuer, first.kind, first.year) == ("451423", "case", YEAR)
    block = await last_block(centre, one)
    assert (block.block.hex(), block.first, block.last) == (first.block, first.first, first.last)
    assert {(b.issued, b.remaining, b.closed) for b in await blocks(centre)} == {(30, 30, None)}


async def test_a_block_names_the_start_that_came_last(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village)
    assert (await last_block(centre, village)).start == b""
    await centre.bring(village.submit())
    await issue(centre, village)
    assert (await last_block(centre, village)).start == village.incarnation


async def test_two_that_issue_at_once_give_no_number_twice(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        village, other = await one.village(), await one.village()
        two.relay.editions.adopt(one.relay.editions.roster.edition)
        issued = await asyncio.gather(
            *(issue(at, who) for _ in range(6) for at, who in ((one, village), (two, other)))
        )
        serials = [n for (block,) in issued for n in range(block.first, block.last + 1)]
        assert len(set(serials)) == len(serials) == 12 * 30
        assert max(serials) - min(serials) == 12 * 30 - 1  # and without a gap


async def test_another_life_of_the_county_has_serials_of_its_own(centre: Centre) -> None:
    village = await centre.village()
    (before,) = await issue(centre, village)
    await centre.bring(village.submit())
    mark = await newest_mark(centre, village)
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    (after,) = await issue(centre, village)
    assert before.first // LIFE_SERIALS != after.first // LIFE_SERIALS
    assert after.first % LIFE_SERIALS == 1


async def test_the_last_serials_of_a_life_are_issued_and_not_one_more(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=1)

    async def nearly_spent(session: AsyncSession) -> None:
        series = CounterRow.name.startswith("block ")
        await session.execute(update(CounterRow).where(series).values(value=LIFE_SERIALS - 11))

    await centre.relay.store.transact(nearly_spent)
    with pytest.raises(NumberSeriesError):
        await issue(centre, village, count=11)
    (last,) = await issue(centre, village, count=10)
    assert last.last % LIFE_SERIALS == LIFE_SERIALS - 1


@pytest.mark.parametrize(("year", "count"), [(2025, 1), (2028, 1), (0, MAX_BLOCK_NUMBERS + 1)])
async def test_no_such_year_or_size(centre: Centre, year: int, count: int) -> None:
    with pytest.raises(UsageError):
        await issue(centre, await centre.village(), year=year, count=count)


async def test_the_next_year_and_the_largest_size(centre: Centre) -> None:
    (block,) = await issue(centre, await centre.village(), year=YEAR + 1, count=MAX_BLOCK_NUMBERS)
    assert (block.year, block.issued) == (YEAR + 1, MAX_BLOCK_NUMBERS)


async def test_each_year_has_serials_of_its_own(centre: Centre) -> None:
    village = await centre.village()
    (this,) = await issue(centre, village, count=30)
    (following,) = await issue(centre, village, count=30, year=YEAR + 1)
    assert (this.year, following.year) == (YEAR, YEAR + 1)
    assert this.first == following.first


async def test_hubs_and_strangers_get_no_numbers(centre: Centre) -> None:
    for node in (centre.ground.nodes.hub.node, centre.relay.node, "ab" * 8):
        wanted = IssueBlocks(nodes=[node], kind=NumberKind.CASE, year=0, count=0)
        with pytest.raises(NumberStationError):
            await centre.county.numbers.issue(wanted)
    assert await blocks(centre) == []


async def test_tickets_go_to_an_office_that_the_policy_names_and_to_no_village(
    centre: Centre,
) -> None:
    village, window = await centre.village(), await at_township(centre)
    ticket = NumberKind.TICKET
    with pytest.raises(NumberChargingError):  # nobody is named
        await issue(centre, window, kind=ticket)
    charge(centre, village, window)
    with pytest.raises(NumberChargingError, match="村站不收现金"):
        await issue(centre, village, kind=ticket)
    (block,) = await issue(centre, window, kind=ticket)
    assert (block.issuer, block.kind) == ("451423103", "ticket")
    assert (await last_block(centre, window)).kind is ticket
    assert await came(centre, village) == []
    everybody = IssueBlocks(nodes=(), kind=ticket, year=0, count=0)
    answer = await centre.county.numbers.issue(everybody)
    assert [one.station for one in answer.issued] == [window.node]
    assert [(one.station, one.code) for one in answer.refused] == [
        (village.node, "number.no-charging")
    ]
