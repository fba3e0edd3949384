"""A hub that was imported without an address says itself where it is called, once, by its code."""

import msgspec
import pytest
from cryptography import x509

from protocol.errors import (
    AddressMissingError,
    AddressOtherError,
    AddressTakenError,
    CodeUsedError,
    JoinWaitingError,
    MalformedError,
)
from protocol.ids import NodeId
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role, RosterEntry, State
from provisioning.enrolment.address import check_free
from provisioning.enrolment.tables import Verdict
from provisioning.invitation import Invitation, NewNode
from provisioning.lifecycle.changes import readdressed
from provisioning.policy import FILE
from tests.provisioning.scene import HUB_URL, Machine, Scene

OTHER_URL = "https://10.3.0.7:8441"
HUB, OTHER = NodeId("1" * 16), NodeId("2" * 16)


def imported_hub(scene: Scene) -> Invitation:
    """A hub from a table whose columns are code, name, role, parent and contact."""
    (invitation,) = scene.authority.invitations.add_all(
        [NewNode(role=Role.HUB, code="451423103", name="水口镇", contact="0771-1234567")]
    )
    return invitation


def join(scene: Scene, machine: Machine, code: str, url: str = "") -> bytes:
    request = msgspec.structs.replace(machine.request(), url=url)
    return scene.authority.admit(machine.parcel(code, request)[0], scene.opening_key)


def test_the_address_of_the_request_comes_onto_the_roster_and_into_the_certificate(
    scene: Scene,
) -> None:
    hub = imported_hub(scene)
    machine = scene.machine(hub)
    request = msgspec.structs.replace(machine.request(), url=HUB_URL + "/")
    parcel, digest = machine.parcel(hub.code, request)
    answer = scene.authority.admit(parcel, scene.opening_key)
    admission, roster = machine.accept(hub.code, digest, answer)
    assert (roster.nodes[hub.node].url, roster.nodes[hub.node].state) == (HUB_URL, State.ACTIVE)
    certificate = x509.load_der_x509_certificate(admission.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hub.example.cn"]
    scene.reopen()
    assert scene.authority.roster().nodes[hub.node].url == HUB_URL


def test_without_any_address_the_hub_is_refused_and_its_code_stays_good(scene: Scene) -> None:
    hub = imported_hub(scene)
    machine, version = scene.machine(hub), scene.authority.roster().version
    for _ in range(12):  # more than wrong codes are allowed
        with pytest.raises(AddressMissingError, match=r"--url .*yizhan-provision address"):
            join(scene, machine, hub.code)
    assert scene.authority.roster().version == version
    assert join(scene, machine, hub.code, HUB_URL)


def test_an_address_that_the_county_gave_meanwhile_is_enough(scene: Scene) -> None:
    hub = imported_hub(scene)
    machine = scene.machine(hub)
    scene.authority.change(hub.node, lambda roster: readdressed(roster, hub.node, OTHER_URL))
    assert join(scene, machine, hub.code)
    assert scene.authority.roster().nodes[hub.node].url == OTHER_URL


def test_the_rosters_address_wins_and_another_is_refused_by_name(scene: Scene) -> None:
    hub = scene.add_hub()
    machine = scene.machine(hub)
    with pytest.raises(AddressOtherError, match=r"hub\.example\.cn"):
        join(scene, machine, hub.code, OTHER_URL)
    assert join(scene, machine, hub.code, HUB_URL + "/")  # equal, if written a little otherwise
    assert scene.authority.roster().nodes[hub.node].url == HUB_URL


@pytest.mark.parametrize("url", ["http://hub:1", "https://", "https://a/b", "x" * 400])
def test_what_is_no_address_is_refused_and_spends_no_code(scene: Scene, url: str) -> None:
    hub = imported_hub(scene)
    machine = scene.machine(hub)
    with pytest.raises(MalformedError):
        join(scene, machine, hub.code, url)
    assert join(scene, machine, hub.code, HUB_URL)


def test_a_station_can_not_make_itself_somebody_to_call(scene: Scene) -> None:
    station = scene.add_station()
    with pytest.raises(MalformedError):
        join(scene, scene.machine(station), station.code, HUB_URL)


def test_after_a_lost_answer_the_address_need_not_be_typed_again(scene: Scene) -> None:
    hub = imported_hub(scene)
    machine = scene.machine(hub)
    first = join(scene, machine, hub.code, HUB_URL)
    assert join(scene, machine, hub.code, HUB_URL) == first
    assert join(scene, machine, hub.code)
    with pytest.raises(AddressOtherError):
        join(scene, machine, hub.code, OTHER_URL)
    with pytest.raises(CodeUsedError):  # a copy of the kit has other keys
        join(scene, scene.machine(hub), hub.code, HUB_URL)


def test_who_approves_sees_the_address(scene: Scene) -> None:
    (scene.data / "authority" / FILE).write_text("[enrolment]\napproval = 'manual'")
    hub = imported_hub(scene)
    machine = scene.machine(hub)
    with pytest.raises(AddressMissingError):  # before anybody is asked
        join(scene, machine, hub.code)
    assert scene.authority.admissions.waiting() == []
    with pytest.raises(JoinWaitingError):
        join(scene, machine, hub.code, HUB_URL)
    (who,) = scene.authority.admissions.waiting()
    assert who.url == HUB_URL
    scene.authority.admissions.judge(hub.node, Verdict.APPROVED)
    with pytest.raises(JoinWaitingError):  # a word holds for what was looked at
        join(scene, machine, hub.code, OTHER_URL)


def test_a_kit_below_a_hub_without_address_names_the_hub_alone(scene: Scene) -> None:
    hub = imported_hub(scene)
    kit = read_kit(scene.add_station(hub.node).kit)
    assert (kit.parent.node, kit.parent.url) == (hub.node, "")
    assert kit.county.url


@pytest.mark.parametrize("state", list(State))
def test_an_address_is_free_again_when_its_node_is_retired(state: State) -> None:
    url = "https://10.1.1.1:8441"
    entry = RosterEntry(role=Role.HUB, state=state, code="451423103000", name="水口镇", url=url)
    nodes = {HUB: entry}
    check_free(nodes, url, HUB)
    check_free(nodes, "https://10.1.1.1:8442", OTHER)
    if state is State.RETIRED:
        check_free(nodes, url, OTHER)
    else:
        with pytest.raises(AddressTakenError, match="水口镇"):
            check_free(nodes, url, OTHER)
