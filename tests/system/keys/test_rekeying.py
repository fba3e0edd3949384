"""The county gets new opening keys: nothing that was ever sealed is lost, and no kit is spoilt."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from central.county.app import open_county
from central.server.config import ServerConfig
from protocol.codec import unpack
from protocol.envelope.keys import key_name
from protocol.errors import RekeyError, RekeyUnsafeError
from protocol.trust.roster import Role
from runtime.cli.command import silent
from runtime.node.identity import Secrets, pending_secrets
from runtime.system import SystemRandomness
from tests.system.keys.renewing import Place, _joined
from tests.system.keys.test_renewal import submit


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def do(place: Place, name: str, **args: Any) -> Any:
    return await place.county.operations[name](args, silent)


async def cases(place: Place) -> int:
    return len(await do(place, "county.cases", after=""))


async def test_what_was_sealed_for_the_old_key_opens_after_the_switch(
    place: Place, tmp_path: Path
) -> None:
    async with place.station() as station:
        await place.exchange(station)
        await submit(station, 1)  # sealed for the old key, and the line is down
        announced = await do(place, "county.rekey-announce")
        assert announced["announced"] != announced["in_use"]
        assert announced["not_heard"] == 1
        assert announced["announced_ms"] > 0
        with pytest.raises(RekeyUnsafeError):
            await do(place, "county.rekey-use")
        await do(place, "county.backup", to=str(tmp_path / "backup"))
        used = await do(place, "county.rekey-use")
        assert used == {
            "in_use": announced["announced"],
            "announced": None,
            "announced_ms": None,
            "old": 1,
            "not_heard": None,
        }
        await place.exchange(station)
        assert await cases(place) == 1
        county = place.county.relay.editions.roster.county()[1]
        assert county.keys is not None
        assert key_name(county.keys.xwing).hex() == used["in_use"]
        await submit(station, 2)  # sealed for the new one
        await place.exchange(station)
        assert await cases(place) == 2


async def test_a_kit_of_before_joins_after_the_switch_and_again_after_a_new_start(
    place: Place,
) -> None:
    invitation = place.county.authority.add(
        role=Role.STATION, code="451423103202", name="新村", parent=None
    )
    await do(place, "county.rekey-announce")
    await do(place, "county.rekey-use", force=True)
    data = place.folder / "late"
    pending_secrets(data, SystemRandomness())
    assert await _joined(data, place.county, invitation, Role.STATION)


async def test_each_step_is_taken_once_and_in_order(place: Place) -> None:
    with pytest.raises(RekeyError):
        await do(place, "county.rekey-use", force=True)
    await do(place, "county.rekey-announce")
    with pytest.raises(RekeyError):
        await do(place, "county.rekey-announce")
    await do(place, "county.rekey-use", force=True)
    assert (await do(place, "county.rekey-announce"))["old"] == 1


async def test_a_safe_is_as_good_as_a_backup_and_holds_every_key(
    place: Place, tmp_path: Path
) -> None:
    await do(place, "provision.keys-export", to=str(tmp_path / "early"), threshold=2, shares=2)
    await do(place, "county.rekey-announce")
    with pytest.raises(RekeyUnsafeError):
        await do(place, "county.rekey-use")
    files = await do(
        place, "provision.keys-export", to=str(tmp_path / "safe"), threshold=2, shares=2
    )
    await do(place, "county.rekey-use")
    sealed, *papers = files
    recovered = await do(place, "provision.keys-recover", sealed=sealed, papers=papers)
    secrets = unpack(base64.b64decode(recovered["keys"]), Secrets)
    held = {key.public_bytes() for pair in secrets.pairs for key in pair.opening().values()}
    county = place.county.authority.roster().county()[1]
    assert county.keys is not None
    assert {county.keys.xwing, county.keys.x25519} <= held


async def test_a_county_that_starts_anew_opens_with_all_its_keys(tmp_path: Path) -> None:
    async with Place.open(tmp_path) as place, place.station() as station:
        await place.exchange(station)
        await submit(station, 1)
        await do(place, "county.rekey-announce")
        await do(place, "county.rekey-use", force=True)
    async with open_county(tmp_path / "county", ServerConfig()) as county:
        again = Place(folder=tmp_path, county=county, node=place.node)
        async with again.station() as station:
            await again.exchange(station)
            await submit(station, 2)
            await again.exchange(station)
        assert await cases(again) == 2
        assert (await do(again, "county.rekey-announce"))["old"] == 1
