"""A station keeps to its budget, and tells when what waits should arrive."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from protocol.envelope.envelope import Lane
from protocol.trust.budget import Budget, LaneBudget
from protocol.trust.edition import Kind
from protocol.trust.schedule import local_time
from runtime.line.conversation import Tally
from station_agent.app import Station
from station_agent.store import outbox, places
from station_agent.store.places import Place
from station_agent.store.station import LineRecord, read_state
from tests.builders.budgets import NIGHTS_ONLY
from tests.station_agent.village import Village

NOON_MS = 1_790_049_600_000  # 2026-09-22, 12:00 in China
NIGHTS = Budget(blobs=NIGHTS_ONLY)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A station whose PC and parent agree that it is noon."""
    village = Village(tmp_path / "station")
    village.parent.time_ms = NOON_MS
    village.clock.jump_wall(ms=NOON_MS - village.clock.now_ms())
    return village


async def limit(village: Village, station: Station, budget: Budget | None) -> None:
    """The county's word reaches the station with the next exchange."""
    county = village.county
    county.roster = county.make_roster(county.roster.version + 1, budget)
    village.parent.publish(county.news(Kind.ROSTER, county.roster))
    await village.exchange(station)


async def measured(station: Station, bytes_per_s: float) -> None:
    """An exchange over a line of this pace has just ended."""
    tally = Tally(carried_bytes=1_000_000, busy_s=1_000_000 / bytes_per_s)
    eta_estimator = station.status.eta_estimator
    eta_estimator.observe(tally)
    await eta_estimator.exchanged(eta_estimator.trusted.best_ms(), well=True)


def eta(shown: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(shown["eta"])


async def test_photographs_wait_for_the_night_that_the_county_orders(village: Village) -> None:
    async with village.open() as station:
        await limit(village, station, NIGHTS)
        application = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station)
        assert village.parent.envelopes.keys() >= {village.envelope_of(application).id}
        assert village.parent.blobs == {}
        shown = await village.shown(station, application)
        assert (shown["state"], shown["waits_for"], shown["eta"]) == ("saved", "window", None)
        await measured(station, 1000.0)
        shown = await village.shown(station, application)
        night = local_time(NOON_MS) + timedelta(hours=10)
        assert night < eta(shown) < night + timedelta(seconds=60)
        village.clock.tick(10 * 3600)
        village.parent.time_ms = NOON_MS + 10 * 3_600_000
        await village.exchange(station)
        shown = await village.shown(station, application)
        assert (shown["state"], shown["waits_for"], shown["eta"]) == ("at_hub", None, None)


async def test_a_lifted_budget_lets_go_in_the_next_exchange(village: Village) -> None:
    async with village.open() as station:
        await limit(village, station, NIGHTS)
        await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station)
        assert await station.database.read(lambda tx: outbox.any_waiting(tx, set(Lane)))
        await limit(village, station, None)
        await village.exchange(station)
        assert len(village.parent.whole()) == 1


async def test_the_station_s_own_budget_holds_beside_the_county_s(village: Village) -> None:
    (village.data / "station.toml").write_text("[budget.applications]\nbytes_per_day = 0\n")
    async with village.open() as station:
        await limit(village, station, NIGHTS)
        application = await village.submit(station)
        await village.exchange(station)
        assert not village.parent.envelopes
        shown = await village.shown(station, application)
        assert (shown["state"], shown["waits_for"]) == ("saved", "budget")


async def test_what_was_spent_outlives_a_restart(village: Village) -> None:
    text = "[budget.applications]\nbytes_per_day = 2000\n"
    (village.data / "station.toml").write_text(text)
    async with village.open() as station:
        for _ in range(5):
            await village.submit(station)
        await village.exchange(station)
        sent = len(village.parent.envelopes)
        assert 0 < sent < 5
    async with village.open() as station:
        await village.exchange(station)
        assert len(village.parent.envelopes) == sent
        village.clock.tick(13 * 3600)
        village.parent.time_ms = NOON_MS + 13 * 3_600_000
        await village.exchange(station)
        assert len(village.parent.envelopes) == min(5, 2 * sent)


async def test_further_back_in_the_queue_is_later(village: Village) -> None:
    async with village.open() as station:
        await measured(station, 500.0)
        files = [("photo", village.file(5000 * n)) for n in (1, 2, 3)]
        applications = [await village.submit(station, file) for file in files]
        shown = [await village.shown(station, one) for one in applications]
        times = [eta(one) for one in shown]
        assert times == sorted(times)
        assert len(set(times)) == 3
        assert times[-1] >= local_time(NOON_MS) + timedelta(seconds=30_000 / 500)
        assert {one["waits_for"] for one in shown} == {"turn"}


