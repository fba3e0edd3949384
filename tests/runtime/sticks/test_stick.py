"""Bags on disk: a stick may be pulled out at any moment, and nothing on one can hurt."""

import hashlib
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import (
    MalformedError,
    PeerError,
    SignatureError,
    StickError,
    StickFullError,
    StickHostileError,
    StickIncompleteError,
    StickMissingError,
    StickUnreadableError,
    StickUnwritableError,
    TooLargeError,
    YizhanError,
)
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import MAX_STICK_BAGS, MAX_STICK_BYTES, MIB, STICK_LIST_FILES
from protocol.stick import FOLDER, HEAD, BagName, FileKind, ItemName, Listed
from runtime.files import sync_folder
from runtime.sticks.folder import Bag, survey
from runtime.sticks.growing import GrowingFile
from runtime.sticks.reader import StickReader
from runtime.sticks.writer import StickWriter
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.sticks import files_on, read_files, stick_writer

PUBLIC = keys_of(STATION).signer.public_bytes()
BAG = BagName(STATION, COUNTY)


def item(data: bytes, kind: FileKind = FileKind.BLOB) -> ItemName:
    digest = hashlib.sha256(data).digest()
    if kind is FileKind.BLOB:
        return ItemName.of_blob(BlobRef(STATION, BlobId(digest)))
    return ItemName(kind, digest)


def write(folder: Path, *contents: bytes, to: NodeId | None = COUNTY) -> list[bool]:
    """One whole export of blobs; which of them were written."""
    writer = stick_writer(folder)
    writer.open()
    written = [writer.bag(to).put(item(data), data) for data in contents]
    writer.close(covers=lambda _: True)
    return written


def only_bag(folder: Path) -> Bag:
    (bag,) = survey(folder).bags
    return bag


def quiet(_: str, __: str) -> None:
    return


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The file system takes no more than ``size`` bytes for one file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# writing


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


# links, and other things that are no plain files


def secret(tmp_path: Path) -> Path:
    """A file outside that must neither be read nor changed."""
    path = tmp_path / "secret"
    path.write_bytes(b"one")
    return path


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


# bounds


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


# manifests


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


# anything at all

names = st.sampled_from(
    [
        FOLDER,
        str(BAG),
        str(BAG).upper(),
        f"{HUB}-all",
        "ab",
        "AB",
        "ab" * 32 + ".env",
        "ab" * 32 + f"-{STATION}.blb",
        "ab" * 32 + ".edn",
        "ab" * 32 + ".lst",
        HEAD,
        "growing.tmp",
        "else",
    ]
)
things = st.lists(
    st.tuples(
        st.lists(names, min_size=1, max_size=4),
        st.sampled_from(["file", "folder", "link", "loop", "pipe"]),
        st.binary(max_size=40),
    ),
    max_size=12,
)


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


def look_at(bag: Bag) -> None:
    reader = StickReader(quiet)
    for kind in FileKind:
        for file in reader.files(bag, kind):
            for read in (reader.content, reader.digest):
                with only_our_errors():
                    read(file)
    with only_our_errors():
        reader.head(bag, PUBLIC)


@contextmanager
def only_our_errors() -> Iterator[None]:
    """Errors in our words; any other fails the test."""
    try:
        yield
    except YizhanError:
        return


def place(path: Path, kind: str, data: bytes, target: Path) -> None:
    """Put something there, unless what is there already forbids it."""
    if os.path.lexists(path):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "file":
            path.write_bytes(data)
        elif kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(target if kind == "link" else path.parent)
    except OSError:
        return


def test_a_growing_file_that_cannot_begin_says_so(tmp_path: Path) -> None:
    (tmp_path / "growing.tmp").mkdir()
    with pytest.raises(StickUnwritableError):
        GrowingFile(tmp_path / "growing.tmp", tmp_path / "target", lambda: None)
