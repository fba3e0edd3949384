"""Codes expire, and where the policy says so a person has the last word."""

import pytest

from protocol.errors import (
    AlreadyJoinedError,
    CodeExpiredError,
    CodeUsedError,
    CodeWrongError,
    JoinRejectedError,
    JoinTwiceError,
    JoinWaitingError,
    NodeUnknownError,
)
from protocol.limits import MAX_JOINS_OF_NODE
from protocol.trust.fingerprint import fingerprint
from protocol.trust.kit import read_kit
from protocol.trust.roster import State
from provisioning.enrolment.tables import Verdict
from provisioning.invitation import Invitation
from provisioning.policy import FILE
from tests.provisioning.scene import Machine, Scene

DAY_MS = 86_400_000


def ask(scene: Scene, machine: Machine, code: str) -> bytes:
    return scene.authority.admit(machine.parcel(code)[0], scene.opening_key)


@pytest.fixture
def careful(scene: Scene) -> Scene:
    """A county in which each node is approved by hand."""
    (scene.data / "authority" / FILE).write_text("[enrolment]\napproval = 'manual'")
    return scene


@pytest.fixture
def station(careful: Scene) -> Invitation:
    return careful.add_station()


def test_a_right_code_waits_for_a_persons_word(careful: Scene, station: Invitation) -> None:
    machine = careful.machine(station)
    for _ in range(3):
        with pytest.raises(JoinWaitingError):
            ask(careful, machine, station.code)
    (who,) = careful.authority.admissions.waiting()
    assert who.node == station.node
    assert who.fingerprint == fingerprint(machine.secrets.node_keys().public().signing)
    assert careful.authority.roster().nodes[station.node].state is State.INVITED
    careful.authority.admissions.judge(station.node, Verdict.APPROVED)
    assert careful.authority.admissions.waiting() == []
    assert ask(careful, machine, station.code) == ask(careful, machine, station.code)
    assert careful.authority.roster().active(station.node)


def test_a_wrong_code_does_not_get_as_far_as_the_list(careful: Scene, station: Invitation) -> None:
    with pytest.raises(CodeWrongError):
        ask(careful, careful.machine(station), "7KQF-3M2P-9XTD")
    assert careful.authority.admissions.waiting() == []


def words_of(machine: Machine) -> str:
    return fingerprint(machine.secrets.node_keys().public().signing)


def wait(scene: Scene, machine: Machine, code: str) -> None:
    with pytest.raises(JoinWaitingError):
        ask(scene, machine, code)


def second_requests(scene: Scene) -> list[str]:
    entries = scene.authority.audit.newest(0, 99)
    return [e.detail["fingerprint"] for e in entries if e.action == "enrolment.two-requests"]


def test_a_word_is_for_the_keys_that_were_compared(careful: Scene, station: Invitation) -> None:
    """Somebody with a copy of kit and code asks while the approved PC is on its way."""
    admissions = careful.authority.admissions
    right, wrong = careful.machine(station), careful.machine(station)
    wait(careful, right, station.code)
    admissions.judge(station.node, Verdict.APPROVED)
    wait(careful, wrong, station.code)
    assert admissions.suspicions() == {station.node: ["two-requests"]}
    assert second_requests(careful) == [words_of(wrong)]
    with pytest.raises(JoinTwiceError):
        admissions.judge(station.node, Verdict.APPROVED)
    with pytest.raises(JoinTwiceError):
        admissions.judge(station.node, Verdict.APPROVED, words_of(wrong))
    assert ask(careful, right, station.code)  # still the one that was compared
    assert admissions.waiting() == [], "nobody can be approved under a code that is spent"
    keys = careful.authority.keys_of(station.node)
    assert keys == right.secrets.node_keys().public()