async def test_places_are_sums_of_the_lane_up_to_each(village: Village) -> None:
    async with village.open() as station:
        for size in (3000, 500):
            files = [("photo", village.file(size)), ("letter", village.file(9))]
            await village.submit(station, *files)
        found = await station.database.read(places.places)
        rows = await station.database.read(
            lambda tx: tx.rows("SELECT envelope, size FROM outbox ORDER BY position")
        )
        blobs = await station.database.read(lambda tx: tx.rows("SELECT size FROM blobs"))
    sizes = [row["size"] for row in blobs]
    first, second = (row["envelope"] for row in rows)
    lane, blob_lane = Lane.APPLICATIONS, Lane.BLOBS
    assert found == {
        first: [
            Place(lane=lane, upto=rows[0]["size"]),
            Place(lane=blob_lane, upto=sum(sizes[:2])),
        ],
        second: [
            Place(lane=lane, upto=rows[0]["size"] + rows[1]["size"]),
            Place(lane=blob_lane, upto=sum(sizes)),
        ],
    }


async def test_a_line_that_is_late_is_expected_after_as_long_again(village: Village) -> None:
    async with village.open() as station:
        await measured(station, 1000.0)
        village.clock.tick(1800)
        await measured(station, 1000.0)  # a gap of half an hour, a quarter of it counts
        application = await village.submit(station)
        soon = await village.shown(station, application)
        now = local_time(NOON_MS) + timedelta(seconds=1800)
        assert soon["waits_for"] == "turn"
        assert now <= eta(soon) <= now + timedelta(seconds=1805)
        village.clock.tick(3 * 3600)
        late = await village.shown(station, application)
        assert late["waits_for"] == "line"
        assert eta(late) >= now + timedelta(hours=6)


async def test_without_a_measurement_nobody_promises_a_time(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await village.exchange(station)
        application = await village.submit(station)
        shown = await village.shown(station, application)
        assert (shown["eta"], shown["waits_for"]) == (None, "line")


async def test_the_exchange_that_is_going_on_is_a_measurement_already(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        assert (await village.shown(station, application))["eta"] is None
        eta_estimator = station.status.eta_estimator
        eta_estimator.observe(Tally(carried_bytes=500, busy_s=0.5))
        waits_where = await station.database.read(places.places)
        waiting = await station.database.read(places.waiting_by_lane)
        arrival = eta_estimator.arrivals(LineRecord(), waiting, connected=True)
        (waits,) = waits_where.values()
        found = arrival(waits)
        assert found.waits_for == "turn"
        assert found.at == local_time(NOON_MS) + timedelta(seconds=waits[0].upto / 1000)


async def test_an_exchange_that_breaks_measures_too(village: Village) -> None:
    async with village.open() as station:
        eta_estimator = station.status.eta_estimator
        eta_estimator.observe(Tally(carried_bytes=20_000, busy_s=10.0))
        await eta_estimator.exchanged(eta_estimator.trusted.best_ms(), well=False)
        line = await _line(station)
        assert (line.bytes_per_s, line.left_ms) == (2000.0, None)
        await measured(station, 1000.0)
        line = await _line(station)
        assert line.bytes_per_s is not None
        assert 1000.0 < line.bytes_per_s < 1100.0  # a large exchange outweighs a small one
        await eta_estimator.exchanged(eta_estimator.trusted.best_ms(), well=True)
        assert (await _line(station)).bytes_per_s == line.bytes_per_s


async def _line(station: Station) -> LineRecord:
    return (await station.database.read(read_state)).line


async def test_urgent_goes_through_a_shut_link(village: Village) -> None:
    async with village.open() as station:
        shut = Budget(link=LaneBudget(bytes_per_day=0))
        await limit(village, station, shut)
        meter = station.exchanges.stores().meter
        assert {lane.name for lane in meter.ready()} == {"CONTROL", "URGENT"}


async def test_a_stick_takes_along_what_the_budget_shuts(village: Village, tmp_path: Path) -> None:
    (village.data / "station.toml").write_text("[budget.link]\nbytes_per_day = 0\n")
    async with village.open(catalogue=False) as station:
        await village.exchange(station)
        await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        assert not village.parent.envelopes
        carried = await station.stick.export(tmp_path / "stick", None, lambda _: None)
        assert (carried.envelopes, carried.blobs) == (1, 1)
