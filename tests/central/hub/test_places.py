"""Where sticks are looked for, and which folders somebody may name."""

from pathlib import Path

import pytest

from central.hub.board.places import MAX_PLACES, places, stick_folder
from protocol.errors import StickFolderError


def test_folders_of_each_user_and_of_the_administrator_are_offered(tmp_path: Path) -> None:
    for name in ("media/wang/KINGSTON/yizhan", "run/media/li/USB", "mnt/stick", "mnt/.hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "mnt/file").write_text("no folder")
    (tmp_path / "mnt/link").symlink_to(tmp_path)
    found = {place.path.removeprefix(str(tmp_path)): place for place in places(tmp_path)}
    assert set(found) == {"/media/wang/KINGSTON", "/run/media/li/USB", "/mnt/stick", "/mnt/.hidden"}
    assert [place.packed for place in found.values()] == [True, False, False, False]
    assert all(place.free for place in found.values())


def test_a_machine_without_these_folders_has_no_stick(tmp_path: Path) -> None:
    assert places(tmp_path) == []


def test_the_list_is_bounded(tmp_path: Path) -> None:
    for n in range(MAX_PLACES + 5):
        (tmp_path / f"mnt/{n:03}").mkdir(parents=True)
    assert len(places(tmp_path)) == MAX_PLACES


def test_a_folder_that_is_there_may_be_named(tmp_path: Path) -> None:
    assert stick_folder(str(tmp_path)) == tmp_path


@pytest.mark.parametrize(
    "text", ["", "stick", "./stick", "/no/such/folder", "/\0", "/" + "x" * 999]
)
def test_nothing_else_may_be_named(text: str) -> None:
    with pytest.raises(StickFolderError):
        stick_folder(text)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StickFolderError):
        stick_folder(str(tmp_path / "file"))
