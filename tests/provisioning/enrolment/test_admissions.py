"""A one-time code admits one machine, once, and only to its own county."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from protocol.envelope.keys import PublicKeys, new_signer
from protocol.errors import (
    CodeBlockedError,
    CodeUsedError,
    CodeWrongError,
    KitForeignError,
    KitOutdatedError,
    MalformedError,
    NodeUnknownError,
    SignatureError,
    StoreError,
    YizhanError,
)
from protocol.limits import CODE_PAUSE_S, MAX_CODE_TRIES
from protocol.trust.certificate import certificate_key_hash, certificate_node, tls_request
from protocol.trust.enrolment import JoinRequest, new_code
from protocol.trust.kit import make_ticket, read_kit, read_ticket
from protocol.trust.roster import State
from provisioning.authority import Authority
from provisioning.store import Store
from tests.provisioning.scene import Machine, Scene


def admit(scene: Scene, machine: Machine, code: str) -> bytes:
    return scene.authority.admit(machine.parcel(code)[0], scene.opening_key)


def test_a_machine_with_kit_and_code_becomes_the_node(scene: Scene) -> None:
    hub = scene.add_hub()
    machine, admission = scene.join(hub)
    roster, keys = scene.authority.roster(), machine.secrets.node_keys().public()
    entry = roster.active(hub.node)
    assert entry is not None
    assert entry.tls == certificate_key_hash(admission.certificate)
    assert certificate_node(admission.certificate) == hub.node
    assert entry.keys == PublicKeys(signing=keys.signing)  # sealing keys stay off the roster
    assert scene.authority.keys_of(hub.node) == keys
    assert (roster.version, admission.roster_proof) == (3, roster.edition.proof)


def test_the_node_accepts_the_answer_and_finds_itself_on_the_roster(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    parcel, digest = machine.parcel(station.code)
    answer = scene.authority.admit(parcel, scene.opening_key)
    admission, roster = machine.accept(station.code, digest, answer)
    assert roster.nodes == scene.authority.roster().nodes
    assert (admission.node, roster.nodes[station.node].state) == (station.node, State.ACTIVE)


def test_a_lost_answer_is_given_again_word_for_word(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    first = admit(scene, machine, station.code)
    assert admit(scene, machine, station.code) == first
    scene.reopen()
    assert admit(scene, machine, station.code) == first
    assert scene.authority.roster().version == 3


def test_a_repeated_admission_brings_the_newest_roster(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    admit(scene, machine, station.code)
    hub = scene.add_hub()
    parcel, digest = machine.parcel(station.code)
    answer = scene.authority.admit(parcel, scene.opening_key)
    assert hub.node in machine.accept(station.code, digest, answer)[1].nodes


def test_a_code_typed_carelessly_is_still_the_code(scene: Scene) -> None:
    station = scene.add_station()
    assert admit(scene, scene.machine(station), station.code.lower().replace("-", " "))


def test_another_machine_can_not_use_a_spent_code(scene: Scene) -> None:
    station = scene.add_station()
    first, _ = scene.join(station)
    with pytest.raises(CodeUsedError):
        admit(scene, scene.machine(station), station.code)
    assert scene.authority.keys_of(station.node) == first.secrets.node_keys().public()
    assert scene.authority.roster().version == 3


def test_a_wrong_code_is_refused_and_the_right_one_still_works(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    for _ in range(MAX_CODE_TRIES - 1):
        with pytest.raises(CodeWrongError):
            admit(scene, machine, new_code(scene.randomness))
    assert admit(scene, machine, station.code)


def test_after_ten_wrong_codes_one_a_minute_is_looked_at_and_the_county_is_told(
    scene: Scene,
) -> None:
    station = scene.add_station()
    machine, admissions = scene.machine(station), scene.authority.admissions
    for at in range(MAX_CODE_TRIES):
        assert admissions.suspicions().get(station.node, []) == [], at
        with pytest.raises(CodeWrongError):
            admit(scene, machine, new_code(scene.randomness))
    assert admissions.suspicions() == {station.node: ["wrong-codes"]}
    (noted,) = [e for e in scene.authority.audit.newest(0, 99) if "wrong-codes" in e.action]
    assert (noted.subject, noted.detail["times"]) == (station.node, MAX_CODE_TRIES)
    for code in (new_code(scene.randomness), station.code):  # neither is looked at
        with pytest.raises(CodeBlockedError):
            admit(scene, machine, code)
    scene.clock.tick(CODE_PAUSE_S - 1)
    with pytest.raises(CodeBlockedError):
        admit(scene, machine, station.code)
    scene.clock.tick(1)
    with pytest.raises(CodeWrongError):
        admit(scene, machine, new_code(scene.randomness))
    with pytest.raises(CodeBlockedError):
        admit(scene, machine, station.code)
    scene.clock.tick(CODE_PAUSE_S)
    assert admit(scene, machine, station.code)


def test_a_stranger_with_a_found_kit_can_not_reach_the_kit_that_is_made_anew(
    scene: Scene,
) -> None:
    station = scene.add_station()
    stranger = scene.machine(station)
    for _ in range(MAX_CODE_TRIES):
        with pytest.raises(CodeWrongError):
            admit(scene, stranger, new_code(scene.randomness))
    again = scene.authority.invitations.invite_again(station.node)
    assert scene.authority.admissions.suspicions() == {}
    for _ in range(MAX_CODE_TRIES + 1):
        with pytest.raises(KitOutdatedError):
            admit(scene, stranger, new_code(scene.randomness))
    assert scene.authority.admissions.suspicions() == {}
    assert admit(scene, scene.machine(again), again.code)


def test_wrong_codes_after_joining_do_not_take_the_answer_away(scene: Scene) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    first = admit(scene, machine, station.code)
    for error in [CodeWrongError] * MAX_CODE_TRIES + [CodeBlockedError] * 2:
        with pytest.raises(error):
            admit(scene, machine, new_code(scene.randomness))
    assert admit(scene, machine, station.code) == first


def test_one_kit_s_code_does_not_open_another_kit(scene: Scene) -> None:
    mine, other = scene.add_station(), scene.add_station()
    with pytest.raises(CodeWrongError):
        admit(scene, scene.machine(mine), other.code)


def test_a_kit_of_another_county_is_refused(scene: Scene, tmp_path: Path) -> None:
    neighbour = Scene(data=tmp_path / "neighbour", seed=2)
    station = neighbour.add_station()
    with pytest.raises(KitForeignError):
        admit(scene, neighbour.machine(station), station.code)
    neighbour.authority.close()


def test_a_kit_that_mixes_two_counties_is_refused(scene: Scene, tmp_path: Path) -> None:
    neighbour = Scene(data=tmp_path / "neighbour", seed=2)
    station = scene.add_station()
    machine = scene.machine(station)
    machine.kit = msgspec.structs.replace(machine.kit, root=neighbour.authority.root_public)
    with pytest.raises(KitForeignError, match="another root"):
        admit(scene, machine, station.code)
    neighbour.authority.close()


@pytest.mark.parametrize("who", ["nobody", "the county"])
def test_a_node_that_was_never_invited_is_refused(scene: Scene, who: str) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    node = scene.county if who == "the county" else "0" * 16
    registrar = scene.authority._register.registrar
    ticket = make_ticket(registrar.signed_delegation, registrar.signer, node, bytes(8))
    machine.kit = msgspec.structs.replace(machine.kit, node=node, ticket=ticket)
    with pytest.raises(NodeUnknownError):
        admit(scene, machine, station.code)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("no request at all", MalformedError),
        ("a request for another node", MalformedError),
        ("a request that its key did not sign", SignatureError),
        ("no key to seal with", MalformedError),
        ("a key of the wrong length", MalformedError),
    ],
)
def test_a_faulty_request_is_refused_and_does_not_spend_the_code(
    scene: Scene, fault: str, error: type[YizhanError]
) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    whole = machine.request()
    request = tls_request(station.node, machine.secrets.tls)
    faulty: dict[str, JoinRequest] = {
        "no request at all": msgspec.structs.replace(whole, tls_request=b"\x30\x00"),
        "a request for another node": msgspec.structs.replace(
            whole, tls_request=tls_request(scene.county, machine.secrets.tls)
        ),
        "a request that its key did not sign": msgspec.structs.replace(
            whole, tls_request=request[:-1] + bytes([request[-1] ^ 1])
        ),
        "no key to seal with": msgspec.structs.replace(
            whole, keys=PublicKeys(signing=whole.keys.signing)
        ),
        "a key of the wrong length": msgspec.structs.replace(
            whole, keys=msgspec.structs.replace(whole.keys, x25519=bytes(31))
        ),
    }
    parcel, _ = machine.parcel(station.code, faulty[fault])
    with pytest.raises(error):
        scene.authority.admit(parcel, scene.opening_key)
    assert scene.authority.roster().version == 2
    assert admit(scene, machine, station.code)


def test_of_two_machines_at_the_same_moment_exactly_one_joins(scene: Scene) -> None:
    station = scene.add_station()
    machines = [scene.machine(station) for _ in range(6)]
    parcels = [machine.parcel(station.code)[0] for machine in machines]
    start = threading.Barrier(len(parcels))

    def race(number: int) -> bool:
        start.wait()
        try:
            scene.authority.admit(parcels[number], scene.opening_key)
        except CodeUsedError:
            return False
        return True

    with ThreadPoolExecutor(len(parcels)) as pool:
        joined = list(pool.map(race, range(len(parcels))))
    assert sum(joined) == 1
    winner = machines[joined.index(True)].secrets.node_keys().public()
    assert scene.authority.keys_of(station.node) == winner
    assert scene.authority.roster().version == 3


def test_many_joins_at_once_each_get_their_own_version(scene: Scene) -> None:
    invitations = [scene.add_station() for _ in range(8)]
    parcels = [scene.machine(i).parcel(i.code)[0] for i in invitations]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda parcel: scene.authority.admit(parcel, scene.opening_key), parcels)
        )
    assert len(set(answers)) == 8
    roster = scene.authority.roster()
    assert roster.version == 1 + 8 + 8
    assert all(roster.active(invitation.node) for invitation in invitations)


@pytest.mark.parametrize("step", ["put_entry", "put_proof"])
def test_a_disk_that_fails_in_the_middle_leaves_all_as_it_was(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    station = scene.add_station()
    machine = scene.machine(station)

    def fail(*_args: object) -> None:
        raise StoreError("the disk went away")

    with monkeypatch.context() as fault:
        fault.setattr(Store, step, fail)
        with pytest.raises(StoreError):
            admit(scene, machine, station.code)
        with pytest.raises(StoreError):
            scene.add_hub()
    for _ in ("while it runs", "after a restart"):
        assert scene.authority.roster().version == 2
        assert scene.authority.keys_of(station.node) is None
        scene.reopen()
    assert admit(scene, machine, station.code)


def test_no_code_is_kept_in_any_file(scene: Scene) -> None:
    invitations = [scene.add_hub(), scene.add_station(), scene.add_station()]
    scene.join(invitations[0])
    files = [path.read_bytes() for path in scene.data.rglob("*") if path.is_file()]
    scene.authority.close()
    files += [path.read_bytes() for path in scene.data.rglob("*") if path.is_file()]
    for code in (invitation.code for invitation in invitations):
        for spelled in (code, code.replace("-", ""), code.lower(), code[:9]):
            assert not any(spelled.encode() in data for data in files)
    kits = [invitation.kit for invitation in invitations]
    assert not any(i.code[:9].encode() in kit for i in invitations for kit in kits)


def test_two_programs_on_one_folder_can_not_sign_one_number_twice(scene: Scene) -> None:
    """The lock of the data folder keeps them apart; if it ever fails, the database does."""
    station = scene.add_station()
    second = Authority.open(
        scene.data / "authority", clock=scene.clock, randomness=scene.randomness
    )
    scene.add_hub()  # takes version 3
    with pytest.raises(StoreError, match="SQLITE_CONSTRAINT"):
        second.admit(scene.machine(station).parcel(station.code)[0], scene.opening_key)
    second.close()
    assert scene.join(station)[1].certificate
    assert scene.authority.roster().version == 4


def test_who_was_invited_when_is_known_until_he_joins(scene: Scene) -> None:
    station, hub = scene.add_station(), scene.add_hub()
    made_ms = scene.clock.now_ms()
    assert scene.authority.invited_ms() == {station.node: made_ms, hub.node: made_ms}
    scene.join(station)
    scene.clock.tick(60)
    scene.authority.invitations.invite_again(hub.node)
    assert scene.authority.invited_ms() == {hub.node: made_ms + 60_000}


def test_a_ticket_that_the_registrar_did_not_sign_for_this_node_is_none(scene: Scene) -> None:
    station, other = scene.add_station(), scene.add_station()
    machine = scene.machine(station)
    real, registrar = read_ticket(machine.kit.root, machine.kit.ticket), scene.authority._register
    proof, stranger = registrar.registrar.signed_delegation, new_signer(scene.randomness)
    for ticket in (
        b"",
        make_ticket(proof, stranger, station.node, real.invitation),
        read_kit(other.kit).ticket,
    ):
        parcel = msgspec.structs.replace(machine.parcel(station.code)[0], ticket=ticket)
        with pytest.raises(KitForeignError, match="no ticket"):
            scene.authority.admit(parcel, scene.opening_key)
    assert admit(scene, machine, station.code)
