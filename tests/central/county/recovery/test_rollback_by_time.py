"""A county that was set back is found out by a time that it signed and does not know."""

from hashlib import sha256
from pathlib import Path

import pytest

from central.county.recovery.rollback import AHEAD
from central.relay.stick.service import RelayStick
from protocol.envelope.keys import Signer, new_signer
from protocol.errors import InstanceBegunError
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.ids import Instance
from protocol.limits import TIME_AHEAD, TIME_S
from protocol.stick.names import FileKind, ItemName
from protocol.trust.time_statement import sign_time
from runtime.cli.command import silent
from runtime.sticks.writer import StickWriter
from tests.builders.clock import START_MS
from tests.central.county.centre import Centre

OTHER = Instance(b"the next")


async def signed_time(centre: Centre) -> int:
    """The number of the time that the county signs now."""
    number, _ = await centre.relay.store.transact(centre.relay.times.held)
    return number


def time_of(centre: Centre, n: int, instance: Instance, signer: Signer | None = None) -> bytes:
    signer = signer or centre.relay.identity.keys.signer
    return sign_time(signer, instance=instance, n=n, at_ms=START_MS)


async def hub_shows(centre: Centre, time: bytes) -> None:
    exchange_store = centre.relay.exchanges.store_for(centre.ground.nodes.hub.node)
    await exchange_store.greeting()
    hello = Hello(versions=VERSIONS, instance=b"hub-life", exchange=b"exchange", time=time)
    await exchange_store.meet(hello)


@pytest.mark.parametrize("other", [False, True])
async def test_a_number_above_its_own_makes_it_another_life(centre: Centre, *, other: bool) -> None:
    """Of this life, which lost what came after the copy; or of one that stood in its place."""
    village = await centre.village()
    await centre.bring(village.submit())
    number, before = await signed_time(centre), await centre.relay.instance()
    editions = centre.relay.editions.versions()

    shown = time_of(centre, number + 1, OTHER if other else before)
    with pytest.raises(InstanceBegunError):
        await hub_shows(centre, shown)
    await centre.county.rosters.idle()

    after = await centre.relay.instance()
    assert after not in {before, OTHER}
    (noted,) = centre.ground.nodes.scene.authority.audit.newest(0, 1)
    assert (noted.action, noted.outcome) == ("county.set-back", "done")
    assert (noted.detail["given"], noted.detail["shown"]) == (number, number + 1)
    assert (await centre.statements(village))[-1].instance == after
    assert centre.relay.editions.versions() == tuple(version + AHEAD for version in editions)
    assert await signed_time(centre) == number + 1 + TIME_AHEAD + 1
    await hub_shows(centre, shown)  # it is of a life that is over
    assert await centre.relay.instance() == after


async def test_the_same_number_proves_it_under_another_instance_alone(centre: Centre) -> None:
    await signed_time(centre)
    centre.ground.nodes.scene.clock.tick(TIME_S)
    number, before = await signed_time(centre), await centre.relay.instance()
    await hub_shows(centre, time_of(centre, number, before))
    await hub_shows(centre, time_of(centre, number - 1, OTHER))
    assert await centre.relay.instance() == before
    with pytest.raises(InstanceBegunError):
        await hub_shows(centre, time_of(centre, number, OTHER))
    assert await centre.relay.instance() != before


async def test_nobody_but_the_county_proves_it(centre: Centre) -> None:
    number, before = await signed_time(centre), await centre.relay.instance()
    forged = new_signer(centre.ground.nodes.scene.randomness)
    for time in (time_of(centre, number + 9, OTHER, forged), b"junk"):
        await hub_shows(centre, time)
    assert (await centre.relay.instance(), await signed_time(centre)) == (before, number)


async def test_a_stick_proves_it_too(centre: Centre, tmp_path: Path) -> None:
    number, before = await signed_time(centre), await centre.relay.instance()
    hub = centre.ground.nodes.hub
    clock, time = centre.ground.nodes.scene.clock, time_of(centre, number + 1, OTHER)
    writer = StickWriter(tmp_path, node=hub.node, signer=hub.keys.signer, clock=clock)
    writer.open()
    writer.bag(None).put(ItemName(FileKind.TIME, sha256(time).digest()), time)
    writer.close(covers=lambda _: True)
    await RelayStick(centre.relay.exchanges).take_in(tmp_path, silent)
    assert await centre.relay.instance() != before
    assert await signed_time(centre) == number + 1 + TIME_AHEAD + 1
