"""How stations are doing reaches the county by hubs, in ages, whatever the clocks there say."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from central.relay.exchange.store import RelayExchangeStore
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.ids import NodeId
from protocol.json_values import to_json
from protocol.limits import HEALTH_S, MAX_COUNT
from protocol.trust.reports.health import Health, Heard, read_health, sign_health
from runtime.node.identity import load_identity
from tests.builders.clock import START_MS, FakeClock
from tests.builders.lines.links import Line
from tests.campaign.nodes import Machine
from tests.central.nodes import told
from tests.central.relay.roaming import Roaming, roaming

LATE = 2**50  # above every number that a node gives itself in these years
YEAR_MS = 365 * 86_400_000


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Roaming]:
    async with roaming(tmp_path) as opened:
        yield opened


async def greet(place: Roaming, child: Machine, parent: Machine) -> Hello:
    """What ``child`` would say now; nothing is taken of it."""
    greeting = await child.exchange_store_for(parent.node).greeting()  # type: ignore[attr-defined]
    hello: Hello = greeting.hello(b"exchange")
    return hello


async def view(place: Roaming, node: NodeId) -> dict[str, Any]:
    shown: dict[str, Any] = to_json(await place.county.county.nodes.one(node))
    return shown


async def reopen(machine: Machine, clock: FakeClock) -> None:
    """Switch it off and on with a clock of its own."""
    await machine.close()
    machine.clock = clock  # type: ignore[assignment]
    await machine.open()


def signed(place: Roaming, name: str, **facts: Any) -> bytes:
    """A word with the keys of one node, about whatever it likes."""
    signer = load_identity(place.folder / name).keys.signer
    usual: dict[str, Any] = {"number": LATE, "program": "9.9", "roster": 1, "release": 1}
    facts = {"node": bytes.fromhex(place.pc.node)} | usual | facts
    return sign_health(signer, Health(**facts))


async def bring(exchange_store: RelayExchangeStore, *heard: Heard) -> None:
    await exchange_store.meet(
        Hello(versions=VERSIONS, instance=b"someones", exchange=b"exchange", heard=heard)
    )


def heard_of(node: NodeId, word: bytes = b"", age_s: int | None = 5) -> Heard:
    return Heard(node=bytes.fromhex(node), age_s=age_s, word=word)


async def test_a_stations_word_is_known_at_its_hub_and_at_the_county(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    known = await view(place, place.pc.node)
    assert (known["program"], known["release"], known["waiting"]) == ("0.1.0", 1, 0)
    assert (known["heard_by"], known["heard_age_s"]) == (place.home.node, 0)
    assert known["clock_error_ms"] == 0
    state = await told(place.home.relay)
    (child,) = [one for one in state["neighbours"] if one["node"] == place.pc.node]
    assert (child["heard_age_s"], child["health"]["program"]) == (0, "0.1.0")


async def test_a_hub_says_how_it_is_doing_itself(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.home, place.county)
    known = await view(place, place.home.node)
    assert (known["program"], known["release"], known["heard_by"]) == ("0.1.0", 1, place.node)
    assert known["free_mib"] > 0


async def test_with_nothing_new_a_hello_has_no_byte_more_than_ever(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    for _ in range(2):
        await place.talk(place.pc, place.home)
        await place.talk(place.home, place.county)
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    for child, parent in ((place.pc, place.home), (place.home, place.county)):
        before = (await greet(place, child, parent)).heard
        assert len(before) == (child is place.home)  # that the station called: 16 bytes
        assert not any(heard.word for heard in before)
    await place.talk(place.home, place.county)
    assert (await greet(place, place.home, place.county)).heard == ()


async def test_a_hub_tells_of_a_child_once_in_ten_minutes(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    told: list[Heard] = []
    for _ in range(21):  # twenty minutes, a call each minute
        place.clock.tick(60)
        await place.talk(place.pc, place.home)
        told += (await greet(place, place.home, place.county)).heard
        await place.talk(place.home, place.county)
    assert [heard.subject for heard in told] == [place.pc.node] * 2
    assert (await view(place, place.pc.node))["heard_age_s"] <= HEALTH_S


async def test_no_clock_on_the_way_changes_an_age(place: Roaming) -> None:
    """The PC believes that it is a year ago, the hub next year; its date is set meanwhile."""
    pc, hub = FakeClock(START_MS - YEAR_MS), FakeClock(START_MS + YEAR_MS)
    await reopen(place.pc, pc)
    await reopen(place.home, hub)
    await place.talk(place.pc, place.home)
    for clock in (pc, hub, place.clock):
        clock.tick(1800)
    hub.jump_wall(ms=-3 * YEAR_MS)
    await place.talk(place.home, place.county)
    known = await view(place, place.pc.node)
    assert known["heard_age_s"] == 1800
    assert known["heard_ms"] == place.clock.now_ms() - 1_800_000
    place.clock.tick(HEALTH_S)
    pc.tick(HEALTH_S)
    await place.talk(place.pc, place.county)  # which tells it the time, and hears of it next time
    pc.tick(HEALTH_S)
    await place.talk(place.pc, place.county)
    error_ms = (await view(place, place.pc.node))["clock_error_ms"]
    assert error_ms == pytest.approx(-YEAR_MS, abs=2 * HEALTH_S * 1000)


async def test_what_waits_at_the_station_is_as_old_as_it_says(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    await place.submit()
    place.clock.tick(7200)
    place.clock.jump_wall(ms=-YEAR_MS)  # of all: only trusted time tells the age
    await place.talk(place.pc, place.home, Line())
    await place.talk(place.home, place.county)
    known = await view(place, place.pc.node)
    assert known["waiting"] == 1
    assert known["oldest_age_s"] in range(7100, 7300)


async def test_a_hub_that_starts_anew_still_passes_on_what_it_had_heard(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    await reopen(place.home, place.clock)
    told = {one.subject: one for one in (await greet(place, place.home, place.county)).heard}
    assert told.keys() == {place.home.node, place.pc.node}
    assert all(one.word for one in told.values())
    assert told[place.pc.node].age_s is None  # by a clock that may have been set meanwhile
    await place.talk(place.home, place.county)
    known = await view(place, place.pc.node)
    assert (known["program"], known["heard_ms"]) == ("0.1.0", None)
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)  # when it has heard of it, not ten minutes later
    assert (await view(place, place.pc.node))["heard_ms"] == place.clock.now_ms()


async def test_a_hub_says_its_own_word_at_once_after_a_start_whatever_its_date(
    place: Roaming,
) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.home, place.county)
    before = await view(place, place.home.node)
    ahead = FakeClock(place.clock.now_ms() + YEAR_MS)
    await reopen(place.home, ahead)
    told = (await greet(place, place.home, place.county)).heard
    (own,) = [one for one in told if one.subject == place.home.node]
    word = read_health(own.word, place.county.relay.editions.roster.signing_key)
    assert (word.reporter, word.clock_error_ms) == (place.home.node, None)
    await place.talk(place.home, place.county)
    after = await view(place, place.home.node)
    assert (before["heard_by"], after["heard_ms"]) == (place.county.node, place.clock.now_ms())
    for clock in (place.clock, ahead):
        clock.tick(2 * HEALTH_S)
    await place.talk(place.home, place.county)
    sql, which = "SELECT number FROM health WHERE node = ?", (place.home.node,)
    ((number,),) = place.county.disk.rows(sql, which)
    assert number < place.clock.now_ms() + YEAR_MS / 2  # the date had no part in it


async def test_a_county_that_begins_another_life_hears_it_all_again(place: Roaming) -> None:
    place.clock.tick(HEALTH_S)
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    place.county.disk.close()
    await place.county.begin_anew()
    await place.talk(place.home, place.county)
    told = {heard.subject for heard in (await greet(place, place.home, place.county)).heard}
    assert told == {place.pc.node, place.home.node}


@pytest.mark.parametrize("who", ["other", "home"])
async def test_a_hub_cannot_make_the_word_of_a_station(place: Roaming, who: str) -> None:
    server = place.other if who == "other" else place.home
    exchange_store = place.county.exchanges.store_for(server.node)
    await bring(exchange_store, heard_of(place.pc.node, signed(place, who)))
    assert (await view(place, place.pc.node))["program"] != "9.9"


async def test_nobody_tells_of_a_node_that_may_not_call_him(place: Roaming) -> None:
    exchange_store = place.county.exchanges.store_for(place.other.node)
    await bring(exchange_store, heard_of(place.home.node, age_s=0))
    assert (await view(place, place.home.node))["heard_by"] == place.node
    at_hub = place.home.exchanges.store_for(place.pc.node)
    await bring(at_hub, heard_of(place.other.node, signed(place, "other", number=LATE)))
    assert not place.home.disk.rows("SELECT 1 FROM health WHERE node = ?", (place.other.node,))


async def test_a_word_cannot_be_passed_off_as_anothers(place: Roaming) -> None:
    own = signed(place, "other", node=bytes.fromhex(place.other.node))
    exchange_store = place.county.exchanges.store_for(place.other.node)
    await bring(exchange_store, heard_of(place.pc.node, own))
    assert (await view(place, place.pc.node))["program"] != "9.9"


async def test_a_repeated_or_older_word_changes_nothing(place: Roaming) -> None:
    exchange_store = place.county.exchanges.store_for(place.home.node)
    newer = signed(place, "station", number=LATE, program="2.0")
    older = signed(place, "station", number=LATE - 1, program="1.0")
    await bring(exchange_store, heard_of(place.pc.node, newer, age_s=60))
    place.clock.tick(30)
    for word in (older, newer):
        await bring(exchange_store, heard_of(place.pc.node, word, age_s=3600))
    known = await view(place, place.pc.node)
    assert (known["program"], known["heard_age_s"]) == ("2.0", 90)
    assert known["said_ms"] == place.clock.now_ms() - 30_000


async def test_a_lost_pc_does_not_silence_its_successor(place: Roaming) -> None:
    """Neither at its hub nor at the county, whatever number it had given itself."""
    node = place.pc.node
    highest = heard_of(node, signed(place, "station", number=MAX_COUNT - 1, program="1.0"))
    for server, peer in ((place.home, node), (place.county, place.home.node)):
        await bring(server.exchanges.store_for(peer), highest)
    assert (await view(place, node))["program"] == "1.0"
    await place.replace_pc("successor")
    await place.talk(place.home, place.county)
    word = signed(place, "successor", number=2, program="2.0")
    for server, peer in ((place.home, node), (place.county, place.home.node)):
        await bring(server.exchanges.store_for(peer), heard_of(node, word))
    assert (await view(place, node))["program"] == "2.0"
    told = {heard.word for heard in (await greet(place, place.home, place.county)).heard}
    assert word in told
    await bring(place.county.exchanges.store_for(place.home.node), highest)
    assert (await view(place, node))["program"] == "2.0"


async def test_a_time_from_the_future_is_not_kept(place: Roaming) -> None:
    """The county's own date was wrong when it heard of the station."""
    exchange_store = place.county.exchanges.store_for(place.home.node)
    place.clock.jump_wall(ms=YEAR_MS)
    await bring(exchange_store, heard_of(place.pc.node, age_s=60))
    place.clock.jump_wall(ms=-YEAR_MS)
    await bring(exchange_store, heard_of(place.pc.node, age_s=7))
    assert (await view(place, place.pc.node))["heard_age_s"] == 7
