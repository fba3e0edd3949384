"""The board's numbers: what lies at a hub, for whom, from whom, and for how long."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from central.hub.board.figures import MAX_ROWS, QUIET_S, Board, board_of
from central.relay.exchange.upstream import Line
from central.relay.health.calls import EntryShown
from central.relay.health.state import hub_state
from central.relay.limits.quota import Quota
from protocol.errors import LineError, NodeSuspendedError
from protocol.ids import BlobId
from protocol.trust.budget import Budget, LaneBudget
from provisioning.lifecycle.changes import suspended
from tests.central.nodes import County, NodeRelay, Village, between, talk

HOUR_S = 3600.0


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
async def hub(place: County) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.hub) as relay:
        yield relay


async def village_of(place: County, hub: NodeRelay) -> Village:
    village = place.village()
    await hub.publish(place.scene.authority.roster().edition)
    return village


async def call(village: Village, hub: NodeRelay, *wires: bytes) -> None:
    for wire in wires:
        village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))


async def board(hub: NodeRelay, line: Line | None = None) -> Board:
    return board_of(await hub_state(hub, line), hub.clock.now_ms())


async def test_a_station_that_never_called_is_listed_without_any_number(
    place: County, hub: NodeRelay
) -> None:
    village = await village_of(place, hub)
    (row,) = (await board(hub)).stations
    assert (row.node, row.name, row.state) == (village.node, "独山村", "active")
    assert (row.met, row.heard_s, row.oldest_s, row.share) == (False, None, None, 0)


async def test_what_a_station_left_is_counted_with_its_age_size_and_share(
    place: County, hub: NodeRelay
) -> None:
    village = await village_of(place, hub)
    blob = bytes(50_000)
    blob_id = BlobId(hashlib.sha256(blob).digest())
    first, second = village.seal(b"1"), village.seal(b"2", blobs=((blob_id, len(blob)),))
    hub.limits.quotas.quota = Quota(bytes=10**9, items=4)
    await call(village, hub, first)
    place.scene.clock.tick(HOUR_S)
    await call(village, hub, second)
    place.scene.clock.tick(HOUR_S)
    shown = await board(hub)
    assert (shown.envelopes, shown.blobs) == (2, 1), "a blob counts when it is announced"
    assert shown.held.bytes == len(first) + len(second) + len(blob)
    assert shown.held.age_s == 2 * HOUR_S
    (row,) = shown.stations
    assert (row.from_it.items, row.oldest_s, row.heard_s) == (3, 2 * HOUR_S, HOUR_S)
    assert (row.share, row.is_quiet, row.guest) == (75, False, False)
    (up,) = shown.up
    assert (up.lane, up.items, up.shut) == ("applications", 2, "")


async def test_the_longest_silent_station_stands_first_behind_those_that_never_called(
    place: County, hub: NodeRelay
) -> None:
    villages = [await village_of(place, hub) for _ in range(4)]
    for village in villages[:3]:
        await call(village, hub)
        place.scene.clock.tick(2.0 * QUIET_S)
    first = villages[0].node
    place.scene.authority.change(first, lambda roster: suspended(roster, first))
    await hub.publish(place.scene.authority.roster().edition)
    rows = (await board(hub)).stations
    assert [row.node for row in rows] == [villages[n].node for n in (3, 1, 2, 0)]
    assert [row.is_quiet for row in rows] == [False, True, True, True]
    assert [row.state for row in rows] == ["active"] * 3 + ["suspended"]


async def test_a_clock_that_was_set_back_leaves_ages_open(place: County, hub: NodeRelay) -> None:
    village = await village_of(place, hub)
    await call(village, hub, village.seal(b"1"))
    state = await hub_state(hub, Line(is_open=True, since_ms=hub.clock.now_ms()))
    shown = board_of(state, hub.clock.now_ms() - 1)
    (row,) = shown.stations
    assert row.met
    assert (row.heard_s, row.oldest_s, shown.held.age_s, shown.line_s) == (None, None, None, None)


async def test_a_shut_lane_says_what_shuts_it(place: County, hub: NodeRelay) -> None:
    never = Budget(applications=LaneBudget(bytes_per_day=0))
    place.scene.authority.set_budget(place.hub.node, never)
    village = await village_of(place, hub)
    async with place.relay(place.county) as county:
        await call(village, hub, village.seal(b"1"))
        await talk(*between(hub, county))
        (up,) = (await board(hub)).up
    assert (up.lane, up.items, up.shut, up.opens_ms) == ("applications", 1, "budget", None)


async def test_a_window_says_when_it_opens(place: County, hub: NodeRelay) -> None:
    village = await village_of(place, hub)
    windows = Budget(results=LaneBudget(windows=("* 0 * * *",)))
    place.scene.authority.set_budget(village.node, windows)
    await hub.publish(place.scene.authority.roster().edition)
    await call(village, hub)
    (down,) = (await board(hub)).down
    assert (down.lane, down.shut, down.shut_at) == ("results", "window", 1)
    assert down.opens_ms is not None
    assert down.opens_ms > hub.clock.now_ms()


async def test_the_line_tells_since_when_it_is_so_and_why(place: County, hub: NodeRelay) -> None:
    line = Line()
    line.failed(hub.clock.now_ms(), LineError())
    place.scene.clock.tick(HOUR_S)
    line.failed(hub.clock.now_ms(), NodeSuspendedError())
    shown = await board(hub, line)
    assert (shown.line.is_open, shown.line.code, shown.line_s) == (
        False,
        "node.suspended",
        HOUR_S,
    )
    line.heard(hub.clock.now_ms())
    shown = await board(hub, line)
    assert (shown.line.is_open, shown.line.code, shown.line_s) == (True, "", 0.0)


async def test_a_page_shows_a_bounded_number_of_rows(hub: NodeRelay) -> None:
    entry = EntryShown(name="n", code="1", role="station", state="active", below=True)
    nodes = {f"{n:04}": entry for n in range(MAX_ROWS + 7)}
    shown = board_of(replace(await hub_state(hub), nodes=nodes), 0)
    assert (len(shown.stations), shown.more) == (MAX_ROWS, 7)


async def test_a_township_whose_hub_this_is_has_its_name(place: County, hub: NodeRelay) -> None:
    await village_of(place, hub)
    own = hub.editions.roster.nodes[hub.node]
    found = await board(hub)
    assert found.townships == {own.code[:9]: own.name}
    assert hub.node not in [row.node for row in found.stations]
