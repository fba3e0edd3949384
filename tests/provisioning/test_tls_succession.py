"""Another TLS authority: named before it issues, kept while it counts, and gone afterwards."""

from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.errors import DamagedError, NotOnRosterError, RekeyError
from protocol.limits import MAX_AUTHORITIES
from protocol.trust.certificate import certificate_key_hash, certificate_node, is_issued_by
from protocol.trust.kit import read_kit
from protocol.trust.roster import NextAuthority, State
from provisioning.keyfiles import read_seed
from tests.provisioning.scene import Scene
from tests.provisioning.test_renewals import request


def announce(scene: Scene) -> bytes:
    certificate = scene.authority.succession.prepare()
    scene.authority.succession.announce(certificate, scene.clock.now_ms())
    return certificate


def replaced(scene: Scene, *, stolen: bool = False) -> bytes:
    certificate = announce(scene)
    scene.authority.succession.use(stolen=stolen)
    return certificate


def files(scene: Scene) -> set[str]:
    return {path.name for path in (scene.data / "authority").glob("ca*")}


def counted(scene: Scene) -> tuple[bytes, ...]:
    return scene.authority.roster().authorities(b"of a kit")


def test_each_step_stands_on_the_roster_and_outlives_a_start(scene: Scene) -> None:
    first = scene.authority.ca_der
    second = announce(scene)
    for _ in range(2):
        assert counted(scene) == (b"of a kit", second)
        assert scene.authority.ca_der == first
        scene.reopen()
    used = scene.authority.succession.use(stolen=False)
    assert used.county()[1].next_authority is None
    for _ in range(2):
        assert counted(scene) == (second, first)
        assert scene.authority.ca_der == second
        assert is_issued_by(scene.authority.county_certificate(), second)
        scene.reopen()
    assert files(scene) == {"ca.key", "ca.der", "ca-1.key", "ca-1.der"}
    scene.authority.succession.drop()
    for _ in range(2):
        assert counted(scene) == (second,)
        assert files(scene) == {"ca-1.key", "ca-1.der"}
        scene.reopen()
    third = replaced(scene)
    assert counted(scene) == (third, second)
    assert "ca-2.key" in files(scene)


def test_the_county_s_key_stays(scene: Scene) -> None:
    county, entry = scene.authority.roster().county()
    replaced(scene)
    certificate = scene.authority.county_certificate()
    assert certificate_key_hash(certificate) == entry.tls
    assert certificate_node(certificate) == county
    assert scene.authority.roster().county()[1].tls == entry.tls


def test_a_stolen_one_goes_in_the_same_step(scene: Scene) -> None:
    second = replaced(scene, stolen=True)
    assert counted(scene) == (second,)
    assert files(scene) == {"ca-1.key", "ca-1.der"}


def test_who_joins_or_renews_or_asks_again_gets_a_certificate_of_the_one_in_use(
    scene: Scene,
) -> None:
    invitation = scene.add_hub()
    hub, admission = scene.join(invitation)
    first, drawer = scene.authority.ca_der, scene.add_station()
    assert read_kit(drawer.kit).ca == first
    old = admission.certificate
    second = replaced(scene)
    assert read_kit(scene.authority.invitations.invite_again(drawer.node).kit).ca == second

    fresh = scene.authority.certify(hub.node)
    assert (is_issued_by(old, first), is_issued_by(fresh, second)) == (True, True)
    assert certificate_key_hash(fresh) == certificate_key_hash(old)
    assert certificate_node(fresh) == hub.node
    assert scene.authority.certify(hub.node) == fresh  # asked again, the same again
    version = scene.authority.roster().version
    parcel, digest = hub.parcel(invitation.code)
    answer = scene.authority.admit(parcel, scene.opening_key)
    assert hub.accept(invitation.code, digest, answer)[0].certificate == fresh
    assert scene.authority.roster().version == version

    keys = hub.secrets.node_keys().signer.public_bytes()
    renewed = scene.authority.renew(request(scene, hub, keys, 5))
    assert is_issued_by(renewed, second)


def test_a_renewal_whose_answer_was_lost_gets_it_of_the_one_in_use(scene: Scene) -> None:
    machine, _ = scene.join(scene.add_station())
    asked = request(scene, machine, machine.secrets.node_keys().signer.public_bytes(), 6)
    before = scene.authority.renew(asked)
    second = replaced(scene)
    after = scene.authority.renew(asked)
    assert certificate_key_hash(after) == certificate_key_hash(before)
    assert is_issued_by(after, second)


