"""An authority that comes from a copy: it is whole, and signs above what nodes may hold."""

from pathlib import Path

import pytest

from protocol.errors import StoreError
from protocol.trust.edition import changes
from protocol.trust.roster import read_roster
from provisioning.authority import Authority
from tests.provisioning.scene import Scene


def test_a_copy_is_the_authority_of_that_moment(scene: Scene, tmp_path: Path) -> None:
    scene.join(scene.add_hub())
    copied = tmp_path / "copy"
    copied.mkdir()
    for path in (scene.data / "authority").iterdir():
        if not path.name.startswith("authority.db"):
            (copied / path.name).write_bytes(path.read_bytes())
    scene.authority.copy_database(copied / "authority.db")
    at_copy = scene.authority.roster()
    scene.join(scene.add_station())

    copy = Authority.open(copied, clock=scene.clock, randomness=scene.randomness)
    assert copy.roster().edition == at_copy.edition
    assert copy.roster().version < scene.authority.roster().version
    copy.close()


def test_a_copy_that_cannot_be_written_says_so(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        scene.authority.copy_database(tmp_path / "no folder" / "authority.db")


def test_it_moves_ahead_with_the_same_entries_and_stays_there(scene: Scene) -> None:
    scene.join(scene.add_hub())
    held = scene.authority.roster()
    moved = scene.authority.move_ahead(1000)
    assert moved.version == held.version + 1000
    assert moved.edition.entries == held.edition.entries
    body = changes({}, moved.edition.entries)
    taken = read_roster(scene.authority.root_public, moved.edition.proof, body, held)
    assert taken.version == moved.version

    scene.reopen()
    assert scene.authority.roster().version == moved.version
    scene.add_station()
    assert scene.authority.roster().version == moved.version + 1


def test_it_never_moves_back(scene: Scene) -> None:
    version = scene.authority.roster().version
    for by in (0, -1):
        with pytest.raises(ValueError, match="versions later"):
            scene.authority.move_ahead(by)
    assert scene.authority.roster().version == version
