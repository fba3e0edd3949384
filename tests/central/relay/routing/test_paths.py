"""Another path: nothing is lost or doubled on it, and answers find the station."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocol.envelope.envelope import Lane
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.limits import MAX_COUNT
from protocol.trust.reports.roaming import sign_roaming_report
from protocol.trust.roster import Role
from runtime.node.identity import load_identity
from tests.builders.lines.links import Line
from tests.central.nodes import told
from tests.central.relay.roaming import Roaming, roaming

LATE = 2**50  # above every number that a station gives itself in these years


@pytest.fixture
async def place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Roaming]:
    """Whatever happens here, nobody may take a change of path for a disk that was set back."""
    async with roaming(tmp_path) as opened:
        yield opened
        assert opened.pc.disk.rows("SELECT rolled_back_ms FROM station") == [(None,)]
    assert not [one for one in caplog.get_records("call") if "set back" in one.getMessage()]


def hello_with(word: bytes) -> Hello:
    return Hello(
        versions=VERSIONS, instance=b"someones", exchange=b"exchange", roaming_reports=(word,)
    )


async def test_what_the_dead_hub_holds_goes_straight_and_comes_back_straight(
    place: Roaming,
) -> None:
    application = await place.submit(size=90_000)
    await place.talk(place.pc, place.home)
    assert await place.state(application) == "at_hub"  # and there the hub dies
    await place.talk(place.pc, place.county)
    await place.talk(place.pc, place.county)
    assert await place.state(application) == "complete"
    assert {hop for hop, _ in place.on_the_way()} == {place.pc.node}

    await place.decide(application)
    await place.talk(place.pc, place.county)
    assert await place.state(application) == "decided"
    assert not any(waits for _, waits in place.on_the_way())

    await place.talk(place.home, place.county)  # the hub is back, with what it had
    await place.talk(place.pc, place.home)
    assert len(place.county.disk.cases()) == 1
    assert await place.account() == (1, [], 0)


async def test_an_answer_in_the_custody_of_the_dead_hub_is_brought_straight(
    place: Roaming, tmp_path: Path
) -> None:
    application = await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    paper = tmp_path / "decision.pdf"
    paper.write_bytes(b"%PDF" * 30_000)
    await place.decide(application, paper)
    await place.talk(place.home, place.county)
    assert await place.state(application) == "at_hub"
    assert not any(waits for _, waits in place.on_the_way())  # the hub has it all, and dies

    await place.talk(place.pc, place.county)
    assert await place.state(application) == "decided"
    held = place.inbox()
    (size,) = place.pc.disk.rows("SELECT held FROM arriving WHERE envelope IS NOT NULL")
    assert size[0] > 120_000  # its paper, too

    down = await place.talk(place.pc, place.home)  # the hub is back, and offers what it held
    assert down < 2_000
    assert place.inbox() == held


async def test_another_hub_carries_both_ways(place: Roaming) -> None:
    waiting = await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    await place.decide(waiting)
    await place.talk(place.home, place.county)  # receipt and decision lie at the hub, which dies
    application = await place.submit()

    await place.talk(place.pc, place.other)
    assert await place.state(application) == "at_hub"
    await place.talk(place.other, place.county)
    assert {hop for hop, _ in place.on_the_way()} == {place.other.node}
    await place.talk(place.pc, place.other)
    assert await place.state(application) == "complete"
    assert await place.state(waiting) == "decided"
    (guest,) = [one for one in (await told(place.other.relay))["neighbours"] if one["guest"]]
    assert (guest["node"], guest["lanes"]["results"]["waiting"]) == (place.pc.node, 0)

    await place.talk(place.home, place.county)  # the hub is back before the station is
    assert {hop for hop, _ in place.on_the_way()} == {place.other.node}
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    assert {hop for hop, _ in place.on_the_way()} == {place.home.node}
    await place.decide(application)
    await place.talk(place.home, place.county)
    await place.talk(place.pc, place.home)
    assert await place.state(application) == "decided"
    assert len(place.county.disk.cases()) == 2
    assert await place.account() == (2, [], 0)


async def test_what_the_station_holds_by_now_is_asked_about_and_not_sent(place: Roaming) -> None:
    for _ in range(12):
        await place.submit()
    for _ in range(2):
        await place.talk(place.pc, place.home)
        await place.talk(place.home, place.county)
        await place.talk(place.pc, place.home)
    held = place.inbox()
    assert held >= 1
    for parent in (place.county, place.other, place.county):
        if parent is place.other:
            await place.talk(place.pc, place.other)
            await place.talk(place.other, place.county)
        down = await place.talk(place.pc, parent)
        assert down < 700 + 20 * held  # a Hello, and some bytes for each: none of them again
    assert place.inbox() == held


async def test_a_line_that_breaks_in_the_middle_of_a_move_costs_nothing(place: Roaming) -> None:
    application = await place.submit(size=200_000)
    await place.talk(place.pc, place.home, Line(cut_up=120_000))
    await place.talk(place.pc, place.county, Line(cut_up=90_000))
    await place.talk(place.pc, place.other, Line(cut_up=50_000))
    await place.talk(place.pc, place.county, Line(cut_down=300))
    for _ in range(2):
        await place.talk(place.pc, place.county)
    assert await place.state(application) == "complete"
    assert len(place.county.disk.cases()) == 1


async def test_a_hub_cannot_draw_the_mail_of_a_station(place: Roaming) -> None:
    """Neither by a forged word, nor by one of a station that may not call it."""
    stranger = await place.join("stranger", Role.STATION, place.home.node)
    await place.publish_roster()
    await place.talk(place.other, place.county)
    application = await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    thief = place.other.relay.identity.keys.signer
    own = load_identity(place.folder / "stranger").keys.signer
    forged = sign_roaming_report(thief, place.pc.node, place.other.node, LATE)
    not_allowed = sign_roaming_report(own, stranger, place.other.node, LATE)
    for word in (forged, not_allowed, b"\x92"):
        exchange_store = place.county.exchanges.store_for(place.other.node)
        await exchange_store.meet(hello_with(word))
        await exchange_store.parted(clean=False)
    assert {hop for hop, _ in place.on_the_way()} == {place.home.node}
    assert place.county.disk.rows("SELECT * FROM route WHERE number = ?", (LATE,)) == []
    await place.talk(place.home, place.county)
    await place.talk(place.pc, place.home)
    assert await place.state(application) == "complete"


async def test_a_lost_pc_cannot_bind_its_successor_to_a_hub(place: Roaming) -> None:
    """Whoever stole it signed the highest number that there is before the county heard of it."""
    stolen, node = load_identity(place.folder / "station").keys.signer, place.pc.node
    exchange_store = place.county.exchanges.store_for(place.other.node)
    await exchange_store.meet(
        hello_with(sign_roaming_report(stolen, node, place.other.node, MAX_COUNT - 1))
    )
    await exchange_store.parted(clean=False)
    assert place.county.disk.rows("SELECT at FROM route") == [(place.other.node,)]
    await place.replace_pc("successor")
    await place.talk(place.home, place.county)
    fresh = load_identity(place.folder / "successor").keys.signer
    for server, peer in ((place.home, node), (place.county, place.home.node)):
        exchange_store = server.exchanges.store_for(peer)
        await exchange_store.meet(hello_with(sign_roaming_report(fresh, node, place.home.node, 2)))
        await exchange_store.parted(clean=False)
    assert place.county.disk.rows("SELECT at, number FROM route") == [(place.home.node, 2)]
    assert (
        sign_roaming_report(fresh, node, place.home.node, 2)
        in place.home.relay.routing.reports.untold()
    )
    exchange_store = place.county.exchanges.store_for(place.other.node)
    await exchange_store.meet(
        hello_with(sign_roaming_report(stolen, node, place.other.node, MAX_COUNT - 1))
    )
    await exchange_store.parted(clean=False)  # the old word once more
    late = sign_roaming_report(fresh, node, place.other.node, 1)
    await place.county.exchanges.store_for(place.other.node).meet(hello_with(late))
    assert place.county.disk.rows("SELECT at, number FROM route") == [(place.home.node, 2)]


async def test_a_hub_that_has_not_heard_of_the_new_county_unsettles_nothing(
    place: Roaming,
) -> None:
    """It still names the one that is lost; the station knows better."""
    await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    await place.talk(place.pc, place.home)
    await place.talk(place.other, place.county)
    await place.county.begin_anew()
    await place.county.close()
    await place.county.open()
    await place.talk(place.pc, place.county)
    (told,) = place.pc.disk.rows("SELECT county FROM station")
    await place.talk(place.pc, place.other)
    assert place.pc.disk.rows("SELECT county FROM station") == [told]


async def test_a_path_that_is_taken_away_leads_its_answers_back(place: Roaming) -> None:
    application = await place.submit()
    await place.talk(place.pc, place.other)
    await place.talk(place.other, place.county)
    await place.talk(place.pc, place.other)
    await place.decide(application)
    assert {hop for hop, _ in place.on_the_way()} == {place.other.node}
    place.authority.set_paths(place.pc.node, [place.node])
    await place.publish_roster()
    assert {hop for hop, _ in place.on_the_way()} == {place.home.node}
    await place.talk(place.home, place.county)
    await place.talk(place.pc, place.home)
    assert await place.state(application) == "decided"


async def test_a_word_that_comes_late_changes_nothing(place: Roaming) -> None:
    """The other hub's line is down while the station calls it; by then it is home again."""
    await place.talk(place.pc, place.other)
    await place.talk(place.pc, place.home)
    application = await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    await place.talk(place.other, place.county)
    assert {hop for hop, _ in place.on_the_way()} == {place.home.node}
    await place.talk(place.home, place.county)
    await place.talk(place.pc, place.home)
    assert await place.state(application) == "complete"


