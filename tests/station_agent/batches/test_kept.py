"""What stays of a batch and of its rows: who acts, what was handed in, and what nobody finished."""

from dataclasses import replace

import pytest

from protocol.errors.market import BatchUnknownError
from protocol.ids import ApplicationId
from protocol.records.taken_in import AgentKind, Scope, TakenIn
from station_agent.app import Station
from station_agent.batches.calls import SaveCommon
from station_agent.drafts.acting import ActsFor
from station_agent.drafts.calls import NameAgent
from tests.builders.clerk import CLERK
from tests.builders.clock import START_MS
from tests.station_agent.batches.market import BATCH, begins, found, opened, service_of
from tests.station_agent.drafts import item_versions
from tests.station_agent.drafts.two_items import publish
from tests.station_agent.village import Village

DAY_MS = 86_400_000
SON = ActsFor(name="黄大山", kind=AgentKind.RELATIVE, scope=[Scope.APPLY, Scope.COLLECT])


async def hands_in(station: Station, day: str = "", *, is_known: bool = True) -> None:
    gathering = station.gathering()
    if not is_known:  # nothing has ever proved the date
        drafts = replace(gathering.batches.drafts, today=lambda: None)
        gathering = replace(gathering, batches=replace(gathering.batches, drafts=drafts))
    done = await gathering.hand_in(CLERK, opened(station), BATCH, day)
    assert done.refused == []


def taken(village: Village, application: ApplicationId) -> TakenIn:
    """How the county reads that it was taken in."""
    found = village.county.open(village.envelope_of(application)).taken
    assert found is not None
    return found


async def test_who_acts_for_the_applicant_of_a_row_reaches_the_county(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        first, second = (row.application for row in (await begins(station)).rows)
        named = NameAgent(application=first, item="stove", agent=SON)
        await station.drafts.name_agent(CLERK, opened(station), named)
        await hands_in(station)
        await village.exchange(station)
        agent = taken(village, first).agent
        assert agent is not None
        assert (agent.name, agent.kind, agent.scope) == (
            "黄大山",
            AgentKind.RELATIVE,
            (Scope.APPLY, Scope.COLLECT),
        )
        assert taken(village, second).agent is None


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_day_is_taken_from_the_clerk_where_nothing_proves_it(
    village: Village, is_known: bool
) -> None:
    async with village.open() as station:
        await publish(village, station)
        first = (await begins(station)).rows[0].application
        await hands_in(station, "2026-11-28", is_known=is_known)
        await village.exchange(station)
        assert taken(village, first).window_day == ("" if is_known else "2026-11-28")


async def test_a_row_that_was_handed_in_stays_in_its_batch(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        own = (await begins(station)).rows[0].application
        await hands_in(station)
        with pytest.raises(BatchUnknownError):
            await service_of(station).take_out(CLERK, BATCH, own)
        assert [row.who for row in (await found(station)).rows] == ["黄秀英", "陆大山"]


async def tidies(village: Village, station: Station, *, days: int) -> bool:
    """So many days after the start by the county's time; whether the batch is still there."""
    village.parent.county_ms = START_MS + days * DAY_MS
    await village.exchange(station)
    await station.upkeep.housekeeping.hourly()
    return bool(await service_of(station).listed(opened(station)))


async def test_a_batch_goes_a_year_after_it_was_handed_in_by_the_county_s_time(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        await begins(station)
        assert await tidies(village, station, days=1)
        assert await tidies(village, station, days=400)  # nobody has finished it
        await hands_in(station)
        village.clock.jump_wall(ms=10 * 365 * DAY_MS)
        assert await tidies(village, station, days=401)
        assert not await tidies(village, station, days=800)


async def test_rows_of_a_version_that_has_ended_are_refused_one_by_one(village: Village) -> None:
    async with village.open() as station:
        await item_versions.publish(village, station, 2, 1)
        service, key = service_of(station), opened(station)
        wanted = SaveCommon(batch=BATCH, item=item_versions.ITEM, texts={})
        await service.save_common(CLERK, key, wanted)
        await service.paste(CLERK, key, BATCH, "黄秀英")
        await item_versions.publish(village, station, 3, 4, until="2026-01-01")
        done = await station.gathering().hand_in(CLERK, key, BATCH)
        assert (done.handed_in, [one.code for one in done.refused]) == (0, ["filling.version"])
        assert (await found(station)).ready
