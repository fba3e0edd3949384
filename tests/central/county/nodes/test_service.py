"""The list of nodes: who is silent comes first, and its cost does not grow with the nodes."""

import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.arrivals import Arrivals
from central.county.nodes.alarms import Silence
from central.county.nodes.service import NodeWatch
from central.county.nodes.view import Branch, NodeView
from central.relay.store.models import HealthRow, LinkRow
from central.store.base import table_of
from central.store.engine import Store
from central.store.migrate import COUNTY as COUNTY_BRANCH
from central.store.migrate import RELAY, migrate
from protocol.errors import NodeUnknownError
from protocol.ids import NodeId
from protocol.trust.reports.health import Health, Heard, sign_health
from protocol.trust.roster import Role, Roster, RosterEntry, State
from protocol.version import PROGRAM
from tests.builders.clock import START_MS, FakeClock
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.rosters import SmallAuthority, make_entry
from tests.central.county.centre import Centre
from tests.central.county.village import Village

HOUR_S = 3600


class Register:
    """A roster, and what an authority knows beside it."""

    def __init__(self, nodes: dict[NodeId, RosterEntry]) -> None:
        self.roster: Roster = SmallAuthority().roster(7, nodes)

    def contacts(self) -> dict[NodeId, str]:
        return {HUB: "黄主任 0771-1234567"}

    def invited_ms(self) -> dict[NodeId, int]:
        return {}

    def suspicions(self) -> dict[NodeId, list[str]]:
        return {HUB: ["two-requests"]}


def watch(store: Store, nodes: dict[NodeId, RosterEntry]) -> NodeWatch:
    register = Register(nodes)
    return NodeWatch(
        node=COUNTY,
        store=store,
        arrivals=Arrivals(),
        nodes=register,
        directory=register,
        clock=FakeClock(),
        silence=Silence(),
    )


def names(views: list[NodeView]) -> list[NodeId]:
    return [view.node for view in views]


async def open_store(folder: Path) -> Store:
    store = Store(f"sqlite+aiosqlite:///{folder / 'county.db'}")
    await migrate(store, RELAY, COUNTY_BRANCH)
    return store


async def heard(store: Store, ages_s: dict[NodeId, int]) -> None:
    """These nodes were heard so long ago: hubs by the county, stations by their hub."""
    word = sign_health(
        keys_of(STATION).signer,
        Health(node=bytes(8), number=1, program=PROGRAM, roster=7, release=0, waiting=2),
    )
    links = [
        {"peer": node, "dirty": False, "seen_number": 0, "heard_ms": START_MS - age * 1000}
        for node, age in ages_s.items()
        if node == HUB or node.startswith("b0")
    ]
    words = [
        {
            "node": node,
            "number": 1,
            "word": word,
            "said_ms": START_MS - age * 1000,
            "heard_ms": START_MS - age * 1000,
            "key": b"",
            "heard_by": HUB,
        }
        for node, age in ages_s.items()
        if node != HUB and not node.startswith("b0")
    ]

    async def work(session: AsyncSession) -> None:
        for table, rows in ((LinkRow, links), (HealthRow, words)):
            if rows:
                await session.execute(insert(table_of(table)), rows)

    await store.transact(work)


def county_of(hubs: int, stations: int) -> dict[NodeId, RosterEntry]:
    """A large county on a roster."""
    nodes = {COUNTY: make_entry(COUNTY)}
    for at in range(hubs):
        hub = make_entry(HUB, code=f"4514231{at:02}000")
        nodes[NodeId(f"b0{at:014x}")] = hub
    for at in range(stations):
        parent = f"b0{at % hubs:014x}"
        code = f"4514231{at % hubs:02}{at // hubs:03}"
        nodes[NodeId(f"50{at:014x}")] = make_entry(STATION, parent=parent, code=code)
    return nodes


