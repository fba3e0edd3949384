"""A hub or county keeps to the budget of each link, downward as well, over restarts too."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.limits.metering import OwnBudgets
from central.server.config import ServerConfig
from protocol.envelope.envelope import Lane
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.trust.budget import Budget, LaneBudget, Plan
from tests.builders.budgets import NIGHT, NIGHTS_ONLY
from tests.central.nodes import County, NodeRelay, Village, between, talk, told


async def learn_roster(place: County, *relays: NodeRelay) -> None:
    for relay in relays:
        await relay.publish(place.scene.authority.roster().edition)


async def hand_in(village: Village, hub: NodeRelay, count: int) -> None:
    """Envelopes for the county lie at the hub."""
    for n in range(count):
        village.exchange_store.queue_envelope(village.seal(b"%d" % n))
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert not village.exchange_store.waits


async def test_a_hub_obeys_what_the_county_set_for_its_own_line(place: County) -> None:
    village = place.village()
    place.scene.authority.set_budget(
        place.hub.node, Budget(applications=LaneBudget(bytes_per_day=0))
    )
    async with place.relay(place.hub) as hub, place.relay(place.county) as county:
        await hand_in(village, hub, 2)
        await talk(*between(hub, county))
        assert place.delivered.envelopes == []
        state = await told(hub)
        (up,) = [one for one in state["neighbours"] if one["node"] == county.node]
        assert up["lanes"]["applications"]["waiting"] == 2
        assert up["lanes"]["applications"]["shut"] == "budget"
        assert up["lanes"]["results"] == {
            "waiting": 0,
            "bytes": 0,
            "shut": None,
            "opens_ms": None,
        }
        place.scene.authority.set_budget(place.hub.node, None)
        await learn_roster(place, hub, county)
        await talk(*between(hub, county))
        assert len(place.delivered.envelopes) == 2


async def test_what_goes_down_obeys_the_child_s_budget_and_each_child_has_its_own(
    place: County,
) -> None:
    shut, free = place.village(), place.village()
    place.scene.authority.set_budget(shut.node, Budget(results=NIGHTS_ONLY))
    place.scene.clock.jump_wall(ms=14 * 3_600_000)  # past noon in China
    async with place.relay(place.county) as county, place.relay(place.hub) as hub:
        office = county.post_office(place.scene.authority.keys_of)

        async def work(session: AsyncSession) -> None:
            lane, suite = Lane.RESULTS, SuiteNumber.X25519
            for village in (shut, free):
                await office.post(session, to=village.node, lane=lane, payload=b"yes", suite=suite)

        await county.store.transact(work)
        await talk(*between(hub, county))
        for village in (shut, free):
            await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        roster = 1  # it comes to both
        assert [len(village.exchange_store.stored) - roster for village in (shut, free)] == [0, 1]
        state = {one["node"]: one["lanes"] for one in (await told(hub))["neighbours"]}
        assert state[shut.node]["results"]["shut"] == "window"
        assert state[shut.node]["results"]["waiting"] == 1
        place.scene.clock.jump_wall(ms=10 * 3_600_000)  # it is night
        await talk(shut.exchange_store, hub.exchanges.store_for(shut.node))
        assert len(shut.exchange_store.stored) - roster == 1


async def test_what_was_spent_is_known_after_a_restart(place: County) -> None:
    village = place.village()
    place.scene.authority.set_budget(
        place.hub.node, Budget(applications=LaneBudget(bytes_per_day=1))
    )
    async with place.relay(place.county) as county:
        async with place.relay(place.hub) as hub:
            await hand_in(village, hub, 3)
            await talk(*between(hub, county))
            assert len(place.delivered.envelopes) == 1
        async with place.relay(place.hub) as hub:
            (up,) = [n for n in (await told(hub))["neighbours"] if n["node"] == county.node]
            assert up["lanes"]["applications"]["shut"] == "budget"
            await talk(*between(hub, county))
            assert len(place.delivered.envelopes) == 1


async def test_a_node_s_settings_restrict_it_further(place: County, tmp_path: Path) -> None:
    village = place.village()
    place.scene.authority.set_budget(village.node, Budget(link=LaneBudget(bytes_per_s=9000)))
    file = tmp_path / "hub.toml"
    file.write_text(
        f'[budget.blobs]\nwindows = ["{NIGHT}"]\n[budget_down.link]\nbytes_per_s = 5000\n'
    )
    config = ServerConfig.load(file)
    assert config.budgets == OwnBudgets(
        up=Budget(blobs=NIGHTS_ONLY), down=Budget(link=LaneBudget(bytes_per_s=5000))
    )
    async with place.relay(place.hub, budgets=config.budgets) as hub:
        assert hub.limits.meters.of(place.county.node).plan == Plan.of(Budget(blobs=NIGHTS_ONLY))
        down = hub.limits.meters.of(village.node).plan
        assert down == Plan.of(Budget(link=LaneBudget(bytes_per_s=5000)))


def test_a_mistake_in_a_server_s_budget_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("[budget.blobs]\nwindows = ['at night']\n")
    with pytest.raises(UsageError, match=r"hub\.toml"):
        ServerConfig.load(file)