async def test_what_came_down_waits_for_the_station_and_never_goes_up_again(
    place: Roaming,
) -> None:
    """Even at a hub that was started anew, and has heard of no visit."""
    application = await place.submit()
    await place.talk(place.pc, place.other)
    await place.talk(place.other, place.county)
    await place.other.close()
    await place.other.open()
    await place.decide(application)
    await place.talk(place.other, place.county)
    rows = place.other.disk.rows(
        "SELECT DISTINCT next_hop FROM spool WHERE destination = ?", (place.pc.node,)
    )
    assert rows == [(place.pc.node,)]
    await place.talk(place.pc, place.other)
    assert await place.state(application) == "decided"


async def test_an_acknowledgement_of_the_old_hub_takes_nothing_from_the_new_path(
    place: Roaming,
) -> None:
    """Its exchange was open while the station moved: what it took may never reach the station."""
    application = await place.submit()
    await place.talk(place.pc, place.home)
    await place.talk(place.home, place.county)
    await place.decide(application)
    exchange_store = place.county.exchanges.store_for(place.home.node)
    (decision,) = (await exchange_store.waiting({Lane.RESULTS: 0}, 10))[Lane.RESULTS]
    await place.talk(place.pc, place.county, Line(cut_down=300))
    assert {hop for hop, _ in place.on_the_way()} == {place.pc.node}
    await exchange_store.confirmed([(decision, None)])
    await exchange_store.parted(clean=False)
    await place.talk(place.pc, place.county)
    assert await place.state(application) == "decided"
