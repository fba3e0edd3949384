"""Files that people get: whole or not at all, and never in place of another."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.errors import (
    DamagedError,
    DigestError,
    PaperFolderError,
    PaperFullError,
    UsageError,
)
from runtime.disk.papers import PaperFolder, new_paper, sent_name
from tests.builders.disks.disk_order import DiskOrder
from tests.builders.disks.small_disk import fill, read_only, small_disk


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_another_content_becomes_another_file_and_the_same_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "批复.pdf").write_bytes(b"the clerk's own")
    papers = PaperFolder(tmp_path)
    first = papers.write("批复.pdf", [b"for ", b"A"])
    second = papers.write("批复.pdf", [b"for B"])
    again = papers.write("批复.pdf", [b"for A"])
    assert (first.path.name, first.new) == ("批复-2.pdf", True)
    assert (second.path.name, second.new) == ("批复-3.pdf", True)
    assert (again.path, again.new) == (first.path, False)
    assert (tmp_path / "批复.pdf").read_bytes() == b"the clerk's own"
    assert first.path.read_bytes() == b"for A"
    assert second.path.read_bytes() == b"for B"
    assert names(tmp_path) == {"批复.pdf", "批复-2.pdf", "批复-3.pdf"}
    assert first.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["link", "folder", "dead link", "capitals"])
def test_whatever_has_the_name_stays(tmp_path: Path, there: str) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"other")
    inside = tmp_path / "in"
    inside.mkdir()
    taken = inside / ("SCAN.JPG" if there == "capitals" else "scan.jpg")
    if there == "folder":
        taken.mkdir()
    elif there == "capitals":
        taken.write_bytes(b"capitals")
    else:
        taken.symlink_to(other if there == "link" else tmp_path / "nothing")
    paper = PaperFolder(inside).write("scan.jpg", [b"other"])
    assert paper.path.name == "scan-2.jpg"
    assert other.read_bytes() == b"other"
    assert not (tmp_path / "nothing").exists()


def test_what_fails_its_check_or_can_not_be_read_leaves_nothing(tmp_path: Path) -> None:
    def check(digest: bytes) -> None:
        raise DigestError("other")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error", "blob")

    with pytest.raises(DigestError):
        PaperFolder(tmp_path).write("a.pdf", [b"x"], check=check)
    with pytest.raises(DamagedError):
        PaperFolder(tmp_path).write("a.pdf", broken())
    assert names(tmp_path) == set()


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "usb", 1) as usb:
        (usb / "old.pdf").write_bytes(b"old")
        with pytest.raises(PaperFullError):
            PaperFolder(usb).write("old.pdf", [bytes(600_000)] * 2)
        assert names(usb) == {"old.pdf"}
        assert (usb / "old.pdf").read_bytes() == b"old"
        filled = fill(usb)
        with pytest.raises(PaperFullError), new_paper(usb / "x.kit", force=False):
            raise AssertionError("nothing may be asked for before there is room")
        assert names(usb) == {"old.pdf", filled.name}


def test_a_disk_that_takes_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PaperFolderError, match="file"):
        PaperFolder(tmp_path / "file")
    with pytest.raises(PaperFolderError):
        PaperFolder(tmp_path / "file" / "below")
    (tmp_path / "disk").mkdir()
    with read_only(tmp_path / "disk") as disk, pytest.raises(PaperFolderError):
        PaperFolder(disk).write("a", [b"x"])


@pytest.mark.parametrize("force", [False, True])
def test_a_named_file_replaces_another_only_if_told(tmp_path: Path, *, force: bool) -> None:
    path = tmp_path / "x.kit"
    path.write_bytes(b"old")
    try:
        with new_paper(path, force=force) as file:
            file.write(b"new")
    except UsageError:
        assert not force
    assert path.read_bytes() == (b"new" if force else b"old")
    assert names(tmp_path) == {"x.kit"}


def test_a_named_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    growing = new_paper(tmp_path / "x", force=False)
    growing.__enter__().write(b"ours")
    (tmp_path / "x").write_bytes(b"theirs")
    with pytest.raises(UsageError):
        growing.__exit__(None, None, None)
    assert (tmp_path / "x").read_bytes() == b"theirs"
    assert names(tmp_path) == {"x"}


def test_without_links_a_file_is_named_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)  # as FAT does
    papers = PaperFolder(tmp_path)
    assert papers.write("a.pdf", [b"1"]).path.name == "a.pdf"
    assert papers.write("a.pdf", [b"2"]).path.name == "a-2.pdf"
    assert names(tmp_path) == {"a.pdf", "a-2.pdf"}


def test_a_gbk_name_is_read_as_people_see_it() -> None:
    assert sent_name(Path(os.fsdecode("身份证.jpg".encode("gbk")))) == "身份证.jpg"
    assert sent_name(Path(os.fsdecode(b"\xff\xff.jpg"))) == ".jpg"


def test_a_paper_is_on_disk_with_its_name_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PaperFolder(tmp_path / "papers")
    order = DiskOrder.watch(monkeypatch)
    paper = folder.write("批复.pdf", [b"one", b"two"])
    assert order.lasts(paper.path, before=len(order.events))


@pytest.mark.parametrize("force", [False, True])
def test_a_named_file_is_synced_behind_its_last_byte_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, force: bool
) -> None:
    path, order = tmp_path / "kit.bin", DiskOrder.watch(monkeypatch)
    with new_paper(path, force=force) as file:
        file.write(b"content")
        written = len(order.events)
    (named,) = order.when("name", path)
    assert "sync" in {kind for kind, _ in order.events[written:named]}
    assert order.when("sync", tmp_path)[-1] > named
