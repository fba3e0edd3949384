"""A draft and five versions of its item: it goes on, is looked at, or goes over."""

from dataclasses import replace
from datetime import date

import pytest

from protocol.errors import ItemUnknownError
from protocol.errors.drafts import FillingUnknownError
from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.drafts.service import Draft
from station_agent.drafts.versions import DraftVersions, Standing, Version
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.item_versions import ITEM, TEXTS, UNTIL, publish
from tests.station_agent.drafts.typing import FIRST, MEI, kept, opened_by, types
from tests.station_agent.village import Village


async def begun(village: Village, station: Station) -> None:
    """Under version 1."""
    await publish(village, station, 2, 1)
    await types(station, TEXTS, item=ITEM)


async def draft_of(station: Station) -> Draft:
    draft = await kept(station)
    assert draft is not None
    return draft


async def stands(station: Station, today: date | None = date(2026, 12, 1)) -> Version:
    drafts = replace(station.drafts, today=lambda: today)
    return await DraftVersions(drafts).of(await draft_of(station))


@pytest.mark.parametrize(
    ("version", "until", "today", "standing"),
    [
        (1, "", date(2026, 12, 1), Standing.SAME),
        (2, "", date(2026, 12, 1), Standing.SAME),
        (3, "", date(2026, 12, 1), Standing.LOOK),
        (4, UNTIL, date(2026, 12, 1), Standing.OLD),
        (4, UNTIL, date(2027, 3, 31), Standing.OLD),
        (4, UNTIL, None, Standing.OLD),  # the date is not known: nobody is refused for that
        (4, UNTIL, date(2027, 4, 1), Standing.ENDED),
        (5, UNTIL, date(2027, 3, 31), Standing.OLD),
        (5, UNTIL, date(2027, 4, 1), Standing.GONE),
        (5, "", date(2026, 12, 1), Standing.GONE),
    ],
)
async def test_what_becomes_of_it(
    village: Village, version: int, until: str, today: date | None, standing: Standing
) -> None:
    async with village.open() as station:
        await begun(village, station)
        await publish(village, station, 3, version, until=until)
        found = await stands(station, today)
        assert (found.standing, found.until) == (standing, until)
        assert found.may_go_on is (standing in (Standing.SAME, Standing.OLD))
        assert (await draft_of(station)).content.texts == TEXTS


async def test_what_was_begun_in_the_new_version_knows_nothing_of_the_last_day_of_the_old_one(
    village: Village,
) -> None:
    async with village.open() as station:
        await publish(village, station, 2, 4, until=UNTIL)
        await types(station, {"name": "黄秀英"}, item=ITEM)
        await publish(village, station, 3, 4, until=UNTIL)
        assert (await stands(station, date(2027, 4, 1))).standing is Standing.SAME


async def test_going_over_keeps_by_id_and_what_is_dropped_stays_in_the_draft(
    village: Village,
) -> None:
    async with village.open() as station:
        await begun(village, station)
        await publish(village, station, 3, 4, until=UNTIL)
        shown = (await stands(station)).moved
        assert shown is not None
        assert [one.text for one in shown.kept] == ["黄秀英", "独居"]
        assert [(one.title, one.text) for one in shown.dropped] == [("电话", "0771")]
        assert [(one.title, one.required) for one in shown.new] == [("卡号", True)]
        await DraftVersions(station.drafts).move(CLERK, opened_by(station), FIRST)
        draft = await draft_of(station)
        assert draft.content.texts == {"name": "黄秀英", "note": "独居"}
        assert [(one.name, one.text) for one in draft.content.dropped] == [("phone", "0771")]
        assert draft.item.release == 3
        assert (await stands(station)).standing is Standing.SAME
        await types(station, {**draft.content.texts, "card": "6217"}, item=ITEM, clerk=MEI)
        assert [one.text for one in (await draft_of(station)).content.dropped] == ["0771"]


async def test_it_is_handed_in_under_the_version_that_it_names(village: Village) -> None:
    async with village.open() as station:
        await begun(village, station)
        await publish(village, station, 3, 5, until=UNTIL)
        draft = await draft_of(station)
        submission = replace(village.submission("黄秀英", application=FIRST), item=ITEM)
        with pytest.raises(ItemUnknownError):
            await station.intake.submit(submission)
        await station.intake.submit(submission, under=draft.item.found)
        await village.exchange(station)
        payload = village.county.open(village.envelope_of(FIRST))
        assert (payload.item, payload.release) == (ITEM, 2)


async def test_what_was_withdrawn_can_go_over_into_nothing(village: Village) -> None:
    async with village.open() as station:
        await begun(village, station)
        await publish(village, station, 3, 5)
        versions = DraftVersions(station.drafts)
        with pytest.raises(ItemUnknownError):
            await versions.move(CLERK, opened_by(station), FIRST)
        assert (await draft_of(station)).content.texts == TEXTS
        with pytest.raises(FillingUnknownError):
            await versions.move(CLERK, opened_by(station), ApplicationId("f" * 32))
