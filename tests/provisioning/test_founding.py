"""Founding is all or nothing, and what was founded is read back whole or not at all."""

import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from protocol.envelope.keys import PublicKeys
from protocol.errors import (
    AlreadyJoinedError,
    DamagedError,
    DiskFullError,
    MalformedError,
    NewerStoreError,
    NotJoinedError,
    UsageError,
    YizhanError,
)
from protocol.trust.certificate import certificate_key_hash, certificate_node, tls_request
from protocol.trust.roster import Role, State, open_proof
from provisioning import founding
from provisioning.authority import Authority
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock
from tests.provisioning.scene import COUNTY_URL, Scene


def open_again(scene: Scene) -> Authority:
    return Authority.open(
        scene.data / "authority", clock=FakeClock(), randomness=SeededRandomness()
    )


def create_beside(scene: Scene, **changes: object) -> None:
    """Found a second authority next to the scene's, with something else than usual."""
    usual: dict[str, object] = {
        "county": scene.county,
        "code": "451423",
        "name": "龙州县",
        "url": COUNTY_URL,
        "keys": scene.keys.public(),
        "tls_request": tls_request(scene.county, scene.secrets.tls),
        "clock": FakeClock(),
        "randomness": SeededRandomness(),
    }
    Authority.create(scene.data / "second", **usual | changes)  # type: ignore[arg-type]


def test_the_first_roster_names_the_county_with_its_sealing_keys(scene: Scene) -> None:
    roster = scene.authority.roster()
    node, entry = roster.county()
    assert (roster.version, len(roster.nodes), node) == (1, 1, scene.county)
    assert (entry.role, entry.state, entry.parent) == (Role.COUNTY, State.ACTIVE, "")
    assert (entry.code, entry.url) == ("451423000000", COUNTY_URL)
    assert entry.keys == scene.keys.public() == scene.authority.keys_of(scene.county)
    certificate = scene.authority.county_certificate()
    assert certificate_node(certificate) == scene.county
    assert certificate_key_hash(certificate) == entry.tls


def test_the_root_delegates_once_and_its_key_is_not_needed_again(scene: Scene) -> None:
    delegation, head = open_proof(
        scene.authority.root_public, scene.authority.roster().edition.proof
    )
    assert (delegation.number, head.version) == (1, 1)
    assert delegation.registrar != scene.authority.root_public
    (scene.data / "authority" / "root.key").unlink()  # the administrator puts it into a safe
    scene.reopen()
    assert scene.join(scene.add_station())[1].certificate


def test_only_its_owner_can_read_what_the_authority_keeps(scene: Scene) -> None:
    folder = scene.data / "authority"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("root.key", "registrar.key", "ca.key", "authority.db"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    for name in ("root.key", "registrar.key", "ca.key"):
        assert len((folder / name).read_bytes()) == 32


def test_a_second_authority_in_the_same_folder_is_refused(scene: Scene) -> None:
    before = scene.authority.root_public
    with pytest.raises(AlreadyJoinedError):
        Scene(data=scene.data, seed=2)
    scene.reopen()
    assert scene.authority.root_public == before


@pytest.mark.parametrize("step", ["rename", "chmod"])
def test_a_founding_cut_short_leaves_nothing_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class PowerCut(BaseException):
        """No handler of the product may hide it."""

    def cut(*_args: object) -> None:
        raise PowerCut

    with monkeypatch.context() as fault:
        fault.setattr(Path, step, cut)
        with pytest.raises(PowerCut):
            Scene(data=tmp_path)
    assert not (tmp_path / "authority").exists()
    scene = Scene(data=tmp_path)
    assert not (tmp_path / "authority.new").exists()
    scene.authority.close()


def test_a_full_disk_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as fault:
        fault.setattr(os, "fsync", full)
        with pytest.raises(DiskFullError):
            Scene(data=tmp_path)
    assert not (tmp_path / "authority").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "4514"}, UsageError),
        ({"name": "  "}, UsageError),
        ({"url": "http://127.0.0.1:8440"}, UsageError),
        ({"url": ""}, UsageError),
        ({"tls_request": b"no request"}, MalformedError),
        ({"keys": PublicKeys(signing=bytes(32))}, MalformedError),  # nobody could seal for it
    ],
)
def test_a_county_that_can_not_be_is_refused(
    scene: Scene, changes: dict[str, object], error: type[YizhanError]
) -> None:
    with pytest.raises(error):
        create_beside(scene, **changes)
    assert [path.name for path in scene.data.iterdir()] == ["authority"]


def test_an_empty_folder_has_no_authority(tmp_path: Path) -> None:
    with pytest.raises(NotJoinedError):
        Authority.open(tmp_path / "authority", clock=FakeClock(), randomness=SeededRandomness())


@pytest.mark.parametrize("name", ["registrar.key", "ca.key", "ca.der", "authority.db"])
def test_a_missing_file_is_damage(scene: Scene, name: str) -> None:
    scene.authority.close()
    (scene.data / "authority" / name).unlink()
    with pytest.raises(DamagedError):
        open_again(scene)


@pytest.mark.parametrize("name", ["registrar.key", "ca.key"])
@pytest.mark.parametrize("content", [b"short", bytes(32)])
def test_another_key_is_damage(scene: Scene, name: str, content: bytes) -> None:
    scene.authority.close()
    (scene.data / "authority" / name).write_bytes(content)
    with pytest.raises(DamagedError):
        open_again(scene)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE nodes SET entry = x'80'",
        "UPDATE nodes SET certificate = NULL",
        "DELETE FROM rosters",
        "DELETE FROM authority",
        "DELETE FROM nodes",
    ],
)
def test_a_database_that_was_not_written_by_the_authority_is_damage(
    scene: Scene, change: str
) -> None:
    scene.authority.close()
    with sqlite3.connect(scene.data / "authority" / "authority.db") as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(DamagedError):
        open_again(scene)


def test_a_file_that_is_no_database_is_damage(scene: Scene) -> None:
    scene.authority.close()
    (scene.data / "authority" / "authority.db").write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedError):
        open_again(scene)


def test_a_database_of_a_newer_program_is_not_touched(scene: Scene) -> None:
    scene.authority.close()
    path = scene.data / "authority" / "authority.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NewerStoreError):
        open_again(scene)


def test_the_module_says_which_files_there_are(scene: Scene) -> None:
    text = founding.__doc__ or ""
    scene.authority.close()
    assert all(file.name in text for file in (scene.data / "authority").iterdir())
