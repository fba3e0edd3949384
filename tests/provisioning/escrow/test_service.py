"""The root key leaves the machine, names a new registrar after a theft, and comes from shares."""

from collections.abc import Callable
from pathlib import Path

import pytest

from protocol.codec import pack, unpack
from protocol.envelope.keys import SoftwareSigner, new_signer
from protocol.errors import (
    RollbackError,
    RootMovedError,
    SharesError,
    SignatureError,
    StoreError,
    UsageError,
)
from protocol.trust.edition import changes
from protocol.trust.roster import Roster, read_roster
from provisioning import register
from provisioning.escrow.service import KeyEscrow, Terms
from provisioning.store import Store
from runtime.node.identity import Secrets
from tests.provisioning.scene import Scene

TERMS = Terms(threshold=2, shares=3)


@pytest.fixture
def safe(scene: Scene) -> KeyEscrow:
    keys = scene.data / "node" / "keys.bin"
    keys.parent.mkdir()
    keys.write_bytes(pack(scene.secrets))
    return KeyEscrow(scene.authority)


def held(scene: Scene, roster: Roster, before: Roster | None) -> Roster:
    """What a node makes of a roster that it is sent whole."""
    body = changes({}, roster.edition.entries)
    return read_roster(scene.authority.root_public, roster.edition.proof, body, before)


def test_the_county_goes_on_without_its_root_key(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    safe.export_root(tmp_path / "safe", TERMS)
    assert not (scene.data / "authority" / "root.key").exists()
    scene.reopen()
    station = scene.add_station()
    scene.join(station)
    assert scene.authority.roster().active(station.node)
    with pytest.raises(RootMovedError):
        KeyEscrow(scene.authority).export_root(tmp_path / "again", TERMS)


def test_the_key_stays_if_the_stick_fails(
    scene: Scene, safe: KeyEscrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = scene.data / "authority" / "root.key"
    seed = key.read_bytes()
    (tmp_path / "safe").mkdir()
    (tmp_path / "safe" / "shares").write_text("in the way")
    with pytest.raises(StoreError):
        safe.export_root(tmp_path / "safe", TERMS)
    assert key.read_bytes() == seed
    with pytest.raises(UsageError):
        safe.export_root(scene.data / "here", TERMS)
    assert key.read_bytes() == seed


def test_a_stolen_registrar_is_worth_nothing_after_the_root_spoke(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    file, *papers = safe.export_root(tmp_path / "safe", TERMS)
    known = held(scene, scene.authority.roster(), None)
    thief = scene.authority._register.registrar
    forged = thief.again(scene.authority.roster(), 50, scene.clock.now_ms())
    poisoned = held(scene, forged, known)
    fresh = safe.replace_registrar(file, papers[:2], above=forged.version)
    assert fresh.version > forged.version
    assert fresh.delegation.number == known.delegation.number + 1
    for before in (known, poisoned):
        assert held(scene, fresh, before).version == fresh.version
    later = thief.again(fresh, 5, scene.clock.now_ms())
    with pytest.raises(RollbackError):
        held(scene, later, held(scene, fresh, None))
    scene.reopen()
    assert scene.authority.roster().version == fresh.version
    station = scene.add_station()
    scene.join(station)
    assert held(scene, scene.authority.roster(), held(scene, fresh, None)).active(station.node)


def test_the_registrar_can_not_speak_for_the_root(scene: Scene, safe: KeyEscrow) -> None:
    for key in (scene.authority.signer, new_signer(scene.randomness)):
        with pytest.raises(SignatureError):
            scene.authority.replace_registrar(key, bytes(32), above=0)
    assert scene.authority.roster().delegation.number == 1


def break_before_commit(fault: pytest.MonkeyPatch) -> None:
    fault.setattr(Store, "put_delegation", power_cut)


def break_after_commit(fault: pytest.MonkeyPatch) -> None:
    fault.setattr(register, "finish_registrar", power_cut)


def power_cut(*_: object) -> None:
    raise StoreError("power")


@pytest.mark.parametrize(("fault", "number"), [(break_before_commit, 1), (break_after_commit, 2)])
def test_a_power_cut_leaves_the_old_registrar_or_the_new_one(
    scene: Scene,
    safe: KeyEscrow,
    tmp_path: Path,
    fault: Callable[[pytest.MonkeyPatch], None],
    number: int,
) -> None:
    file, *papers = safe.export_root(tmp_path / "safe", TERMS)
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        with pytest.raises(StoreError):
            safe.replace_registrar(file, papers[:2], above=0)
    scene.reopen()
    assert scene.authority.roster().delegation.number == number
    scene.add_station()


def test_the_countys_keys_come_back_from_shares(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    file, *papers = safe.export_keys(tmp_path / "safe", TERMS)
    assert unpack(safe.recover_keys(file, papers[1:]), Secrets) == scene.secrets
    with pytest.raises(SharesError):
        safe.recover_keys(file, papers[:1])
    with pytest.raises(SharesError):
        safe.replace_registrar(file, papers[:2], above=0)  # it holds no root key
    assert (scene.data / "node" / "keys.bin").exists()


def test_the_root_key_in_the_safe_is_the_one_that_all_nodes_know(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    seed = (scene.data / "authority" / "root.key").read_bytes()
    assert SoftwareSigner(seed).public_bytes() == scene.authority.root_public
    safe.export_root(tmp_path / "safe", TERMS)
    for path in scene.data.rglob("*"):
        if path.is_file():
            assert seed not in path.read_bytes()
