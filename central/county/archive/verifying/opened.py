"""A package's file, read as it lies: each part with its digest, and what may be between them."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from protocol.archive.manifest import EVENTS, MAX_MADE_BYTES, MAX_MANIFEST_BYTES, PROOF
from protocol.archive.zipped import MAX_MEMBERS, Member, head, tail

_READ_BYTES = 256 * 1024
_LOCAL_BYTES = 30  # of a header, without name and extra field
_SMALL = {**dict.fromkeys(PROOF, MAX_MANIFEST_BYTES), EVENTS: MAX_MADE_BYTES}
"""Files whose bytes are looked into, and how long they may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file inside."""

    path: str
    size: int
    crc: int
    sha256: str
    plain: bool  # neither compressed nor encrypted


@dataclass(slots=True, kw_only=True)
class Opened:
    """What is in a package's file."""

    sha256: str = ""
    size: int = 0  # bytes
    broken: str = ""  # why it can't be read; empty: it can
    parts: list[Part] = field(default_factory=list)
    small: dict[str, bytes] = field(default_factory=dict)  # those whose bytes matter
    foreign: bool = False  # it is not the file that its contents make

    def part(self, path: str) -> Part | None:
        """The first of that name."""
        return next((one for one in self.parts if one.path == path), None)


def open_package(path: Path) -> Opened:
    """Read it all, once for its digest and once for its parts. Blocks; raises OSError."""
    found = Opened()
    with path.open("rb") as file:
        found.sha256, found.size = _digest(file)
        try:
            with zipfile.ZipFile(file) as package:
                _read(package, file, found)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as exc:
            found.broken = f"{exc}"[:200]
        except RuntimeError as exc:  # what zipfile says of an encrypted part
            found.broken = f"{exc}"[:200]
        else:
            found.foreign = not _is_what_it_makes(file, found)
    return found


def _digest(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_READ_BYTES):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _read(package: zipfile.ZipFile, file: BinaryIO, found: Opened) -> None:
    infos = package.infolist()
    if len(infos) > MAX_MEMBERS:
        raise zipfile.BadZipFile(f"{len(infos)} files")
    for info in sorted(infos, key=lambda one: one.header_offset):
        digest, size, crc, kept = hashlib.sha256(), 0, 0, bytearray()
        most = _SMALL.get(info.filename, 0)
        plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
        for piece in _pieces(file, info) if plain else ():
            digest.update(piece)
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            if size <= most:
                kept += piece
        if size <= most:
            found.small.setdefault(info.filename, bytes(kept))
        part = Part(path=info.filename, size=size, crc=crc, sha256=digest.hexdigest(), plain=plain)
        found.parts.append(part)


def _pieces(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes as they lie, whatever the checksum beside them says."""
    if info.header_offset < 0:
        raise zipfile.BadZipFile(f"a file begins at {info.header_offset}")
    file.seek(info.header_offset)
    header = file.read(_LOCAL_BYTES)
    if len(header) < _LOCAL_BYTES or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"no file begins at {info.header_offset}")
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(info.header_offset + _LOCAL_BYTES + names)
    left = info.compress_size
    while left and (piece := file.read(min(left, _READ_BYTES))):
        left -= len(piece)
        yield piece


def _is_what_it_makes(file: BinaryIO, found: Opened) -> bool:
    """Whether the file is, to the byte, what its parts make in their right order."""
    rest = sorted((one for one in found.parts if one.path not in PROOF), key=lambda one: one.path)
    first = [one for name in PROOF for one in found.parts if one.path == name]
    if [*first, *rest] != found.parts or not all(one.path.isascii() for one in rest):
        return False
    members = [Member(path=one.path, size=one.size, crc=one.crc) for one in found.parts]
    return _fits(file, members, found.size)


def _fits(file: BinaryIO, members: Sequence[Member], size: int) -> bool:
    at = 0
    for one in members:
        wanted = head(one)
        file.seek(at)
        if file.read(len(wanted)) != wanted:
            return False
        at += len(wanted) + one.size
    file.seek(at)
    end = tail(members)
    return file.read(len(end) + 1) == end and at + len(end) == size
