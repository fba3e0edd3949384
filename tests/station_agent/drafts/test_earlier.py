"""What was taken in for a person before is warned of and offered, and copied field by field."""

import pytest

from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.drafts.earlier import EarlierForms, Known
from station_agent.store import drafts
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.two_items import ID, OTHER_ID, PERSON, hands_in, publish
from tests.station_agent.drafts.typing import FIRST, SECOND, kept, opened_by, texts_of, types
from tests.station_agent.village import Village

THIRD = ApplicationId("3" * 32)
YEAR_S = 365 * 86_400


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


async def test_it_is_kept_sealed_for_a_year(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station)
        await hands_in(station, PERSON, FIRST)
        await village.clock.advance(YEAR_S - 60)
        await station.upkeep.housekeeping.hourly()
        assert len(await station.database.read(lambda tx: drafts.earlier(tx, 9))) == 1
        files = [path.read_bytes() for path in village.data.glob("station.db*")]
        for secret in PERSON.values():
            assert not any(secret.encode() in content for content in files)
        await village.clock.advance(120)
        await station.upkeep.housekeeping.hourly()
        assert await station.database.read(lambda tx: drafts.earlier(tx, 9)) == []


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
