"""A station in numbers: what waits, how it went, and nobody's name."""

import socket
from contextlib import AsyncExitStack

import aiohttp
import pytest

from protocol.errors import LineError, UsageError
from runtime.actor import Actor
from runtime.control.calls import Nothing, handler
from runtime.metrics.calls import METRICS
from station_agent.app import Station
from station_agent.doctor.opened import figures_of
from station_agent.operations import operations
from tests.station_agent.village import Village

NAME = "韦小宝四五一四二三"


async def told(station: Station) -> dict[str, str]:
    answering = handler(operations(station), METRICS)
    text = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
    assert NAME not in text
    assert village_words(text) == []
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name.removeprefix("yizhan_"): value for name, value in rows}


def village_words(text: str) -> list[str]:
    """Node ids, division codes and item names have nothing to do here."""
    return [one for one in ("5a5a", "451423", "pension") if one in text]


async def test_what_waits_and_what_the_county_confirmed(village: Village) -> None:
    async with village.open() as station:
        await station.intake.submit(village.submission(NAME))
        found = await told(station)
        assert found["queue_envelopes"] == "1"
        assert found['applications{state="saved"}'] == "1"
        assert int(found['queue_bytes{lane="applications"}']) > 100
        assert found["release_version"] == "1"
        assert found["disk_short"] == "0"
        assert int(found["commit_seconds_count"]) > 1
        await village.exchange(station)
        assert (await told(station))['applications{state="at_hub"}'] == "1"


async def test_exchanges_are_counted_by_how_they_end(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(LineError):
            await station.exchanges.service.now()
        assert 'exchanges_total{ended="done"}' not in await told(station)


async def test_it_is_told_at_a_port_of_this_computer_where_one_is_set(village: Village) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with village.open() as station, AsyncExitStack() as stack:
        figures = figures_of(station)
        await figures.open(stack, f"127.0.0.1:{port}")
        async with aiohttp.ClientSession() as http:
            async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert "yizhan_queue_envelopes 0" in await answer.text()
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert (await answer.json())["checks"] == {"database": True, "disk": True}
        with pytest.raises(UsageError):
            await figures.open(stack, "0.0.0.0:9")