async def test_who_was_never_heard_comes_first_then_who_has_been_silent_longest(
    tmp_path: Path,
) -> None:
    a, b, c, d, invited, retired = (NodeId(f"50{n:014x}") for n in range(6))
    nodes = {COUNTY: make_entry(COUNTY), HUB: make_entry(HUB)}
    nodes |= {node: make_entry(STATION) for node in (a, b, c, d)}
    nodes[invited] = make_entry(STATION, state=State.INVITED)
    nodes[retired] = make_entry(STATION, state=State.RETIRED)
    async with await open_store(tmp_path) as store:
        await heard(store, {a: HOUR_S, c: 9 * HOUR_S, d: 0, HUB: 100 * 86_400})
        watched = watch(store, nodes)
        views = list(await watched.overview())
        assert names(views)[0] == b
        assert set(names(views)) == {a, b, c, d, HUB, invited}
        assert names(views)[2:] == [c, a, d, invited]
        assert (await watched.one(retired)).state is State.RETIRED
        hub = await watched.one(HUB)
        assert (hub.contact, hub.heard_by) == ("黄主任 0771-1234567", COUNTY)
        assert (await watched.one(a)).heard_by == HUB
        with pytest.raises(NodeUnknownError):
            await watched.one(NodeId("0" * 16))


async def test_the_tree_has_every_node_once_below_its_parent(tmp_path: Path) -> None:
    nodes = county_of(hubs=3, stations=7)
    stray = NodeId("50ffffffffffffff")
    nodes[stray] = make_entry(STATION, parent=NodeId("b0ffffffffffffff"))
    async with await open_store(tmp_path) as store:
        tree = await watch(store, nodes).tree()

    def walk(branch: Branch, parent: NodeId | None) -> list[NodeId]:
        assert branch.view.node == stray or branch.view.parent == parent
        below = [walk(child, branch.view.node) for child in branch.below]
        return [branch.view.node, *(node for some in below for node in some)]

    assert sorted(walk(tree, None)) == sorted(nodes)
    assert (tree.view.role, tree.view.heard_age_s) == (Role.COUNTY, 0)
    assert tree.below[0].below[0].view.role is Role.STATION


@asynccontextmanager
async def county_heard_of(
    folder: Path, hubs: int, stations: int
) -> AsyncIterator[tuple[Store, NodeWatch]]:
    """A county of which each node was heard a minute ago."""
    folder.mkdir()
    async with await open_store(folder) as store:
        nodes = county_of(hubs, stations)
        await heard(store, {node: 60 for node in nodes if node != COUNTY})
        yield store, watch(store, nodes)


async def test_a_large_county_costs_as_many_queries_as_a_small_one(tmp_path: Path) -> None:
    counts = []
    for hubs, stations in ((1, 2), (20, 500)):
        async with county_heard_of(tmp_path / str(stations), hubs, stations) as (store, watched):
            statements: list[object] = []
            event.listen(
                store.engine,
                "before_cursor_execute",
                lambda _, __, statement, *___, found=statements: found.append(statement),
            )
            assert len(await watched.overview()) == hubs + stations
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


async def test_listing_a_large_county_leaves_nothing_in_memory(tmp_path: Path) -> None:
    async with county_heard_of(tmp_path / "county", 20, 500) as (_, watched):
        tracemalloc.start()
        await watched.overview()  # what is kept for good is kept now
        gc.collect()
        before_bytes, _ = tracemalloc.get_traced_memory()
        await watched.overview()
        gc.collect()
        left_bytes, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert left_bytes - before_bytes < 100_000