@pytest.mark.parametrize("state", [State.STOPPED, State.SUSPENDED, State.RETIRED])
def test_who_may_not_speak_gets_none(scene: Scene, state: State) -> None:
    machine, _ = scene.join(scene.add_station())
    scene.authority.change(
        machine.node, lambda roster: altered(roster.nodes[machine.node], state=state)
    )
    with pytest.raises(NotOnRosterError):
        scene.authority.certify(machine.node)


def test_one_that_drains_gets_one_and_one_that_has_not_joined_none(scene: Scene) -> None:
    machine, _ = scene.join(scene.add_station())
    scene.authority.change(
        machine.node, lambda roster: altered(roster.nodes[machine.node], state=State.DRAINING)
    )
    second = replaced(scene)
    assert is_issued_by(scene.authority.certify(machine.node), second)
    with pytest.raises(NotOnRosterError):
        scene.authority.certify(scene.add_station(code="451423103202").node)


def test_steps_out_of_order_are_refused(scene: Scene) -> None:
    succession = scene.authority.succession
    for step in (lambda: succession.use(stolen=False), succession.drop):
        with pytest.raises(RekeyError):
            step()
    announce(scene)
    with pytest.raises(RekeyError):
        succession.prepare()
    with pytest.raises(RekeyError):
        succession.drop()


def test_exactly_so_many_count_at_once(scene: Scene) -> None:
    for _ in range(MAX_AUTHORITIES - 2):
        replaced(scene)
    assert len(counted(scene)) == MAX_AUTHORITIES - 1
    replaced(scene)
    assert len(counted(scene)) == MAX_AUTHORITIES
    with pytest.raises(RekeyError):
        scene.authority.succession.prepare()
    entry = scene.authority.roster().county()[1]
    with pytest.raises(ValueError, match="authorities"):
        altered(entry, next_authority=NextAuthority(certificate=b"x", version=1, announced_ms=0))
    scene.authority.succession.drop()
    announce(scene)


def test_half_an_authority_is_none(scene: Scene) -> None:
    """The power went after the key, before the certificate; or between both and the roster."""
    folder = scene.data / "authority"
    certificate = scene.authority.succession.prepare()
    (folder / "ca-1.der").unlink()
    scene.reopen()
    made = announce(scene)
    assert made != certificate
    assert len(read_seed(folder / "ca-1.key")) == 32
    scene.authority.succession.use(stolen=True)
    unannounced = scene.authority.succession.prepare()
    scene.reopen()
    assert scene.authority.succession.announced is None
    assert announce(scene) == unannounced


def test_a_dropped_one_that_still_lies_there_is_never_taken_up(
    scene: Scene, tmp_path: Path
) -> None:
    folder = scene.data / "authority"
    left = {path: path.read_bytes() for path in folder.glob("ca.*")}
    first = scene.authority.ca_der
    replaced(scene, stolen=True)
    for path, data in left.items():
        path.write_bytes(data)  # the power went before it was removed
    assert announce(scene) != first
    scene.authority.succession.tidy()
    assert not (folder / "ca.key").exists()


def test_without_the_key_in_use_it_is_damaged_and_without_the_announced_one_it_begins_anew(
    scene: Scene,
) -> None:
    folder = scene.data / "authority"
    lost = announce(scene)
    (folder / "ca-1.key").unlink()  # a copy that was made while it was announced
    scene.reopen()
    with pytest.raises(RekeyError):
        scene.authority.succession.use(stolen=False)
    assert announce(scene) != lost
    scene.authority.succession.use(stolen=False)
    scene.authority.close()
    (folder / "ca-1.key").write_bytes(bytes(32))
    with pytest.raises(DamagedError):
        scene.reopen()


def test_certificates_of_others_are_told_apart(scene: Scene, tmp_path: Path) -> None:
    other = Scene(data=tmp_path / "other", seed=3)
    machine, admission = scene.join(scene.add_station())
    assert is_issued_by(admission.certificate, scene.authority.ca_der)
    assert not is_issued_by(admission.certificate, other.authority.ca_der)
    assert certificate_node(admission.certificate) == machine.node
    other.authority.close()
