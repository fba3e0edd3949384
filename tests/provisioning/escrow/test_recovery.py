"""The recovery key: left beside the data folder, moved away as a file or as papers."""

import json
import stat
from pathlib import Path

import pytest

from protocol.errors import NameTakenError, SharesError, UsageError
from protocol.trust.fingerprint import fingerprint
from provisioning.escrow.alarms import RECOVERY_HERE, RECOVERY_NONE, ROOT_HERE, WORDS, key_alarms
from provisioning.escrow.recovery import (
    beside,
    found_recovery,
    make_recovery,
    public_half,
    read_recovery,
)
from provisioning.escrow.recovery_shares import read_shares
from provisioning.escrow.service import KeyEscrow, Terms
from tests.builders.chance import SeededRandomness
from tests.provisioning.scene import Scene

TERMS = Terms(threshold=2, shares=3)


@pytest.fixture
def safe(scene: Scene) -> KeyEscrow:
    root = scene.authority.root_public
    found_recovery(scene.data, beside(scene.data), root, SeededRandomness(3))
    return KeyEscrow(scene.authority)


def codes(scene: Scene) -> list[str]:
    found = key_alarms(scene.data)
    assert all(alarm["words"] == WORDS[alarm["code"]] for alarm in found)
    return [alarm["code"] for alarm in found]


@pytest.mark.usefixtures("safe")
def test_it_lies_beside_the_data_folder_for_its_owner_alone(scene: Scene) -> None:
    file = beside(scene.data)
    assert file.name == f"{scene.data.name}.recovery"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key, half = read_recovery(file.read_bytes()), public_half(scene.data)
    assert half is not None
    assert half.public == key.opening().public_bytes()
    assert key.county == fingerprint(scene.authority.root_public)
    assert key.seed.hex() not in repr(key)
    assert key.seed not in (scene.data / "authority" / "recovery.json").read_bytes()
    assert codes(scene) == [RECOVERY_HERE, ROOT_HERE]


def test_there_is_an_alarm_until_both_keys_have_left(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    assert codes(scene) == [RECOVERY_HERE, ROOT_HERE]
    safe.export_root(tmp_path / "safe", TERMS)
    assert codes(scene) == [RECOVERY_HERE]
    beside(scene.data).rename(tmp_path / "away")
    assert codes(scene) == []
    (scene.data / "authority" / "recovery.json").unlink()
    assert codes(scene) == [RECOVERY_NONE]


def test_there_is_an_alarm_wherever_on_this_machine_the_key_was_left(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    beside(scene.data).rename(tmp_path / "away")
    elsewhere = tmp_path / "desk.recovery"
    make_recovery(scene.data, elsewhere, scene.authority.root_public, SeededRandomness(4))
    assert codes(scene) == [RECOVERY_HERE, ROOT_HERE]
    elsewhere.rename(tmp_path / "away too")
    assert codes(scene) == [ROOT_HERE]
    (tmp_path / "away").rename(beside(scene.data))  # the key of before opens older backups
    assert codes(scene) == [RECOVERY_HERE, ROOT_HERE]


def test_papers_give_the_key_and_its_file_goes(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    before = read_recovery(beside(scene.data).read_bytes())
    papers = safe.export_recovery(tmp_path / "safe", TERMS)
    assert not beside(scene.data).exists()
    assert codes(scene) == [ROOT_HERE]
    assert [path.name for path in papers] == [f"recovery-{n}.txt" for n in (1, 2, 3)]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in papers)
    for chosen in (papers[:2], papers[1:], papers[::2]):
        assert read_shares(chosen) == before
    with pytest.raises(SharesError):
        read_shares(papers[:1])


def test_words_that_were_typed_without_their_head_know_no_county(
    scene: Scene, safe: KeyEscrow, tmp_path: Path
) -> None:
    before = read_recovery(beside(scene.data).read_bytes())
    papers = safe.export_recovery(tmp_path / "safe", TERMS)
    for path in papers:
        path.write_text(path.read_text("utf-8").rpartition("---")[2], "utf-8")
    typed = read_shares(papers[:2])
    assert (typed.seed, typed.county) == (before.seed, "")


def test_papers_of_two_counties_do_not_mix(scene: Scene, safe: KeyEscrow, tmp_path: Path) -> None:
    papers = safe.export_recovery(tmp_path / "safe", TERMS)
    text = papers[0].read_text("utf-8")
    words = fingerprint(scene.authority.root_public)
    papers[0].write_text(text.replace(words, fingerprint(bytes(32))), "utf-8")
    with pytest.raises(SharesError):
        read_shares(papers[:2])


def test_only_the_key_in_use_becomes_papers(scene: Scene, safe: KeyEscrow, tmp_path: Path) -> None:
    old = beside(scene.data).rename(tmp_path / "old")
    with pytest.raises(UsageError):
        safe.export_recovery(tmp_path / "safe", TERMS)
    half = safe.new_recovery()
    assert half.file == beside(scene.data)
    with pytest.raises(SharesError):
        safe.export_recovery(tmp_path / "safe", TERMS, old)
    with pytest.raises(NameTakenError):
        safe.new_recovery()
    with pytest.raises(UsageError):
        safe.new_recovery(scene.data / "inside")
    assert old.exists()
    moved = beside(scene.data).rename(tmp_path / "new")
    assert len(safe.export_recovery(tmp_path / "safe", TERMS, moved)) == 3
    assert not moved.exists()


def test_a_founding_that_was_cut_short_goes_on_with_the_key_it_made(scene: Scene) -> None:
    root, file = scene.authority.root_public, beside(scene.data)
    found_recovery(scene.data, file, root, SeededRandomness(3))
    key = file.read_bytes()
    (scene.data / "authority" / "recovery.json").unlink()  # the power went before the note
    found_recovery(scene.data, file, root, SeededRandomness(4))
    half = public_half(scene.data)
    assert file.read_bytes() == key
    assert half is not None
    assert half.public == read_recovery(key).opening().public_bytes()


@pytest.mark.parametrize("there", [b"", b"not a key", json.dumps({"seed": "00"}).encode()])
def test_what_lies_in_its_place_is_moved_aside(scene: Scene, there: bytes) -> None:
    file = beside(scene.data)
    file.write_bytes(there)
    found_recovery(scene.data, file, scene.authority.root_public, SeededRandomness(3))
    assert read_recovery(file.read_bytes()).county
    (deferred,) = file.parent.glob(f"{file.name}-*")
    assert deferred.read_bytes() == there


def test_a_key_of_another_county_is_moved_aside_too(scene: Scene, tmp_path: Path) -> None:
    file = beside(scene.data)
    (tmp_path / "other" / "authority").mkdir(parents=True)
    make_recovery(tmp_path / "other", file, bytes(32), SeededRandomness(5))
    other = file.read_bytes()
    found_recovery(scene.data, file, scene.authority.root_public, SeededRandomness(3))
    (deferred,) = file.parent.glob(f"{file.name}-*")
    assert deferred.read_bytes() == other != file.read_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"seed": 1, "county": ""}', b'{"seed": "00", "county": ""}']
)
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(SharesError):
        read_recovery(data)
