"""The county changes its policy, and running nodes obey it: a hub, a station, the county itself."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.control.node import CountyNode
from central.hub.app import open_hub
from central.relay.service import Relay
from central.relay.store.models import SpoolRow
from central.server.config import ServerConfig
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.payloads import Inquiry, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.ids import ApplicationId, NodeId
from protocol.limits import BACKPRESSURE_S, MIN_QUOTA_ITEMS
from provisioning.lifecycle.calls import MOVE
from provisioning.policy import FILE
from provisioning.policy.calls import APPLY, POLICY
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.store.station import read_state as state_of
from tests.builders.clerk import status_of
from tests.central.county.village import ITEM
from tests.central.nodes import talk, told
from tests.system.keys.renewing import Place, join_hub

DAY_MS = 86_400_000


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        (place.data / "station.toml").write_text("suite = 2\n")
        yield place


async def rule(county: CountyNode, text: str) -> None:
    """What ``yizhan-provision policy DATA --apply`` does with such a file."""
    (county.authority.folder / FILE).write_text(text, "utf-8")
    found = await county.operations[POLICY.name]({}, lambda _: None)
    done = await county.operations[APPLY.name](
        {"file": FILE, "rules": found["rules"]}, lambda _: None
    )
    assert done["differs"] == []


async def submit(station: Station, *numbers: int) -> None:
    for number in numbers:
        form = json.dumps({"name": "样福丽"})
        application = ApplicationId(f"{number:032x}")
        await station.intake.submit(
            Submission(application=application, item=ITEM, form=form, files=[])
        )


async def counts(station: Station) -> dict[str, int]:
    """Applications by state, those states that there are."""
    counts = (await status_of(station))["counts"]
    return {state: count for state, count in counts.items() if count}


async def suites(relay: Relay, to: NodeId) -> list[int]:
    """With what this node sealed what waits to go from it to ``to``, oldest first."""

    async def work(session: AsyncSession) -> list[int]:
        mine = select(SpoolRow.wire).where(
            SpoolRow.origin == relay.node, SpoolRow.destination == to
        )
        wires = await session.scalars(mine.order_by(SpoolRow.position))
        return [read_envelope(wire).header.suite for wire in wires if wire]

    return await relay.store.transact(work)


async def test_a_smaller_quota_refuses_what_a_station_sends_and_nothing_is_lost(
    place: Place,
) -> None:
    hub_node = await join_hub(place)
    move = {"node": place.node, "parent": hub_node, "code": ""}
    await place.county.operations[MOVE.name](move, lambda _: None)
    async with open_hub(place.folder / "hub", ServerConfig(quota_items=10**6)) as hub:

        async def upstream_reports() -> None:
            county = place.county.exchanges
            await talk(hub.exchanges.store_for(county.relay.node), county.store_for(hub_node))

        async def below(station: Station) -> None:
            await talk(
                station.exchanges.stores(),
                hub.exchanges.store_for(place.node),
                time_ms=place.time_ms,
            )

        async with place.station() as station:
            await upstream_reports()
            await below(station)  # the catalogue
            await submit(station, 1)
            await below(station)
            await rule(place.county, f"[quotas]\nitems = {MIN_QUOTA_ITEMS}")
            await submit(station, *range(2, 41))
            await upstream_reports()  # brings the roster, and takes the first one away
            assert (await told(hub.relay))["quota"]["items"] == MIN_QUOTA_ITEMS
            await below(station)
            assert (await counts(station))["at_hub"] == MIN_QUOTA_ITEMS
            assert (await counts(station))["saved"] == 40 - 1 - MIN_QUOTA_ITEMS
            await upstream_reports()
            place.clock.tick(BACKPRESSURE_S + 1)
            await below(station)
            await upstream_reports()
            await below(station)
            assert await counts(station) == {"complete": 40}


async def test_a_suite_rule_changes_what_everybody_seals_and_takes_what_was_sealed_before(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with place.station() as station:
        await place.exchange(station)
        await submit(station, 1)
        await rule(place.county, "[algorithms]\nsuites = [1]")
        await place.exchange(station)
        await submit(station, 2)
        await place.exchange(station)
        assert await counts(station) == {"complete": 2}
        assert (await status_of(station))["suite"] == {"set": 2, "used": 1}
    logged = [record for record in caplog.records if getattr(record, "event", "") == "intake.suite"]
    assert [(vars(one)["from"], vars(one)["suite"]) for one in logged] == [(place.node, 2)]


async def test_county_and_hub_seal_as_the_rule_says(place: Place) -> None:
    hub_node, county = await join_hub(place), place.county.relay
    post = county.post_office(place.county.authority.keys_of)

    async def answer(session: AsyncSession) -> None:
        inquiry = payload_bytes(Inquiry())
        await post.post(
            session, to=place.node, lane=Lane.CONTROL, payload=inquiry, suite=SuiteNumber.XWING
        )

    async with open_hub(place.folder / "hub", ServerConfig()) as hub:
        await hub.renewal.ask()
        assert await suites(hub.relay, county.node) == [1]
        await county.store.transact(answer)
        await rule(place.county, "[algorithms]\nsuites = [2]")
        await talk(hub.exchanges.store_for(county.node), place.county.exchanges.store_for(hub_node))
        await hub.renewal.ask()
        assert await suites(hub.relay, county.node) == [2]
        await county.store.transact(answer)
        assert await suites(county, place.node) == [1, 2]


async def test_nodes_ask_for_new_keys_when_the_rule_says(place: Place) -> None:
    hub_node, county = await join_hub(place), place.county.relay
    await rule(place.county, "[lifetimes]\nkeys_days = 90")
    async with open_hub(place.folder / "hub", ServerConfig()) as hub, place.station() as station:
        hub.relay.clock = place.clock
        await talk(hub.exchanges.store_for(county.node), place.county.exchanges.store_for(hub_node))
        await place.exchange(station)
        for days in (0, 80, 11):
            place.pass_days(days)
            place.clock.jump_wall(ms=days * DAY_MS)
            await place.exchange(station)
            asked = (
                await suites(hub.relay, county.node),
                await station.database.read(lambda tx: state_of(tx).renewal_ms),
            )
            assert asked == ([], None), f"too early, after {days} more days"
            await hub.renewal.look()
            await station.renewal.look()
        assert len(await suites(hub.relay, county.node)) == 1
        assert await station.database.read(lambda tx: state_of(tx).renewal_ms) is not None
