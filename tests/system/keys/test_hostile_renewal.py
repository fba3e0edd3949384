"""Renewals that somebody else would like to make: each check of the way by itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from protocol.codec import unpack
from protocol.envelope.keys import SoftwareSigner
from protocol.envelope.payloads import Renewal
from protocol.errors import SignatureError
from protocol.ids import NodeId
from protocol.trust.certificate import tls_key_hash, tls_request
from protocol.trust.renewal import RenewalRequest, sign_renewal
from protocol.trust.roster import Role, RosterEntry
from runtime.node.identity import Secrets, load_identity, renewed_folder
from runtime.node.renewal import ask_for_keys, keep_certificate
from runtime.system import SystemRandomness
from station_agent.intake.sealing import control_draft
from tests.system.keys.renewing import Place, join_hub


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        async with place.station() as station:
            await place.exchange(station)
        yield place


def entry_of(place: Place, node: NodeId) -> RosterEntry:
    return place.county.authority.roster().nodes[node]


def renewal(node: NodeId, previous: bytes) -> Renewal:
    """A request for new keys that whoever writes it holds."""
    new, tls = SoftwareSigner(b"n" * 32), b"t" * 32
    request = RenewalRequest(
        node=bytes.fromhex(node),
        previous=previous,
        signing=new.public_bytes(),
        tls_request=tls_request(node, tls),
    )
    return sign_renewal(new, request)


async def test_a_station_can_not_renew_the_keys_of_another_node(place: Place) -> None:
    hub = await join_hub(place)
    before = entry_of(place, hub)
    assert before.keys is not None
    async with place.station() as station:
        own = station.identity.keys.signer.public_bytes()
        for previous in (before.keys.signing, own):
            await station.renewal.sealing.seal(control_draft(renewal(hub, previous)))
        await place.exchange(station)
    assert entry_of(place, hub) == before


async def test_a_key_that_was_replaced_can_not_renew_the_present_one(place: Place) -> None:
    """Whoever has stolen the former key may still sign envelopes; they replace nothing."""
    async with place.station() as station:
        await station.renewal.ask()
        await place.exchange(station)
        present = entry_of(place, place.node)
        assert present.keys is not None
        assert station.identity.keys.signer.public_bytes() == present.former[0]
        await station.renewal.sealing.seal(control_draft(renewal(place.node, present.keys.signing)))
        await place.exchange(station)
    assert entry_of(place, place.node) == present


@pytest.mark.parametrize("fault", ["another node", "another key"])
async def test_a_certificate_for_somebody_else_is_not_kept(
    place: Place, tmp_path: Path, fault: str
) -> None:
    identity = replace(load_identity(place.data), folder=tmp_path / "copy")
    identity.folder.mkdir()
    ask_for_keys(identity, SystemRandomness())
    folder = renewed_folder(identity.folder, 1)
    secret = unpack((folder / "keys.bin").read_bytes(), Secrets).tls
    node = NodeId("0" * 16) if fault == "another node" else identity.node
    own = secret if fault == "another node" else b"o" * 32
    assert (tls_key_hash(own) == tls_key_hash(secret)) is (fault == "another node")
    authority, randomness = place.county.authority._issuer.present, SystemRandomness()
    wrong, right = (
        authority.issue(tls_request(named, key), named, Role.STATION, "", randomness)
        for named, key in ((node, own), (identity.node, secret))
    )
    roster = place.county.authority.roster()
    with pytest.raises(SignatureError, match=r"of another node|for other keys"):
        await asyncio.to_thread(keep_certificate, identity, wrong, roster)
    assert not (folder / "tls.pem").exists()
    await asyncio.to_thread(keep_certificate, identity, right, roster)
    assert (folder / "tls.pem").exists()