async def test_a_node_that_lacks_the_release_of_yesterday_is_behind(centre: Centre) -> None:
    village = await centre.village()
    (view,) = [v for v in await centre.county.nodes.overview() if v.node == village.node]
    assert (view.release, view.releases_behind) == (None, None)

    async def says(session: AsyncSession) -> None:
        word = sign_health(
            village.keys.signer,
            Health(
                node=bytes.fromhex(village.node), number=1, program=PROGRAM, roster=1, release=0
            ),
        )
        row = {"node": village.node, "number": 1, "key": b"", "word": word}
        row |= {"heard_by": centre.relay.node}
        times = dict.fromkeys(("heard_ms", "said_ms"), centre.clock.now_ms())
        await session.execute(insert(HealthRow).values(row | times))

    await centre.relay.store.transact(says)
    view = await centre.county.nodes.one(village.node)
    assert (view.releases_behind, view.alarms) == (1, ())
    centre.clock.tick(86_401)
    view = await centre.county.nodes.one(village.node)
    assert [alarm.code for alarm in view.alarms] == ["behind"]


async def test_a_copied_disk_shows_as_forks(centre: Centre) -> None:
    village = await centre.village()
    other = await centre.village()
    first = village.submit()
    village.restart()
    second = village.submit()
    await centre.bring(first, second, other.submit())
    assert "forks" not in await codes(centre, village.node)
    village.seq, village.incarnation = 1, village.pred[0] if village.pred else b""
    village.restart()  # the copy goes on from the same point
    await centre.bring(village.submit())
    assert "forks" in await codes(centre, village.node)
    assert "forks" not in await codes(centre, other.node)


async def codes(centre: Centre, node: NodeId) -> set[str]:
    return {alarm.code for alarm in (await centre.county.nodes.one(node)).alarms}


async def seen(centre: Centre, node: NodeId) -> NodeView:
    return await centre.county.nodes.one(node)


async def word_of(
    centre: Centre, village: Village, *, waiting: int, waiting_bytes: int = 0, oldest_s: int = 0
) -> None:
    """The station tells the county how it is, through its hub, now."""
    now_ms = centre.clock.now_ms()
    health = Health(
        node=bytes.fromhex(village.node),
        number=now_ms,
        program=PROGRAM,
        roster=1,
        release=1,
        waiting=waiting,
        waiting_bytes=waiting_bytes,
        oldest_s=oldest_s,
    )
    heard = Heard(
        node=bytes.fromhex(village.node), age_s=0, word=sign_health(village.keys.signer, health)
    )
    hub = centre.ground.nodes.hub.node
    await centre.relay.store.transact(lambda tx: centre.relay.health.take(tx, hub, (heard,)))


async def test_an_envelope_is_a_sign_of_life_by_whatever_way_it_comes(centre: Centre) -> None:
    village = await centre.village()
    assert "silent" in {alarm.code for alarm in (await seen(centre, village.node)).alarms}
    await centre.bring(village.submit())  # as from a stick: the station itself called nobody
    view = await seen(centre, village.node)
    assert (view.heard_ms, view.heard_by) == (centre.clock.now_ms(), centre.relay.node)
    assert "silent" not in {alarm.code for alarm in view.alarms}


async def test_the_same_envelope_again_is_no_sign_of_life(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    first_ms = centre.clock.now_ms()
    centre.clock.tick(3600)
    await centre.bring(wire)
    assert (await seen(centre, village.node)).heard_ms == first_ms


async def test_a_waiting_number_falls_with_what_comes(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())  # before the word: it is not counted
    centre.clock.tick(1)
    await word_of(centre, village, waiting=3, waiting_bytes=9000, oldest_s=60)
    centre.clock.tick(1)
    shown = []
    for _ in range(4):
        view = await seen(centre, village.node)
        shown.append((view.waiting, view.waiting_bytes, view.oldest_ms is None))
        await centre.bring(village.submit())
    assert shown == [(3, 9000, False), (2, 9000, False), (1, 9000, False), (0, 0, True)]


async def test_a_newer_word_counts_from_itself(centre: Centre) -> None:
    village = await centre.village()
    await word_of(centre, village, waiting=2)
    centre.clock.tick(1)
    await centre.bring(village.submit(), village.submit())
    centre.clock.tick(1)
    await word_of(centre, village, waiting=5)
    assert (await seen(centre, village.node)).waiting == 5
