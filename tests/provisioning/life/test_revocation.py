"""A node is withdrawn in two phases; a lost PC is replaced under the same id."""

import pytest

from protocol.envelope.keys import SoftwareSigner
from protocol.errors import (
    AlreadyJoinedError,
    CodeUsedError,
    CodeWrongError,
    NodeStateError,
    NotOnRosterError,
    SignatureError,
    UsageError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_CODE_TRIES, MAX_DRAINED
from protocol.trust.certificate import tls_request
from protocol.trust.kit import read_kit
from protocol.trust.renewal import RenewalRequest
from protocol.trust.roster import Drained, Role, RosterEntry, State
from provisioning.invitation import Invitation
from provisioning.lifecycle import changes
from tests.provisioning.scene import Machine, Scene


@pytest.fixture
def hub(scene: Scene) -> NodeId:
    return scene.join(scene.add_hub())[0].node


@pytest.fixture
def machine(scene: Scene, hub: NodeId) -> Machine:
    return scene.join(scene.add_station(hub))[0]


def entry(scene: Scene, node: NodeId) -> RosterEntry:
    return scene.authority.roster().nodes[node]


def drain(scene: Scene, node: NodeId, upto: int | None = None) -> None:
    scene.authority.change(node, lambda roster: changes.draining(roster, node, upto))


def stop(scene: Scene, node: NodeId) -> None:
    scene.authority.change(node, lambda roster: changes.stopped(roster, node))


def retire(scene: Scene, node: NodeId) -> None:
    scene.authority.change(node, lambda roster: changes.retired(roster, node))


def resume(scene: Scene, node: NodeId) -> None:
    scene.authority.change(node, lambda roster: changes.resumed(roster, node))


def replace(scene: Scene, node: NodeId, upto: int | None = None) -> Invitation:
    return scene.authority.invitations.replace(
        node, lambda roster: changes.replaced(roster, node, upto)
    )


def test_draining_keeps_the_way_open_and_can_be_taken_back(
    scene: Scene, machine: Machine, hub: NodeId
) -> None:
    before = entry(scene, machine.node)
    drain(scene, machine.node, 12)
    assert scene.authority.roster().may_call(machine.node, hub)
    assert (entry(scene, machine.node).state, entry(scene, machine.node).upto) == (
        State.DRAINING,
        12,
    )
    drain(scene, machine.node, 14)  # the clerk had read it out wrongly
    assert entry(scene, machine.node).upto == 14
    resume(scene, machine.node)
    assert entry(scene, machine.node) == before


def test_a_stopped_node_is_not_resumed(scene: Scene, machine: Machine, hub: NodeId) -> None:
    drain(scene, machine.node)
    with pytest.raises(NodeStateError):
        retire(scene, machine.node)
    stop(scene, machine.node)
    assert not scene.authority.roster().may_call(machine.node, hub)
    for change in (resume, drain, stop, retire):
        with pytest.raises(NodeStateError):
            change(scene, machine.node)


def test_a_counter_that_no_station_reaches_is_refused(scene: Scene, machine: Machine) -> None:
    for upto in (-1, 2**53):
        with pytest.raises(UsageError):
            drain(scene, machine.node, upto)
        with pytest.raises(UsageError):
            replace(scene, machine.node, upto)
    assert entry(scene, machine.node).state is State.ACTIVE


def test_who_has_not_joined_is_neither_withdrawn_nor_replaced(scene: Scene, hub: NodeId) -> None:
    invited = scene.add_station(hub).node
    for change in (drain, stop, replace):
        with pytest.raises(NodeStateError):
            change(scene, invited)
        with pytest.raises(NodeStateError):
            change(scene, scene.county)


def test_a_hub_on_its_way_out_carries_and_gets_no_new_children(
    scene: Scene, machine: Machine, hub: NodeId
) -> None:
    drain(scene, hub)
    roster = scene.authority.roster()
    assert roster.may_call(machine.node, hub)
    assert roster.may_call(hub, scene.county)
    with pytest.raises(NodeStateError):
        scene.add_station(hub)
    with pytest.raises(NodeStateError, match="1"):
        stop(scene, hub)
    scene.authority.change(machine.node, lambda r: changes.renamed(r, machine.node, "新村"))
    scene.authority.change(
        machine.node,
        lambda r: changes.moved(
            r, machine.node, scene.authority.policy(), parent=scene.county, code=""
        ),
    )
    stop(scene, hub)
    with pytest.raises(NodeStateError):
        scene.authority.change(
            machine.node,
            lambda r: changes.moved(r, machine.node, scene.authority.policy(), parent=hub, code=""),
        )


def test_another_pc_takes_the_name_and_the_lost_one_is_remembered(
    scene: Scene, machine: Machine
) -> None:
    before = entry(scene, machine.node)
    assert before.keys is not None
    invitation = replace(scene, machine.node, upto=3)
    waiting = entry(scene, machine.node)
    lost = Drained(signing=(before.keys.signing,), tls=(before.tls,), upto=3)
    assert (waiting.state, waiting.keys, waiting.tls) == (State.INVITED, None, b"")
    assert waiting.drained == (lost,)
    assert scene.authority.keys_of(machine.node) is None  # nothing is sealed for the lost PC

    new, admission = scene.join(invitation)

    joined = entry(scene, machine.node)
    assert (new.node, read_kit(invitation.kit).name) == (machine.node, before.name)
    assert admission.node == machine.node
    assert (joined.state, joined.drained) == (State.ACTIVE, (lost,))
    assert (joined.parent, joined.code, joined.name) == (before.parent, before.code, before.name)
    assert joined.keys is not None
    assert joined.keys.signing == new.secrets.node_keys().public().signing
    assert scene.authority.keys_of(machine.node) == new.secrets.node_keys().public()


def test_what_the_lost_pc_sealed_before_it_renewed_its_keys_is_known_too(
    scene: Scene, machine: Machine
) -> None:
    """It may hold envelopes under both keys, and call by either."""
    before = entry(scene, machine.node)
    assert before.keys is not None
    request = RenewalRequest(
        node=bytes.fromhex(machine.node),
        previous=before.keys.signing,
        signing=SoftwareSigner(b"n" * 32).public_bytes(),
        tls_request=tls_request(machine.node, b"n" * 32),
    )
    scene.authority.renew(request)
    renewed = entry(scene, machine.node)
    replace(scene, machine.node)
    (lost,) = entry(scene, machine.node).drained
    assert lost.signing == (request.signing, before.keys.signing)
    assert lost.tls == (renewed.tls, before.tls)


def test_a_replaced_node_survives_a_restart_of_the_authority(
    scene: Scene, machine: Machine
) -> None:
    invitation = replace(scene, machine.node)
    before = entry(scene, machine.node)
    scene.reopen()
    assert entry(scene, machine.node) == before
    assert scene.authority.keys_of(machine.node) is None
    scene.join(invitation)


def test_a_cloned_kit_joins_once(scene: Scene, machine: Machine) -> None:
    invitation = replace(scene, machine.node)
    first, clone = scene.machine(invitation), scene.machine(invitation)
    for one in (first, first):  # its answer was lost, and it asks again
        parcel, digest = one.parcel(invitation.code)
        one.accept(invitation.code, digest, scene.authority.admit(parcel, scene.opening_key))
    with pytest.raises(CodeUsedError):
        scene.authority.admit(clone.parcel(invitation.code)[0], scene.opening_key)
    joined = entry(scene, machine.node).keys
    assert joined is not None
    assert joined.signing == first.secrets.node_keys().public().signing


def test_the_lost_pc_does_not_come_back_with_the_new_kit(scene: Scene, machine: Machine) -> None:
    invitation = replace(scene, machine.node)
    again = Machine(kit=read_kit(invitation.kit), secrets=machine.secrets)
    with pytest.raises(SignatureError):
        scene.authority.admit(again.parcel(invitation.code)[0], scene.opening_key)
    scene.join(invitation)  # the code was not spent


def test_the_code_of_the_lost_pc_is_good_no_more(scene: Scene, hub: NodeId) -> None:
    invitation = scene.add_station(hub)
    old = scene.machine(invitation)
    parcel, _ = old.parcel(invitation.code)
    scene.authority.admit(parcel, scene.opening_key)
    replace(scene, invitation.node)
    with pytest.raises(CodeWrongError):
        scene.authority.admit(parcel, scene.opening_key)


def test_the_new_pc_can_be_invited_again(scene: Scene, machine: Machine) -> None:
    replace(scene, machine.node)
    again = scene.authority.invitations.invite_again(machine.node)
    scene.join(again)
    with pytest.raises(AlreadyJoinedError):
        scene.authority.invitations.invite_again(machine.node)


def test_a_kit_of_somebody_who_was_retired_meanwhile_does_not_join(
    scene: Scene, hub: NodeId
) -> None:
    invitation = scene.add_station(hub)
    scene.authority.change(invitation.node, lambda r: changes.retired(r, invitation.node))
    with pytest.raises(NodeStateError):
        scene.join(invitation)
    assert entry(scene, invitation.node).state is State.RETIRED


def test_of_many_lost_pcs_the_newest_are_remembered(scene: Scene, machine: Machine) -> None:
    drain(scene, machine.node, 7)
    keys: list[bytes] = []
    for _ in range(MAX_DRAINED + 1):
        present = entry(scene, machine.node).keys
        assert present is not None
        keys.insert(0, present.signing)
        scene.join(replace(scene, machine.node))
    lost = entry(scene, machine.node).drained
    assert [one.signing for one in lost] == [(key,) for key in keys[:MAX_DRAINED]]
    assert {one.upto for one in lost} == {None}


def test_what_a_draining_pc_was_counted_to_holds_after_it_is_replaced(
    scene: Scene, machine: Machine
) -> None:
    drain(scene, machine.node, 7)
    scene.join(replace(scene, machine.node))
    assert entry(scene, machine.node).upto is None
    assert entry(scene, machine.node).drained[0].upto == 7


def test_a_lost_pc_gets_no_new_keys(scene: Scene, machine: Machine) -> None:
    own = machine.secrets.node_keys().public().signing
    request = RenewalRequest(
        node=bytes.fromhex(machine.node),
        previous=own,
        signing=SoftwareSigner(b"n" * 32).public_bytes(),
        tls_request=machine.request().tls_request,
    )
    invitation = replace(scene, machine.node)
    with pytest.raises(NotOnRosterError):
        scene.authority.renew(request)
    scene.join(invitation)
    with pytest.raises(SignatureError):
        scene.authority.renew(request)


@pytest.mark.parametrize("which", [0, 1], ids=["first", "last"])
def test_no_lost_pc_comes_back_with_the_new_kit(scene: Scene, machine: Machine, which: int) -> None:
    """Whoever has found one may have kit and code too: its keys are not believed again."""
    second, _ = scene.join(replace(scene, machine.node))
    invitation = replace(scene, machine.node)
    found = Machine(kit=read_kit(invitation.kit), secrets=(machine, second)[which].secrets)
    with pytest.raises(SignatureError):
        scene.authority.admit(found.parcel(invitation.code)[0], scene.opening_key)
    assert entry(scene, machine.node).state is State.INVITED
    scene.join(invitation)


def test_a_hub_is_replaced_with_its_children(scene: Scene, hub: NodeId, machine: Machine) -> None:
    url = entry(scene, hub).url
    scene.join(replace(scene, hub))
    roster = scene.authority.roster()
    assert (roster.nodes[hub].role, roster.nodes[hub].url) == (Role.HUB, url)
    assert roster.may_call(machine.node, hub)


def test_a_lost_pc_that_looks_for_its_hub_leaves_its_successor_the_code(scene: Scene) -> None:
    station = scene.add_station()
    lost = scene.machine(station)
    parcel, digest = lost.parcel(station.code)
    lost.accept(station.code, digest, scene.authority.admit(parcel, scene.opening_key))
    again = replace(scene, station.node)
    for _ in range(MAX_CODE_TRIES + 1):  # it sends its old request each hour
        with pytest.raises(CodeWrongError):
            scene.authority.admit(parcel, scene.opening_key)
    scene.authority.admit(scene.machine(again).parcel(again.code)[0], scene.opening_key)


def test_a_stopped_pc_that_asks_again_learns_nothing_more(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    parcel, _ = machine.parcel(station.code)
    scene.authority.admit(parcel, scene.opening_key)
    drain(scene, station.node)
    scene.authority.admit(parcel, scene.opening_key)  # what it sealed still has to find its way
    scene.authority.change(station.node, lambda roster: changes.stopped(roster, station.node))
    with pytest.raises(NodeStateError):
        scene.authority.admit(parcel, scene.opening_key)
