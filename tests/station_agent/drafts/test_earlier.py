"""What was taken in for a person before is warned of and offered, and copied field by field."""

import pytest

from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.drafts.earlier import EarlierForms, Known
from station_agent.store.desk import drafts
from tests.builders.clerk import CLERK
from tests.builders.clock import START_MS
from tests.station_agent.drafts.two_items import ID, OTHER_ID, PERSON, hands_in, publish
from tests.station_agent.drafts.typing import FIRST, SECOND, kept, opened_by, texts_of, types
from tests.station_agent.village import Village

THIRD = ApplicationId("3" * 32)
DAY_MS = 86_400_000


async def known(station: Station, application: ApplicationId) -> Known:
    draft = await kept(station, application)
    return await EarlierForms(station.drafts).of(opened_by(station), draft)


async def test_the_same_item_for_the_same_person_is_warned_of_open_or_handed_in(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        await types(station, {"number": ID}, SECOND, item="stove")
        await types(station, {"number": ID.lower()}, THIRD, item="stove")
        found = (await known(station, THIRD)).same
        assert [(one.application, one.is_draft) for one in found] == [
            (FIRST, False),
            (SECOND, True),
        ]
        await station.drafts.throw_away(CLERK, SECOND)
        assert [one.application for one in (await known(station, THIRD)).same] == [FIRST]


@pytest.mark.parametrize(
    ("number", "item", "warned", "offered"),
    [
        (ID, "stove", True, True),
        (ID, "well", False, True),  # another item: nothing twice, but the person is known
        (OTHER_ID, "stove", False, False),
        (ID[:-1], "stove", False, False),  # not whole yet
        ("110105194912310021", "stove", False, False),  # its check digit is wrong
        ("", "stove", False, False),
    ],
)
async def test_only_the_whole_number_of_the_same_person_counts(
    village: Village, number: str, item: str, warned: bool, offered: bool
) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        await types(station, {"number": number}, SECOND, item=item)
        found = await known(station, SECOND)
        assert bool(found.same) is warned
        assert bool(found.offered) is offered


async def test_what_is_offered_is_what_the_form_asks_and_does_not_say_yet(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, {**PERSON, "phone": "旧的"}, FIRST)
        await village.clock.advance(60)
        await hands_in(station, {**PERSON, "fuel": "柴"}, SECOND)
        await types(station, {"number": ID, "name": "黄秀瑛"}, THIRD, item="well")
        found = await known(station, THIRD)
        assert found.last is not None
        assert (found.last.application, found.last.content.name) == (SECOND, "改灶补贴")
        offered = [(one.name, one.title, one.text) for one in found.offered]
        assert offered == [("phone", "电话", "13800000000")]  # no fuel: 柴 is no choice of a well


async def test_only_what_was_ticked_is_copied_and_nothing_typed_is_overwritten(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        await types(station, {"number": ID}, SECOND, item="stove")
        draft = await kept(station, SECOND)
        assert draft is not None
        await EarlierForms(station.drafts).copy(
            CLERK, opened_by(station), draft, {"phone", "number", "no-such"}
        )
        assert await texts_of(station, SECOND) == {"number": ID, "phone": "13800000000"}


async def tidies(village: Village, station: Station, *, days: int) -> int:
    """So many days after the start by the county's time; how much is still there."""
    village.parent.county_ms = START_MS + days * DAY_MS
    await village.exchange(station)
    await station.upkeep.housekeeping.hourly()
    return len(await station.database.read(lambda tx: drafts.earlier(tx, 9)))


async def test_it_is_kept_sealed_for_a_year(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        assert await tidies(village, station, days=1) == 1
        files = [path.read_bytes() for path in village.data.glob("station.db*")]
        for secret in PERSON.values():
            assert not any(secret.encode() in content for content in files)
        assert await tidies(village, station, days=365) == 1
        assert await tidies(village, station, days=366) == 0


@pytest.mark.parametrize("years", [-17, 10])
async def test_a_date_that_jumps_lets_nothing_of_it_go(village: Village, years: int) -> None:
    async with village.open() as station:
        await publish(village, station)
        if years < 0:  # handed in on a PC with an empty battery, whose date is put right then
            village.clock.jump_wall(ms=years * 365 * DAY_MS)
        await hands_in(station, PERSON, FIRST)
        village.clock.jump_wall(ms=abs(years) * 365 * DAY_MS)
        assert await tidies(village, station, days=1) == 1
        assert await tidies(village, station, days=365) == 1


async def test_one_that_cannot_be_read_offers_nothing_and_hides_no_other(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        await hands_in(station, PERSON, SECOND)
        await station.database.write(
            lambda tx: tx.run("UPDATE earlier SET format = 9 WHERE application = ?", (SECOND,))
        )
        await types(station, {"number": ID}, THIRD, item="stove")
        assert [one.application for one in (await known(station, THIRD)).same] == [FIRST]
