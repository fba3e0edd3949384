"""What ``doctor`` says of a township's office at its hub."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.hub.offices.approval import note_approved
from central.hub.offices.faults import office_faults
from central.store.migrate import HUB, migrate
from protocol.envelope.office_payloads import OfficeAnswer
from protocol.ids import NodeId
from runtime.node.office_keys import load_office_keys
from tests.central.hub.giving import case_of, give, open_office
from tests.central.nodes import County, NodeRelay

DAY_MS = 86_400_000
STATION = NodeId("ab" * 8)


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[NodeRelay]:
    place = County(tmp_path)
    async with place.relay(place.hub) as relay:
        await migrate(relay.store, HUB)
        await relay.publish(place.scene.authority.roster().edition)
        yield relay


async def codes(hub: NodeRelay, now_ms: int = 1, *, lost: bool = False) -> list[str]:
    keys = () if lost else load_office_keys(hub.queue.files.folder.parent)
    rules = hub.editions.roster.rules
    found = await hub.store.transact(lambda tx: office_faults(tx, keys, rules, now_ms))
    return [one.code for one in found]


async def test_a_key_waits_until_the_county_has_approved_it(hub: NodeRelay) -> None:
    assert await codes(hub) == []  # a hub without an office
    book = await open_office(hub, hub.queue.randomness)
    assert await codes(hub) == ["office.key-waits"]
    name = bytes.fromhex(book.ring.newest())
    await hub.store.transact(lambda tx: note_approved(tx, name))
    assert await codes(hub) == []
    await book.ring.make(hub.queue.randomness)
    assert await codes(hub) == ["office.key-waits"]  # another one


async def test_a_key_that_is_lost(hub: NodeRelay) -> None:
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION))
    assert "office.key-lost" in await codes(hub, lost=True)


async def test_copies_that_should_have_gone(hub: NodeRelay) -> None:
    given = case_of(hub.node, station=STATION)
    await give(hub, hub.queue.randomness, given)
    book = await open_office(hub, hub.queue.randomness)
    told = OfficeAnswer(
        station=given.station, application=given.application, turn=given.turn, upto=2, over=True
    )
    await hub.store.transact(lambda tx: book.answered(tx, told, 1))
    assert "office.purge-late" not in await codes(hub, 92 * DAY_MS)
    assert "office.purge-late" in await codes(hub, 92 * DAY_MS + 2)
