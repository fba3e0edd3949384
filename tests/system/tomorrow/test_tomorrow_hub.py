"""A hub of today is told something by a county of tomorrow: it has it after its upgrade."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.app import HubNode
from central.relay.retry import poison
from protocol.envelope.envelope import Lane
from protocol.envelope.suites import SuiteNumber
from tests.builders.tomorrow import of_type, upgraded
from tests.system.keys.renewing import Place, join_hub
from tests.system.keys.test_signing_thief import hub_of, talk_up


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def kept(hub: HubNode) -> int:
    return await hub.relay.store.transact(poison.count)


async def test_what_a_hub_could_not_read_is_read_when_it_starts_as_a_newer_one(
    place: Place,
) -> None:
    node = await join_hub(place)
    await place.county.publish_roster()
    office = place.county.relay.post_office(place.county.authority.keys_of)

    async def post(session: AsyncSession) -> None:
        await office.post(
            session,
            to=node,
            lane=Lane.CONTROL,
            payload=of_type("census", since_ms=5),
            suite=SuiteNumber.X25519,
        )

    await place.county.relay.store.transact(post)
    async with hub_of(place) as hub:
        await talk_up(place, hub)
        assert await kept(hub) == 1
    async with hub_of(place) as hub:
        assert await kept(hub) == 1
    with upgraded():
        async with hub_of(place) as hub:
            assert await kept(hub) == 0
