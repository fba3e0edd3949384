"""Reading bags: plain files with names that an export gives, no longer than they may be.

All calls block; run them in a thread. What is damaged raises for its own file only.

Source: docs/protocol.md section 11.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import StickIncompleteError, StickUnreadableError, TooLargeError
from protocol.exchange.messages import Part
from protocol.limits import MAX_FRAME_BYTES, PART_BYTES
from protocol.stick.names import (
    HEAD,
    BagHead,
    FileKind,
    ItemName,
    Listed,
    is_shelf,
    read_head,
    read_list,
)
from runtime.sticks.folder import Bag, is_real_shelf, named, plain_file, read_plain, scan

_READ_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StickFile:
    """A file of a bag, not opened yet."""

    bag: Bag
    item: ItemName
    path: str
    size: int

    def __str__(self) -> str:
        return f"{self.bag.name}/{self.item}"


class StickReader:
    """Reads the bags of a stick; ``tell`` hears of folders that can't be read, and why."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._sizes: dict[Path, Mapping[str, int]] = {}

    def files(self, bag: Bag, kind: FileKind) -> Iterator[StickFile]:
        """Every file of one kind."""
        for shelf in self._entries(bag, bag.path):
            if is_real_shelf(shelf):
                yield from self._on_shelf(bag, shelf, kind)
            elif is_shelf(shelf.name):
                self._tell(f"{bag.name}/{shelf.name}", StickUnreadableError.code)

    def content(self, file: StickFile) -> bytes:
        """All of a file that fits into memory.

        Raises:
            TooLargeError: longer than files of its kind are.
            StickUnreadableError: it can't be read, or is no plain file.
        """
        return read_plain(file.path, file.item.kind.max_bytes)

    def digest(self, file: StickFile) -> bytes:
        """SHA-256 of the content. Raises like :meth:`content`."""
        digest, left = hashlib.sha256(), file.item.kind.max_bytes
        if file.size > left:
            raise TooLargeError(f"{file.size} bytes")
        with plain_file(file.path) as source:
            while piece := source.read(_READ_BYTES):
                digest.update(piece)
                left -= len(piece)
                if left < 0:
                    raise TooLargeError("it grows while it is read")
        return digest.digest()

    def parts(self, file: StickFile, offset: int) -> Generator[Part]:
        """A blob from ``offset`` on, as it would come over a line. Raises like :meth:`content`."""
        with plain_file(file.path) as source:
            source.seek(offset)
            while offset < file.size:
                data = source.read(min(PART_BYTES, file.size - offset))
                if not data:
                    raise StickUnreadableError("it became shorter while it was read")
                yield _part(file, offset, data)
                offset += len(data)

    def head(self, bag: Bag, signing_public: bytes) -> BagHead:
        """The signed manifest of a bag.

        Raises:
            StickIncompleteError: it has none: the stick was pulled out before the end.
            PeerError: it has one that its packer did not sign.
            StickUnreadableError: it can't be read.
        """
        return read_head(self._manifest_file(bag, HEAD), signing_public, bag.name)

    def listed(self, bag: Bag, digest: bytes) -> tuple[Listed, ...]:
        """The files that one list of the manifest names. Raises like :meth:`head`."""
        return read_list(self._manifest_file(bag, f"{digest.hex()}.lst"), digest)

    def is_there(self, bag: Bag, listed: Listed) -> bool:
        """Whether the file is there, as long as its list says.

        Raises:
            MalformedError: no export writes such a name.
        """
        try:
            found = (bag.path / str(listed.item())).lstat()
        except OSError:
            return self._in_capitals(bag).get(str(listed.item())) == listed.size
        return stat.S_ISREG(found.st_mode) and found.st_size == listed.size

    def _in_capitals(self, bag: Bag) -> Mapping[str, int]:
        """Sizes of the items of a bag, whatever their names are written in."""
        if bag.path not in self._sizes:
            kinds = (self.files(bag, kind) for kind in FileKind)
            self._sizes[bag.path] = {str(file.item): file.size for kind in kinds for file in kind}
        return self._sizes[bag.path]

    def _manifest_file(self, bag: Bag, name: str) -> bytes:
        path = named(bag.path, name)
        if not os.path.lexists(path):
            raise StickIncompleteError(name)
        return read_plain(path, MAX_FRAME_BYTES)

    def _on_shelf(self, bag: Bag, shelf: os.DirEntry[str], kind: FileKind) -> Iterator[StickFile]:
        for entry in self._entries(bag, shelf.path):
            item = ItemName.parse(shelf.name, entry.name)
            if item is not None and item.kind is kind:
                size = 0
                with suppress(OSError):
                    size = entry.stat(follow_symlinks=False).st_size
                yield StickFile(bag=bag, item=item, path=entry.path, size=size)

    def _entries(self, bag: Bag, folder: str | Path) -> Iterator[os.DirEntry[str]]:
        try:
            yield from scan(folder)
        except OSError:
            self._tell(f"{bag.name}/{Path(folder).name}", StickUnreadableError.code)


def _part(file: StickFile, offset: int, data: bytes) -> Part:
    origin, blob = file.item.ref
    return Part(origin=bytes.fromhex(origin), blob=blob, size=file.size, offset=offset, data=data)
