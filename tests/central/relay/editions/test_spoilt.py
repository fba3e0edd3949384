"""An edition that was changed in the database of a hub or county is never used."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import EditionRow
from protocol.errors import DamagedError
from protocol.trust.edition import Kind
from tests.central.nodes import County, NodeRelay, between, talk
from tests.central.relay.editions.test_bases import release
from tests.central.relay.test_relay import learn_roster


async def spoil(relay: NodeRelay, kind: Kind, version: int) -> None:
    """Change one bit of the stored body."""

    async def work(session: AsyncSession) -> None:
        row = await session.get_one(EditionRow, (kind.value, version))
        body = bytearray(row.body)
        body[len(body) // 2] ^= 1
        row.body = bytes(body)

    await relay.store.transact(work)


async def test_a_hub_drops_a_spoilt_release_and_gets_it_again(
    place: County, county: NodeRelay, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = release(place, 1, pension="old", permit="old")
    await county.publish(wanted)
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        await hub.publish(wanted)
        await spoil(hub, Kind.RELEASE, 1)
    async with place.relay(place.hub) as hub:
        assert hub.editions.versions()[1] == 0
        assert "release.spoilt" in [getattr(one, "event", "") for one in caplog.records]
        await talk(*between(hub, county))
        assert hub.editions.release is not None
        assert hub.editions.release.entries == wanted.entries
    async with place.relay(place.hub) as hub:
        assert hub.editions.versions()[1] == 1


async def test_a_county_with_a_spoilt_release_says_that_its_folder_is_damaged(
    place: County,
) -> None:
    async with place.relay(place.county) as county:
        await county.publish(release(place, 1, pension="old"))
        await spoil(county, Kind.RELEASE, 1)
    with pytest.raises(DamagedError, match="release 1 in the database is not what was signed"):
        async with place.relay(place.county):
            pass


async def test_a_child_whose_base_is_spoilt_gets_the_whole(
    place: County, county: NodeRelay
) -> None:
    wanted = release(place, 2, pension="new", permit="old")
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        first = release(place, 1, pension="old", permit="old")
        await county.publish(first)
        await hub.publish(first)
        await county.publish(wanted)
        await spoil(county, Kind.RELEASE, 1)
        await talk(*between(hub, county))
        assert hub.editions.release is not None
        assert hub.editions.release.entries == wanted.entries
