"""A release that is altered, older or of another county changes nothing at a station."""

import copy
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.exchange.messages import EditionNews
from protocol.ids import ExchangeId
from protocol.trust.edition import Edition, Kind
from station_agent.app import Station
from station_agent.store import editions
from tests.builders.false_releases import CODES, flipped, pretending, with_a_bit_changed
from tests.builders.lines.sticks import files_on
from tests.station_agent.carrying import pack, stick, take_in
from tests.station_agent.county import CATALOGUE, County
from tests.station_agent.village import Village

__all__ = ["stick"]


def newer(county: County, version: int, name: str = "新名") -> Edition:
    document = copy.deepcopy(CATALOGUE)
    document["items"][0]["name"] = name
    return county.make_release(version, document)


def news(village: Village, edition: Edition) -> EditionNews:
    return village.county.news(Kind.RELEASE, edition)


async def store(station: Station, item: EditionNews) -> list[str]:
    refused = await station.exchanges.stores().store(ExchangeId(b"exchange"), 1, [item])
    return [code for _, code in refused]


async def require_second(station: Station, second: Edition) -> None:
    """Release 2 is held, whole."""
    assert await station.database.read(lambda tx: editions.version(tx, Kind.RELEASE)) == 2
    kept = await station.database.read(
        lambda tx: {one: editions.find_entry(tx, Kind.RELEASE, one)[1] for one in second.entries}
    )
    assert kept == second.entries


async def test_no_bit_of_a_release_may_change(village: Village) -> None:
    second, third = newer(village.county, 2), newer(village.county, 3, "更新")
    async with village.open() as station:
        assert await store(station, news(village, second)) == []
        told = {
            (await store(station, one) or ["taken"])[0]
            for one in with_a_bit_changed(news(village, third))
        }
        assert {"peer.signature", "peer.digest", "peer.malformed"} <= told <= CODES
        await require_second(station, second)
        assert await store(station, news(village, third)) == []  # as the county signed it


@pytest.mark.parametrize("by_stick", [False, True])
async def test_an_older_release_under_a_newer_number_is_refused(
    village: Village, stick: Path, *, by_stick: bool
) -> None:
    second, first = newer(village.county, 2), village.county.release
    async with village.open() as station:
        assert await store(station, news(village, second)) == []
        for one in (*pretending(news(village, first), 2), *pretending(news(village, second), 2)):
            if by_stick:
                pack(village, stick, editions=[one])
                codes = set((await take_in(station, stick)).refused.values())
            else:
                codes = set(await store(station, one))
            assert codes == {"peer.rollback"}
        await require_second(station, second)


async def test_what_a_stick_brings_is_looked_at_as_a_line_is(village: Village, stick: Path) -> None:
    stranger, second = County(), newer(village.county, 2)
    stranger.keys = stranger.station_keys
    third = news(village, newer(village.county, 3, "更新"))
    false = [
        (news(village, newer(stranger, 3)), "peer.signature"),
        (altered(third, proof=flipped(third.proof, 8 * 10)), "peer.signature"),
        (altered(third, body=news(village, second).body), "peer.digest"),
    ]
    async with village.open() as station:
        assert await store(station, news(village, second)) == []
        for one, code in false:
            pack(village, stick, editions=[one])
            taken = await take_in(station, stick)
            assert (taken.editions, set(taken.refused.values())) == (0, {code})
        await require_second(station, second)


async def test_no_bit_of_its_file_on_a_stick_may_change(village: Village, stick: Path) -> None:
    second = newer(village.county, 2)
    pack(village, stick, editions=[news(village, second)])
    (path,) = [one for one in files_on(stick) if one.suffix == ".edn"]
    whole = path.read_bytes()
    async with village.open() as station:
        for bit in range(0, 8 * len(whole), 97):
            path.write_bytes(flipped(whole, bit))
            taken = await take_in(station, stick)
            assert (taken.editions, len(taken.refused)) == (0, 1)
        path.write_bytes(whole)
        assert (await take_in(station, stick)).editions == 1
        await require_second(station, second)
