"""Packing a stick: whole files under their names, and nothing of anybody else touched."""

from pathlib import Path

import pytest

from protocol.errors import (
    StickFullError,
    StickUnreadableError,
    StickUnwritableError,
)
from protocol.limits import MIB, STICK_LIST_FILES
from protocol.stick.names import FOLDER, FileKind
from runtime.disk.files import sync_folder
from runtime.sticks.folder import survey
from runtime.sticks.reader import StickReader
from tests.builders.envelopes import COUNTY, HUB
from tests.builders.lines.sticks import files_on, read_files, stick_writer
from tests.runtime.sticks.bags import BAG, PUBLIC, item, largest_file, only_bag, quiet, write


def test_what_was_packed_is_there_and_listed(tmp_path: Path) -> None:
    contents = [b"one", b"two" * 1000]
    assert write(tmp_path, *contents) == [True, True]
    bag = only_bag(tmp_path)
    assert (bag.name, bag.files, bag.size) == (BAG, 2, 3003)
    reader = StickReader(quiet)
    head = reader.head(bag, PUBLIC)
    assert (head.files, head.size) == (2, 3003)
    (digest,) = head.lists
    listed = reader.listed(bag, digest)
    assert [one.item() for one in listed] == [item(data) for data in contents]
    assert all(reader.is_there(bag, one) for one in listed)
    found = {file.item: reader.content(file) for file in read_files(tmp_path, FileKind.BLOB)}
    assert found == {item(data): data for data in contents}


def test_what_is_there_whole_is_not_written_again(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    (path,) = files_on(tmp_path)
    before = path.stat()
    assert write(tmp_path, b"one", b"two") == [False, True]
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("damage", [b"", b"on", b"onX", b"one and more"])
def test_what_is_there_and_damaged_is_written_again(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path, b"one")
    (path,) = files_on(tmp_path)
    path.write_bytes(damage)
    assert write(tmp_path, b"one") == [True]
    assert path.read_bytes() == b"one"


def test_a_file_has_no_name_before_it_is_whole(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    growing = writer.bag(COUNTY).grow(item(b"whole"), 5)
    growing.add(b"who")
    assert files_on(tmp_path) == []
    growing.add(b"le")
    growing.finish()
    assert [path.read_bytes() for path in files_on(tmp_path)] == [b"whole"]


def test_an_abandoned_file_leaves_nothing(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    growing = writer.bag(COUNTY).grow(item(b"whole"), 5)
    growing.add(b"who")
    growing.abandon()
    writer.close(covers=lambda _: True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_rest_of_a_stick_that_was_pulled_out_does_no_harm(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    writer.bag(COUNTY).put(item(b"one"), b"one")
    growing = writer.bag(COUNTY).grow(item(b"whole"), 5)
    growing.add(b"who")
    growing._file.close()  # as a process that is killed
    assert write(tmp_path, b"one", b"whole") == [False, True]
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_long_export_has_several_lists(tmp_path: Path) -> None:
    count = STICK_LIST_FILES + 3
    write(tmp_path, *(b"%d" % number for number in range(count)))
    bag = only_bag(tmp_path)
    reader = StickReader(quiet)
    head = reader.head(bag, PUBLIC)
    assert [len(reader.listed(bag, digest)) for digest in head.lists] == [STICK_LIST_FILES, 3]
    assert len(list(read_files(tmp_path, FileKind.BLOB))) == count


def test_what_nobody_waits_for_any_more_is_removed(tmp_path: Path) -> None:
    write(tmp_path, b"one", b"two")
    write(tmp_path, b"two", b"three")
    contents = {path.read_bytes() for path in files_on(tmp_path)}
    assert contents == {b"two", b"three"}
    assert len(list(tmp_path.rglob("*.lst"))) == 1
    assert StickReader(quiet).head(only_bag(tmp_path), PUBLIC).files == 2


def test_a_file_packed_twice_is_listed_once(tmp_path: Path) -> None:
    assert write(tmp_path, b"one", b"one") == [True, False]
    assert StickReader(quiet).head(only_bag(tmp_path), PUBLIC).files == 1


def test_a_bag_that_was_only_asked_for_is_not_made(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    writer.bag(COUNTY)
    writer.close(covers=lambda _: True)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_file_system_that_cannot_sync_folders_is_good_enough() -> None:
    sync_folder(Path("/proc/self"))  # EINVAL, as from some drivers for sticks


def test_an_empty_bag_goes(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    write(tmp_path)
    assert survey(tmp_path).bags == ()
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_an_export_for_one_leaves_the_bags_of_others(tmp_path: Path) -> None:
    write(tmp_path, b"one", to=COUNTY)
    writer = stick_writer(tmp_path)
    writer.open()
    writer.bag(HUB).put(item(b"two"), b"two")
    writer.close(covers=lambda to: to == HUB)
    assert {bag.name.to for bag in survey(tmp_path).bags} == {COUNTY, HUB}


def test_nothing_of_anybody_else_is_removed(tmp_path: Path) -> None:
    other = stick_writer(tmp_path, HUB)
    other.open()
    other.bag(COUNTY).put(item(b"theirs"), b"theirs")
    other.close(covers=lambda _: True)
    write(tmp_path, b"mine")
    private = tmp_path / "holiday.jpg"
    private.write_bytes(b"photo")
    strange = tmp_path / FOLDER / str(BAG) / "Thumbs.db"
    strange.write_bytes(b"thumbs")
    write(tmp_path)
    assert private.read_bytes() == b"photo"
    assert strange.read_bytes() == b"thumbs"
    assert [path.read_bytes() for path in files_on(tmp_path)] == [b"theirs"]


def test_a_stick_without_room_is_full_before_anything_is_written(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    with pytest.raises(StickFullError):
        writer.bag(COUNTY).grow(item(b"x"), 10**18)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stick_that_fills_up_meanwhile_keeps_what_is_whole(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    bag = writer.bag(COUNTY)
    bag.put(item(b"small"), b"small")
    large = bytes(MIB)
    with largest_file(100_000), pytest.raises(StickFullError):
        bag.put(item(large), large)
    writer.sign()
    assert [path.read_bytes() for path in files_on(tmp_path)] == [b"small"]
    assert StickReader(quiet).head(only_bag(tmp_path), PUBLIC).files == 1


def test_a_stick_takes_no_more_names_than_an_import_looks_at(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path, max_names=9)
    writer.open()
    for number in range(4):
        data = b"%d" % number
        writer.bag(COUNTY).put(item(data), data)
    with pytest.raises(StickFullError):
        writer.bag(COUNTY).put(item(b"one more"), b"one more")


def test_a_folder_is_made_but_not_the_way_to_it(tmp_path: Path) -> None:
    write(tmp_path / "stick", b"one")
    assert len(files_on(tmp_path / "stick")) == 1
    with pytest.raises(StickUnwritableError):
        write(tmp_path / "no" / "stick", b"one")


def test_a_file_is_no_stick(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(StickUnwritableError):
        write(tmp_path / "stick", b"one")
    with pytest.raises(StickUnreadableError):
        survey(tmp_path / "stick")


def test_a_stick_pulled_out_while_it_is_written_is_said(tmp_path: Path) -> None:
    writer = stick_writer(tmp_path)
    writer.open()
    bag = writer.bag(COUNTY)
    bag.put(item(b"one"), b"one")
    (tmp_path / FOLDER).rename(tmp_path / "elsewhere")
    with pytest.raises(StickUnwritableError):
        bag.put(item(b"two"), b"two")
    with pytest.raises(StickUnwritableError):
        writer.close(covers=lambda _: True)
