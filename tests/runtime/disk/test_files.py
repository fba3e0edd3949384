"""Files that must survive and that nobody else may read."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.errors import DiskFullError, NameTakenError, StoreError
from runtime.cli.failures import DISK_FULL
from runtime.disk import files
from runtime.disk.files import (
    close_to_others,
    disk_errors,
    new_file,
    private_folder,
    sync_folder,
    write_new,
    write_private,
)


@pytest.fixture(autouse=True)
def loose() -> Iterator[None]:
    """A process that would let everybody read, and that has said nothing yet."""
    files._say_once.cache_clear()
    before = os.umask(0o000)
    yield
    os.umask(before)
    files._say_once.cache_clear()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("write", [write_new, write_private])
def test_what_is_written_is_whole_and_for_its_owner_alone(tmp_path: Path, write: object) -> None:
    assert callable(write)
    write(tmp_path / "key", b"secret")
    assert (tmp_path / "key").read_bytes() == b"secret"
    assert mode(tmp_path / "key") == 0o600
    assert names(tmp_path) == ["key"]


def test_a_private_file_takes_the_place_of_a_loose_one(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    write_private(tmp_path / "key", b"new")
    assert ((tmp_path / "key").read_bytes(), mode(tmp_path / "key")) == (b"new", 0o600)


def test_a_new_file_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(b"somebody's")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("paper", "link"):
        with pytest.raises(NameTakenError):
            write_new(tmp_path / name, b"ours")
    assert (tmp_path / "paper").read_bytes() == b"somebody's"
    assert names(tmp_path) == ["link", "paper"]


@pytest.mark.parametrize("links", [True, False])
def test_a_name_taken_while_the_file_grows_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _refuse(errno.EPERM))
    path = tmp_path / "paper"

    def write() -> None:
        with new_file(path) as file:
            file.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(NameTakenError):
        write()
    assert (path.read_bytes(), names(tmp_path)) == (b"theirs", ["paper"])


def test_a_new_file_comes_about_where_files_have_one_name_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _refuse(errno.EPERM))
    write_new(tmp_path / "paper", b"ours")
    assert ((tmp_path / "paper").read_bytes(), names(tmp_path)) == (b"ours", ["paper"])


def test_what_a_power_cut_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "key.new").write_bytes(b"hal")
    write_new(tmp_path / "key", b"whole")
    assert ((tmp_path / "key").read_bytes(), names(tmp_path)) == (b"whole", ["key"])


@pytest.mark.parametrize("number", sorted(DISK_FULL))
def test_a_full_disk_is_named_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    (tmp_path / "key").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", _refuse(number))
    for write, name in ((write_private, "key"), (write_new, "paper")):
        with pytest.raises(DiskFullError):
            write(tmp_path / name, b"new")
    assert ((tmp_path / "key").read_bytes(), names(tmp_path)) == (b"old", ["key"])


def test_any_other_word_of_the_disk_is_an_error_of_the_store() -> None:
    with pytest.raises(StoreError) as refused, disk_errors():
        raise OSError(errno.EIO, "Input/output error", "/x/key")
    assert (type(refused.value), refused.value.detail) == (StoreError, "/x/key：磁盘读写出错")


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EBADF])
def test_a_folder_that_can_not_be_synced_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    real = os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    for name in ("one", "two"):
        write_new(tmp_path / name, b"kept")
    assert names(tmp_path) == ["one", "two"]
    assert _events(caplog) == ["files.no-folder-sync"]


def test_a_folder_that_the_disk_lost_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _refuse(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)


def test_a_private_folder_is_closed_with_those_made_above_it(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / name) for name in ("a", "a/b")] == [0o700, 0o700]
    (tmp_path / "loose").mkdir(mode=0o755)
    private_folder(tmp_path / "loose")
    assert mode(tmp_path / "loose") == 0o700


def test_rights_of_others_end_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    outside.write_bytes(b"not ours")
    for folder in (data, data / "node", data / "blobs", data / "blobs" / "ab"):
        folder.mkdir(mode=0o755)
    for name in ("hub.db", "node/keys.bin", "blobs/ab/abcd"):
        (data / name).write_bytes(b"x")
        (data / name).chmod(0o644)
    (data / "elsewhere").symlink_to(outside)
    assert close_to_others(data) == 7
    assert not any(mode(path) & 0o077 for path in data.rglob("*") if not path.is_symlink())
    assert (mode(data), mode(outside)) == (0o700, 0o666)
    assert _events(caplog) == ["files.closed"]
    assert close_to_others(data) == 0
    assert _events(caplog) == ["files.closed"]


def test_a_file_system_without_rights_is_warned_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "hub.db").write_bytes(b"x")
    monkeypatch.setattr(os, "chmod", _refuse(errno.EPERM))
    assert close_to_others(tmp_path) == 0
    private_folder(tmp_path / "usb")
    private_folder(tmp_path)
    assert _events(caplog) == ["files.open-to-others"]


def test_rights_that_are_ignored_are_warned_of_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "hub.db").write_bytes(b"x")
    monkeypatch.setattr(os, "chmod", lambda *_args, **_more: None)
    assert close_to_others(tmp_path) == 0
    assert _events(caplog) == ["files.open-to-others"]


def _refuse(number: int) -> object:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def _events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [event for record in caplog.records if (event := getattr(record, "event", ""))]
