"""The authority changes a node's keys once for each request, and forgets old ones in the end."""

import pytest

from protocol.envelope.keys import SoftwareSigner
from protocol.errors import NotOnRosterError, SignatureError
from protocol.limits import MAX_FORMER_KEYS
from protocol.trust.certificate import (
    certificate_key_hash,
    certificate_node,
    tls_key_hash,
    tls_request,
)
from protocol.trust.renewal import RenewalRequest
from tests.provisioning.scene import Machine, Scene


def request(scene: Scene, machine: Machine, previous: bytes, seed: int) -> RenewalRequest:
    secret = bytes([seed]) * 32
    return RenewalRequest(
        node=bytes.fromhex(machine.node),
        previous=previous,
        signing=SoftwareSigner(secret).public_bytes(),
        tls_request=tls_request(machine.node, secret),
    )


def test_the_roster_names_the_new_keys_and_the_former_ones(scene: Scene) -> None:
    machine, _ = scene.join(scene.add_station())
    before = scene.authority.roster().nodes[machine.node]
    assert before.keys is not None
    asked = request(scene, machine, before.keys.signing, 1)

    certificate = scene.authority.renew(asked)

    assert certificate_node(certificate) == machine.node
    assert certificate_key_hash(certificate) == tls_key_hash(bytes([1]) * 32)
    scene.reopen()
    entry, keys = (
        scene.authority.roster().nodes[machine.node],
        scene.authority.keys_of(machine.node),
    )
    assert entry.keys is not None
    assert keys is not None
    assert (entry.keys.signing, entry.tls) == (asked.signing, certificate_key_hash(certificate))
    assert (entry.former, entry.former_tls) == ((before.keys.signing,), before.tls)
    assert keys.signing == asked.signing
    assert keys.xwing == machine.secrets.node_keys().public().xwing
    assert scene.authority.renew(asked) == certificate  # the answer was lost
    assert scene.authority.settle(machine.node, asked.signing)
    assert not scene.authority.settle(machine.node, asked.signing)
    assert scene.authority.roster().nodes[machine.node].former_tls == b""


def test_showing_keys_that_were_replaced_meanwhile_ends_no_tls_key(scene: Scene) -> None:
    """It calls by the keys of its first renewal until it takes those of the second."""
    machine, _ = scene.join(scene.add_station())
    once = request(scene, machine, machine.secrets.node_keys().signer.public_bytes(), 1)
    certificate = scene.authority.renew(once)
    twice = request(scene, machine, once.signing, 2)
    scene.authority.renew(twice)

    assert not scene.authority.settle(machine.node, once.signing)

    roster = scene.authority.roster()
    assert certificate_key_hash(certificate) in roster.tls_keys(machine.node)
    assert scene.authority.settle(machine.node, twice.signing)


def test_an_old_request_changes_nothing(scene: Scene) -> None:
    machine, _ = scene.join(scene.add_station())
    first = machine.secrets.node_keys().signer.public_bytes()
    once = request(scene, machine, first, 1)
    scene.authority.renew(once)
    scene.authority.renew(request(scene, machine, once.signing, 2))
    held = scene.authority.roster()
    for old in (once, request(scene, machine, first, 3)):
        with pytest.raises(SignatureError):
            scene.authority.renew(old)
    assert scene.authority.roster() is held


def test_only_so_many_former_keys_are_kept(scene: Scene) -> None:
    machine, _ = scene.join(scene.add_station())
    present = machine.secrets.node_keys().signer.public_bytes()
    for seed in range(1, 7):
        asked = request(scene, machine, present, seed)
        scene.authority.renew(asked)
        present = asked.signing
    former = scene.authority.roster().nodes[machine.node].former
    keys = [SoftwareSigner(bytes([seed]) * 32).public_bytes() for seed in (5, 4, 3)]
    assert list(former) == keys
    assert len(former) == MAX_FORMER_KEYS


def test_who_has_not_joined_renews_nothing(scene: Scene) -> None:
    machine = scene.machine(scene.add_station())
    with pytest.raises(NotOnRosterError):
        scene.authority.renew(request(scene, machine, bytes(32), 1))
