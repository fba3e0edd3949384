"""Who calls with a certificate of the county's, and may not: each check by itself, over TLS."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.errors import LineError, NotOnRosterError
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_pem, key_pem, tls_request
from protocol.trust.roster import Role
from runtime.line.catching_up import ask_for_roster
from runtime.line.client import ParentClient
from runtime.line.tls import client_context, open_context, server_context
from runtime.node.identity import Identity, load_identity
from runtime.system import SystemClock, SystemRandomness
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.system.joining.strangers import answering, county_application, free_url
from tests.system.keys.renewing import Place, join_hub


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path, free_url()) as place:
        identity = place.county.relay.identity
        context = server_context((identity.ca,), identity.certificate_path, identity.key_path)
        url = identity.county.url
        async with answering(url, county_application(place), context):
            yield place


@asynccontextmanager
async def calling(place: Place, certificate: Path, key: Path) -> AsyncIterator[ParentClient]:
    identity = place.county.relay.identity
    async with ParentClient(
        url=identity.county.url,
        parent=identity.node,
        context=client_context((identity.ca,), certificate, key),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        signing_key=identity.keys.signer.public_bytes,
    ) as client:
        yield client


def issued(place: Place, node: NodeId, folder: Path) -> tuple[Path, Path]:
    """A certificate of the county's own authority for ``node``, with a key that nobody knows."""
    secret = SystemRandomness().token(32)
    tls, request = place.county.authority._issuer.present, tls_request(node, secret)
    certificate = tls.issue(request, node, Role.STATION, "", SystemRandomness())
    paths = folder / "issued.pem", folder / "issued.key"
    paths[0].write_bytes(certificate_pem(certificate))
    paths[1].write_bytes(key_pem(secret))
    return paths


def exchange_store() -> MemoryExchangeStore:
    return MemoryExchangeStore(name="child", instance=b"instan-c")


def files(identity: Identity) -> tuple[Path, Path]:
    return identity.certificate_path, identity.key_path


async def test_a_station_calls_with_its_own_key_and_with_no_other(
    place: Place, tmp_path: Path
) -> None:
    async with calling(place, *files(load_identity(place.data))) as client:
        await client.exchange(exchange_store())
    other = issued(place, place.node, tmp_path)
    async with calling(place, *other) as client:
        with pytest.raises(NotOnRosterError):
            await client.exchange(exchange_store())
    url = place.county.relay.identity.county.url
    with pytest.raises(LineError, match="403"):
        await ask_for_roster(url, 1, context=open_context(*other), clock=SystemClock())


async def test_a_node_that_asks_for_the_roster_again_and_again_is_told_to_wait(
    place: Place,
) -> None:
    url, own = place.county.relay.identity.county.url, files(load_identity(place.data))
    news, _ = await ask_for_roster(url, 0, context=open_context(*own), clock=SystemClock())
    assert news is not None
    for _ in range(3):
        with pytest.raises(LineError, match="503"):
            await ask_for_roster(url, 0, context=open_context(*own), clock=SystemClock())


async def test_a_node_that_was_never_invited_calls_nobody(place: Place, tmp_path: Path) -> None:
    async with calling(place, *issued(place, NodeId("0" * 16), tmp_path)) as client:
        with pytest.raises(NotOnRosterError):
            await client.exchange(exchange_store())


async def test_a_station_of_a_hub_may_not_call_the_county(place: Place) -> None:
    hub, authority = await join_hub(place), place.county.authority
    authority.set_paths(place.node, [])
    authority.change(place.node, lambda r: altered(r.nodes[place.node], parent=hub))
    await place.county.publish_roster()
    async with calling(place, *files(load_identity(place.data))) as client:
        with pytest.raises(NotOnRosterError):
            await client.exchange(exchange_store())
    authority.set_paths(place.node, [place.county.relay.node])  # but for an entry that lets it
    await place.county.publish_roster()
    async with calling(place, *files(load_identity(place.data))) as client:
        await client.exchange(exchange_store())
