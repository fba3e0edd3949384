"""Bags with a few items, and what hostile hands leave on a stick."""

import hashlib
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from protocol.errors import (
    YizhanError,
)
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.stick.names import FOLDER, HEAD, BagName, FileKind, ItemName
from runtime.sticks.folder import Bag, survey
from runtime.sticks.reader import StickReader
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.lines.sticks import stick_writer

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


def secret(tmp_path: Path) -> Path:
    """A file outside that must neither be read nor changed."""
    path = tmp_path / "secret"
    path.write_bytes(b"one")
    return path


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
