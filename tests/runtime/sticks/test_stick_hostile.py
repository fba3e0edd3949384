"""Reading a stick that strangers have had: links, pipes, too much, too large, damaged lists."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from protocol.errors import (
    MalformedError,
    PeerError,
    SignatureError,
    StickError,
    StickHostileError,
    StickIncompleteError,
    StickMissingError,
    StickUnreadableError,
    StickUnwritableError,
    TooLargeError,
)
from protocol.limits import MAX_STICK_BAGS, MAX_STICK_BYTES
from protocol.stick.names import FOLDER, HEAD, FileKind, Listed
from runtime.sticks.folder import survey
from runtime.sticks.growing import GrowingFile
from runtime.sticks.reader import StickReader
from runtime.sticks.writer import StickWriter
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.lines.sticks import read_files, stick_writer
from tests.runtime.sticks.bags import (
    BAG,
    PUBLIC,
    item,
    look_at,
    only_bag,
    place,
    quiet,
    secret,
    things,
    write,
)


@pytest.mark.parametrize("level", ["root", "bag"])
def test_a_link_in_place_of_a_folder_makes_the_stick_hostile(tmp_path: Path, level: str) -> None:
    outside, stick = tmp_path / "outside", tmp_path / "stick"
    outside.mkdir()
    stick.mkdir()
    link = stick / FOLDER
    if level == "bag":
        link.mkdir()
        link = link / str(BAG)
    link.symlink_to(outside)
    with pytest.raises(StickHostileError):
        survey(stick)
    with pytest.raises(StickHostileError):
        write(stick, b"one")
    assert list(outside.iterdir()) == []


def test_a_linked_shelf_is_not_entered(tmp_path: Path) -> None:
    outside, stick = tmp_path / "outside", tmp_path / "stick"
    outside.mkdir()
    stick.mkdir()
    shelf = stick / FOLDER / str(BAG) / item(b"one").shelf
    shelf.parent.mkdir(parents=True)
    shelf.symlink_to(outside)
    (outside / str(item(b"one")).split("/")[1]).write_bytes(b"one")
    told: list[str] = []
    reader = StickReader(lambda file, code: told.append(f"{file} {code}"))
    assert list(reader.files(only_bag(stick), FileKind.BLOB)) == []
    assert told == [f"{BAG}/{shelf.name} stick.unreadable"]
    with pytest.raises(StickHostileError):
        write(stick, b"one")
    assert len(list(outside.iterdir())) == 1


def test_a_linked_file_is_not_read_and_its_target_not_written(tmp_path: Path) -> None:
    target, stick = secret(tmp_path), tmp_path / "stick"
    path = stick / FOLDER / str(BAG) / str(item(b"one"))
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    (file,) = read_files(stick, FileKind.BLOB)
    for read in (StickReader(quiet).content, StickReader(quiet).digest):
        with pytest.raises(StickUnreadableError):
            read(file)
    target.write_bytes(b"untouched")
    assert write(stick, b"one") == [True]
    assert target.read_bytes() == b"untouched"
    assert path.read_bytes() == b"one"
    assert not path.is_symlink()


@pytest.mark.parametrize("name", ["growing.tmp", HEAD])
def test_a_linked_file_of_the_bag_itself_does_not_lead_out(tmp_path: Path, name: str) -> None:
    target, stick = secret(tmp_path), tmp_path / "stick"
    bag = stick / FOLDER / str(BAG)
    bag.mkdir(parents=True)
    (bag / name).symlink_to(target)
    if name == HEAD:
        with pytest.raises(StickUnreadableError):
            StickReader(quiet).head(only_bag(stick), PUBLIC)
    write(stick, b"two")
    assert target.read_bytes() == b"one"
    assert StickReader(quiet).head(only_bag(stick), PUBLIC).files == 1


def test_a_pipe_or_a_socket_holds_nobody_up(tmp_path: Path) -> None:
    shelf = tmp_path / FOLDER / str(BAG) / "ab"
    shelf.mkdir(parents=True)
    os.mkfifo(shelf / ("ab" * 32 + ".env"))
    (shelf / ("ab" * 32 + ".edn")).mkdir()
    (shelf / ("ab" * 32 + ".tim")).mkdir()
    before = Path.cwd()
    os.chdir(shelf)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("ab" * 32 + f"-{STATION}.blb")
    finally:
        os.chdir(before)
    for kind in FileKind:
        (file,) = read_files(tmp_path, kind)
        with pytest.raises(StickUnreadableError):
            StickReader(quiet).content(file)


def test_a_folder_to_which_nothing_was_exported_is_no_stick(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(StickMissingError):
            survey(folder)


def test_too_many_names_are_not_even_counted_to_the_end(tmp_path: Path) -> None:
    shelf = tmp_path / FOLDER / str(BAG) / "ab"
    shelf.mkdir(parents=True)
    for number in range(50):
        (shelf / f"{number}.txt").write_bytes(b"")
    assert survey(tmp_path, max_names=52).names == 52
    with pytest.raises(StickHostileError):
        survey(tmp_path, max_names=51)
    with pytest.raises(StickHostileError):
        stick_writer(tmp_path, max_names=51).open()


def test_too_many_bags_are_hostile(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    for number in range(MAX_STICK_BAGS + 1):
        (tmp_path / FOLDER / f"{number:016x}-all").mkdir()
    with pytest.raises(StickHostileError):
        survey(tmp_path)


def test_a_file_that_claims_to_be_larger_than_any_stick_is_hostile(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / str(BAG) / str(item(b"bomb"))
    path.parent.mkdir(parents=True)
    path.touch()
    os.truncate(path, MAX_STICK_BYTES + 1)  # sparse: it takes no room
    with pytest.raises(StickHostileError):
        survey(tmp_path)


@pytest.mark.parametrize("kind", FileKind)
def test_a_file_longer_than_its_kind_is_refused_without_reading_it(
    tmp_path: Path, kind: FileKind
) -> None:
    path = tmp_path / FOLDER / str(BAG) / str(item(b"bomb", kind))
    path.parent.mkdir(parents=True)
    path.touch()
    os.truncate(path, kind.max_bytes + 1)
    (file,) = read_files(tmp_path, kind)
    with pytest.raises(TooLargeError):
        StickReader(quiet).digest(file)
    if kind is not FileKind.BLOB:
        with pytest.raises(TooLargeError):
            StickReader(quiet).content(file)


def test_strange_names_are_looked_over(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    bag = tmp_path / FOLDER / str(BAG)
    for name in ("System Volume Information", ".Trashes", "..evil", "乡镇", "a\nb"):
        (tmp_path / FOLDER / name).mkdir()
        (bag / name).mkdir()
        (bag / item(b"one").shelf / name).write_bytes(b"x")
    (bag / os.fsdecode(b"\xff\xfe")).write_bytes(b"x")  # no UTF-8
    assert [file.item for file in read_files(tmp_path, FileKind.BLOB)] == [item(b"one")]
    assert write(tmp_path, b"one") == [False]


def test_a_folder_that_goes_away_is_told_and_not_fatal(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    bag = only_bag(tmp_path)
    bag.path.rename(tmp_path / "pulled out")
    told: list[str] = []
    reader = StickReader(lambda file, code: told.append(code))
    assert list(reader.files(bag, FileKind.BLOB)) == []
    assert told == ["stick.unreadable"]


def test_a_file_that_shrinks_while_it_is_read_is_unreadable(tmp_path: Path) -> None:
    data = bytes(200_000)
    write(tmp_path, data)
    (file,) = read_files(tmp_path, FileKind.BLOB)
    parts = StickReader(quiet).parts(file, 0)
    assert len(next(parts).data) == 49_152
    os.truncate(file.path, 0)
    with pytest.raises(StickUnreadableError):
        list(parts)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    (file,) = read_files(tmp_path, FileKind.BLOB)
    os.truncate(file.path, FileKind.BLOB.max_bytes + 1)  # after it was looked at
    with pytest.raises(TooLargeError):
        StickReader(quiet).digest(file)


def test_a_missing_manifest_is_incomplete(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    bag = only_bag(tmp_path)
    (digest,) = StickReader(quiet).head(bag, PUBLIC).lists
    (bag.path / f"{digest.hex()}.lst").unlink()
    with pytest.raises(StickIncompleteError):
        StickReader(quiet).listed(bag, digest)
    (bag.path / HEAD).unlink()
    with pytest.raises(StickIncompleteError):
        StickReader(quiet).head(bag, PUBLIC)


@pytest.mark.parametrize("damage", [b"", b"\0" * 200, b"x" * 100_000])
def test_a_damaged_manifest_is_refused(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path, b"one")
    bag = only_bag(tmp_path)
    (bag.path / HEAD).write_bytes(damage)
    with pytest.raises(PeerError):
        StickReader(quiet).head(bag, PUBLIC)


def test_a_manifest_signed_by_somebody_else_is_refused(tmp_path: Path) -> None:
    forger = StickWriter(
        tmp_path, node=STATION, signer=keys_of(HUB).signer, clock=stick_writer(tmp_path)._clock
    )
    forger.open()
    forger.bag(COUNTY).put(item(b"one"), b"one")
    forger.close(covers=lambda _: True)
    with pytest.raises(SignatureError):
        StickReader(quiet).head(only_bag(tmp_path), PUBLIC)


def test_a_listed_file_must_have_its_size(tmp_path: Path) -> None:
    write(tmp_path, b"one")
    bag, reader = only_bag(tmp_path), StickReader(quiet)
    name = str(item(b"one"))
    assert reader.is_there(bag, Listed(name, 3))
    assert not reader.is_there(bag, Listed(name, 4))
    assert not reader.is_there(bag, Listed(str(item(b"two")), 3))
    with pytest.raises(MalformedError):
        reader.is_there(bag, Listed("../../../etc/passwd", 3))


@given(things)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_lies_there_reading_and_writing_end_in_our_words(
    tmp_path_factory: pytest.TempPathFactory, things: list[tuple[list[str], str, bytes]]
) -> None:
    base = tmp_path_factory.mktemp("any")
    target = secret(base)
    stick = base / "stick"
    (stick / FOLDER).mkdir(parents=True)
    for path, kind, data in things:
        place(stick.joinpath(FOLDER, *path), kind, data, target)
    try:
        for bag in survey(stick).bags:
            look_at(bag)
        write(stick, b"one", b"two")
    except StickError:
        pass
    assert target.read_bytes() == b"one"
    assert {path.name for path in base.iterdir()} == {"secret", "stick"}


def test_a_growing_file_that_cannot_begin_says_so(tmp_path: Path) -> None:
    (tmp_path / "growing.tmp").mkdir()
    with pytest.raises(StickUnwritableError):
        GrowingFile(tmp_path / "growing.tmp", tmp_path / "target", lambda: None)
