"""What the catalogue plans for a later day counts at the station from then on, by trusted time."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from protocol.catalogue.changes.planned import GONE
from protocol.errors import CatalogueMissingError, FormInvalidError, ItemUnknownError
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.schedule import local_time
from station_agent.app import Station
from station_agent.intake.items import list_items, show_item
from tests.builders.clerk import status_of
from tests.builders.clock import START_MS
from tests.station_agent.village import Village

TODAY = local_time(START_MS).date()
DAY = TODAY + timedelta(days=10)
DAY_MS = 86_400_000


def planning(village: Village, more: Mapping[str, bytes]) -> Edition:
    entries = {**village.county.release.entries, **more}
    head = make_head(Kind.RELEASE, 2, entries, START_MS)
    proof = sign_head(village.county.keys.signer, head)
    return Edition(head=head, proof=proof, entries=entries)


def stricter(village: Village) -> bytes:
    raw = json.loads(village.county.release.entries["pension"])
    raw["name"], raw["version"] = "新版", 2
    raw["schema"]["properties"]["age"] = {"type": "integer", "title": "年龄"}
    raw["schema"]["required"] = ["name", "age"]
    return json.dumps(raw, ensure_ascii=False).encode()


async def names(station: Station) -> dict[str, str]:
    found = await station.database.read(lambda tx: list_items(tx, station.taking.today()))
    return {one.item: one.name for one in found}


async def publish(village: Village, station: Station, *, at: date, day: date = DAY) -> None:
    """The county plans for ``day``; the station hears of it, and that it is ``at``."""
    planned = {
        f"@next.{day}.pension": stricter(village),
        f"@next.{day}.fresh": village.county.release.entries["pension"].replace(
            b'"id":"pension"', b'"id":"fresh"'
        ),
    }
    edition = planning(village, planned)
    village.parent.publish(village.county.news(Kind.RELEASE, edition))
    village.parent.time_ms = START_MS + (at - TODAY).days * DAY_MS
    await village.exchange(station)


async def test_until_the_day_the_old_version_is_filled_in_and_from_then_on_the_new_one(
    village: Village,
) -> None:
    async with village.open() as station:
        old = (await names(station))["pension"]
        await publish(village, station, at=DAY - timedelta(days=1))
        assert (await names(station))["pension"] == old
        assert "fresh" not in await names(station)
        before = await village.submit(station)
        with pytest.raises(ItemUnknownError):
            await station.intake.submit(village.submission(item="fresh"))

        await village.clock.advance(86_400)  # the station counts on by itself, without a line
        assert (await names(station))["pension"] == "新版"
        with pytest.raises(FormInvalidError):
            await village.submit(station)
        after = await station.intake.submit(village.submission(item="fresh"))
        await village.exchange(station)

    sent = [village.county.open(village.envelope_of(one)) for one in (before, after)]
    assert [(one.item, one.release, one.since) for one in sent] == [
        ("pension", 2, ""),
        ("fresh", 2, str(DAY)),
    ]


async def test_a_wrong_date_of_the_pc_brings_no_day_nearer(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station, at=TODAY)
        old = (await names(station))["pension"]
    village.clock.jump_wall(ms=400 * DAY_MS)
    async with village.open() as station:  # a new start, a year and more ahead
        assert (await names(station))["pension"] == old
        village.parent.time_ms = START_MS + 10 * DAY_MS
        await village.exchange(station)  # the county says what day it is
        assert (await names(station))["pension"] == "新版"


async def test_what_has_begun_is_not_undone_by_a_date_that_goes_back(village: Village) -> None:
    async with village.open() as station:
        await publish(village, station, at=DAY)
        assert (await names(station))["pension"] == "新版"
    village.clock.jump_wall(ms=-400 * DAY_MS)
    async with village.open() as station:
        assert (await names(station))["pension"] == "新版"


async def test_without_a_word_of_the_county_nothing_planned_counts(village: Village) -> None:
    village.parent.signs = False
    async with village.open() as station:
        old = (await names(station))["pension"]
        await publish(village, station, at=DAY + timedelta(days=100))
        assert station.taking.today() is None
        assert (await names(station))["pension"] == old


async def test_an_item_ends_on_its_day(village: Village) -> None:
    async with village.open() as station:
        edition = planning(village, {f"@next.{DAY}.pension": GONE})
        village.parent.publish(village.county.news(Kind.RELEASE, edition))
        await village.exchange(station)
        await village.submit(station)
        village.parent.time_ms = START_MS + 10 * DAY_MS
        await village.exchange(station)
        assert "pension" not in await names(station)
        with pytest.raises(ItemUnknownError):
            await village.submit(station)
        with pytest.raises(ItemUnknownError):
            await station.database.read(lambda tx: show_item(tx, "pension", station.taking.today()))


@pytest.mark.parametrize("days", [-1, 1])
async def test_what_will_be_sensitive_goes_by_its_neutral_name_in_lists(
    village: Village, days: int
) -> None:
    raw = json.loads(village.county.release.entries["pension"])
    later = json.dumps(raw | {"version": 2, "sensitive": {"name": "民政业务"}}).encode()
    edition = planning(village, {f"@next.{DAY}.pension": later})
    async with village.open() as station:
        await village.submit(station)
        village.parent.publish(village.county.news(Kind.RELEASE, edition))
        village.parent.time_ms = START_MS + (10 + days) * DAY_MS
        await village.exchange(station)
        (one,) = (await status_of(station))["applications"]
        assert one["name"] == "民政业务"


async def test_of_several_days_the_latest_that_has_come_counts(village: Village) -> None:
    async with village.open() as station:
        plain = village.county.release.entries["pension"]
        planned = dict[str, bytes]()
        for n in (0, 1, 2):
            renamed = plain.replace(b'"name":"', b'"name":"%d' % n)
            planned[f"@next.{DAY + timedelta(days=n)}.pension"] = renamed
        edition = planning(village, planned)
        village.parent.publish(village.county.news(Kind.RELEASE, edition))
        for n in (0, 1, 2):
            village.parent.time_ms = START_MS + (10 + n) * DAY_MS
            await village.exchange(station)
            assert (await names(station))["pension"].startswith(str(n))


async def test_without_a_catalogue_there_is_none(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        with pytest.raises(CatalogueMissingError):
            await names(station)
