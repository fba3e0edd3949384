"""The file of an archive package: a ZIP whose bytes follow from its contents alone.

Nothing is compressed and nothing dated; names stand in one order. So one case gives one file, and
whatever was put between its parts, before or behind them shows, as the file is not the one that
its contents make.

Source: docs/archive.md, "The file"; PKWARE APPNOTE 6.3.10.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _STORED, _MIDNIGHT, _DAY = 20, 0, 0, 0x21  # 1980-01-01
MAX_PACKAGE_BYTES = 2**32 - 1
"""Of one package: what a ZIP without extensions can say."""
MAX_MEMBERS = 2000
"""Files of one package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside of a package."""

    path: str  # ASCII
    size: int
    crc: int  # CRC-32, as the ZIP wants it; proves nothing


def head(one: Member) -> bytes:
    """What stands before the bytes of a file."""
    name = one.path.encode("ascii")
    sizes = (one.crc, one.size, one.size)
    fixed = _LOCAL.pack(
        *(b"PK\x03\x04", _VERSION, 0, _STORED, _MIDNIGHT, _DAY), *sizes, len(name), 0
    )
    return fixed + name


def tail(members: Sequence[Member]) -> bytes:
    """What stands behind the last file."""
    at, lines = 0, list[bytes]()
    for one in members:
        name = one.path.encode("ascii")
        made = (b"PK\x01\x02", _VERSION, _VERSION, 0, _STORED, _MIDNIGHT, _DAY)
        sizes = (one.crc, one.size, one.size)
        lines.append(_CENTRAL.pack(*made, *sizes, len(name), 0, 0, 0, 0, 0, at) + name)
        at += len(head(one)) + one.size
    listed, count = b"".join(lines), len(members)
    return listed + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), at, 0)


def total_bytes(members: Sequence[Member]) -> int:
    """Bytes of the whole file."""
    return sum(len(head(one)) + one.size for one in members) + len(tail(members))


def written(members: Sequence[tuple[Member, Iterable[bytes]]]) -> Iterator[bytes]:
    """The whole file, in pieces."""
    for one, pieces in members:
        yield head(one)
        yield from pieces
    yield tail([one for one, _ in members])
