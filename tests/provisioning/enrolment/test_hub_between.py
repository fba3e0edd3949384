"""A hub that passes joins on can neither enrol anybody, nor open a request, nor forge an answer."""

import msgspec
import pytest

from protocol.codec import altered, pack
from protocol.envelope.keys import Context, sign_record
from protocol.errors import (
    CodeWrongError,
    KitDamagedError,
    KitForeignError,
    SignatureError,
    UnopenableError,
)
from protocol.trust.edition import Kind, make_head, sign_head, whole
from protocol.trust.enrolment import Admission, answer_parcel, code_key, open_parcel
from protocol.trust.kit import kit_file, read_kit
from protocol.trust.roster import Delegation, RosterProof, State, entry_bytes, read_roster
from provisioning.invitation import Invitation
from tests.provisioning.scene import Machine, Scene


@pytest.fixture
def hub(scene: Scene) -> Machine:
    """A hub that has joined, and now works for somebody else."""
    return scene.join(scene.add_hub())[0]


@pytest.fixture
def station(scene: Scene, hub: Machine) -> Invitation:
    """A new station below it, whose parcels pass through its hands."""
    return scene.add_station(hub.node)


def test_it_can_open_no_request(scene: Scene, hub: Machine, station: Invitation) -> None:
    parcel, _ = scene.machine(station).parcel(station.code)
    for key in hub.secrets.node_keys().opening.values():
        with pytest.raises(UnopenableError):
            open_parcel(parcel, key)


def test_it_can_not_put_its_own_keys_in_place_of_the_stations(
    scene: Scene, hub: Machine, station: Invitation
) -> None:
    """It has the kit, which is no secret, but not the code."""
    thief = Machine(kit=read_kit(station.kit), secrets=hub.secrets)
    parcel, _ = thief.parcel("7KQF-3M2P-9XTD")
    with pytest.raises(CodeWrongError):
        scene.authority.admit(parcel, scene.opening_key)
    assert scene.authority.roster().nodes[station.node].state is State.INVITED


def test_it_can_not_send_a_parcel_on_as_another_nodes(scene: Scene, hub: Machine) -> None:
    mine, other = scene.add_station(hub.node), scene.add_station(hub.node)
    parcel, _ = scene.machine(mine).parcel(mine.code)
    with pytest.raises(KitForeignError):
        scene.authority.admit(msgspec.structs.replace(parcel, node=other.node), scene.opening_key)


def test_sending_a_parcel_again_enrols_nobody_else(scene: Scene, station: Invitation) -> None:
    parcel, _ = scene.machine(station).parcel(station.code)
    answer = scene.authority.admit(parcel, scene.opening_key)
    version = scene.authority.roster().version
    assert scene.authority.admit(parcel, scene.opening_key) == answer
    assert scene.authority.roster().version == version


def test_it_can_forge_no_answer(scene: Scene, hub: Machine, station: Invitation) -> None:
    machine = scene.machine(station)
    parcel, digest = machine.parcel(station.code)
    _, signed, _ = open_parcel(parcel, scene.opening_key)  # more than it could ever see
    edition = scene.authority.roster().edition
    admission = Admission(
        node=station.node,
        certificate=b"its own",
        roster_proof=edition.proof,
        roster=whole(edition.entries),
    )
    forged = answer_parcel(code_key("7KQF-3M2P-9XTD", machine.node), signed, admission)
    with pytest.raises(KitForeignError):
        machine.accept(station.code, digest, forged)


@pytest.mark.parametrize("delegated_by", ["nobody new", "the hub", "the registrar"])
def test_it_can_sign_no_roster_and_no_kit(
    scene: Scene, hub: Machine, station: Invitation, delegated_by: str
) -> None:
    """Nor can the registrar name another one: that is the root's word alone."""
    root, signer = scene.authority.root_public, hub.secrets.node_keys().signer
    edition = scene.authority.roster().edition
    entries = dict(edition.entries)
    entry = scene.authority.roster().nodes[station.node]
    entries[station.node] = entry_bytes(altered(entry, state=State.ACTIVE))
    head = sign_head(signer, make_head(Kind.ROSTER, edition.version + 1, entries, 1))
    word = Delegation(number=9, registrar=signer.public_bytes(), created_ms=1)
    delegation = {
        "nobody new": msgspec.msgpack.decode(edition.proof)[0],
        "the hub": sign_record(signer, Context.REGISTRAR, word),
        "the registrar": sign_record(scene.authority.signer, Context.REGISTRAR, word),
    }[delegated_by]
    proof = pack(RosterProof(delegation=delegation, head=head))
    with pytest.raises(SignatureError):
        read_roster(root, proof, whole(entries), scene.authority.roster())
    with pytest.raises(KitDamagedError):
        read_kit(kit_file(delegation, signer, read_kit(station.kit)))


def test_the_registrar_can_not_stand_in_for_the_root_at_home(scene: Scene) -> None:
    version = scene.authority.roster().version
    with pytest.raises(SignatureError):
        scene.authority.replace_registrar(scene.authority.signer, b"n" * 32, above=0)
    assert scene.authority.roster().version == version