@pytest.mark.parametrize("first", ["right", "wrong"])
def test_of_two_requests_under_one_code_the_word_must_say_which(
    careful: Scene, station: Invitation, first: str
) -> None:
    admissions = careful.authority.admissions
    right, wrong = careful.machine(station), careful.machine(station)
    for machine in (right, wrong) if first == "right" else (wrong, right):
        for _ in range(2):
            wait(careful, machine, station.code)
    shown = admissions.waiting()
    assert {one.fingerprint for one in shown} == {words_of(right), words_of(wrong)}
    assert [one.others for one in shown] == [1, 1]
    with pytest.raises(JoinTwiceError, match=words_of(right)):
        admissions.judge(station.node, Verdict.APPROVED)
    with pytest.raises(NodeUnknownError):
        admissions.judge(station.node, Verdict.APPROVED, words_of(careful.machine(station)))
    named = next(one for one in shown if one.fingerprint == words_of(right))
    compared = named.digest.hex() if first == "right" else f" {named.fingerprint} "
    assert admissions.judge(station.node, Verdict.APPROVED, compared).digest == named.digest
    wait(careful, wrong, station.code)
    admissions.judge(station.node, Verdict.REJECTED, words_of(wrong))
    with pytest.raises(JoinRejectedError):
        ask(careful, wrong, station.code)
    assert ask(careful, right, station.code)
    admissions.dismiss(station.node)
    assert admissions.suspicions() == {}
    with pytest.raises(CodeUsedError):  # the copy is still about
        ask(careful, careful.machine(station), station.code)
    assert admissions.suspicions() == {station.node: ["two-requests"]}


def test_requests_under_one_code_are_kept_up_to_a_number(
    careful: Scene, station: Invitation
) -> None:
    machines = [careful.machine(station) for _ in range(MAX_JOINS_OF_NODE + 1)]
    for machine in machines:
        wait(careful, machine, station.code)
    shown = careful.authority.admissions.waiting()
    assert {one.fingerprint for one in shown} == {words_of(one) for one in machines[:-1]}


def test_who_was_rejected_stays_out_until_invited_again(
    careful: Scene, station: Invitation
) -> None:
    machine = careful.machine(station)
    with pytest.raises(JoinWaitingError):
        ask(careful, machine, station.code)
    careful.authority.admissions.judge(station.node, Verdict.REJECTED)
    with pytest.raises(JoinRejectedError):
        ask(careful, machine, station.code)
    again = careful.authority.invitations.invite_again(station.node)
    assert again.node == station.node
    machine.kit = read_kit(again.kit)
    with pytest.raises(CodeWrongError):
        ask(careful, machine, station.code)
    with pytest.raises(JoinWaitingError):
        ask(careful, machine, again.code)
    careful.authority.admissions.judge(station.node, Verdict.APPROVED)
    assert ask(careful, machine, again.code)
    with pytest.raises(AlreadyJoinedError):
        careful.authority.invitations.invite_again(station.node)


def test_a_word_on_nobody_is_refused(careful: Scene, station: Invitation) -> None:
    with pytest.raises(NodeUnknownError):
        careful.authority.admissions.judge(station.node, Verdict.APPROVED)


def test_the_list_and_the_words_outlast_a_restart(careful: Scene, station: Invitation) -> None:
    machine = careful.machine(station)
    with pytest.raises(JoinWaitingError):
        ask(careful, machine, station.code)
    careful.reopen()
    assert len(careful.authority.admissions.waiting()) == 1
    careful.authority.admissions.judge(station.node, Verdict.APPROVED)
    careful.reopen()
    assert ask(careful, machine, station.code)


def test_a_code_is_good_for_thirty_days(scene: Scene) -> None:
    early, late = scene.add_station(), scene.add_station()
    scene.clock.tick(30 * DAY_MS / 1000)  # exactly so long
    machine = scene.machine(early)
    assert ask(scene, machine, early.code)
    scene.clock.tick(0.001)
    with pytest.raises(CodeExpiredError):
        ask(scene, scene.machine(late), late.code)
    assert ask(scene, machine, early.code)  # its answer was lost; the code was spent in time
    again = scene.authority.invitations.invite_again(late.node)
    assert ask(scene, scene.machine(again), again.code)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("years", [17, -17])
def test_no_date_makes_a_code_old_or_young(scene: Scene, years: int, *, restarts: bool) -> None:
    """The county's machine said 2009 when the kits were made, and then it was set."""
    station, other = scene.add_station(), scene.add_station()
    scene.clock.jump_wall(ms=years * 365 * DAY_MS)
    if restarts:
        scene.reopen()
    assert ask(scene, scene.machine(station), station.code)
    scene.clock.tick(31 * DAY_MS / 1000)
    with pytest.raises(CodeExpiredError):
        ask(scene, scene.machine(other), other.code)
