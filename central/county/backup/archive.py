"""What is sealed in a backup: an uncompressed tar that any tool reads.

::

    county.db         the database, all of one moment, as SQLite whatever the county runs on
    county.toml       settings, if there are any
    blobs.txt         ids of the blobs that belong to it, one a line; they lie beside, in blobs/
    authority/...     registrar and TLS keys, the authority's database; not the root key
    node/...          the county's own keys and certificate
    manifest.json     whose backup it is, of when, how far its receipts go
    SHA256SUMS        of every other member; the last, so that a file cut short has none

Source: docs/operations.md, "Backup and restore".
"""

import errno
import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Protocol, cast

from protocol.errors import BackupDamagedError, NewerStoreError
from protocol.limits import MIB

DATABASE, SETTINGS, BLOBS = "county.db", "county.toml", "blobs.txt"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
AUTHORITY_DATABASE = "authority/authority.db"
_FORMAT = 1
_PRIVATE = 0o600
_REQUIRED = {DATABASE, BLOBS, AUTHORITY_DATABASE, "node/keys.bin", MANIFEST}
_NAME = re.compile(r"county\.db|county\.toml|blobs\.txt|(authority|node)/[A-Za-z0-9][\w.-]{0,60}")
_MAX_WORDS_BYTES = MIB  # of manifest and sums: a dozen lines; a longer one is none of ours
_READ_BYTES = 256 * 1024

Moved = Callable[[int], None]


class Source(Protocol):
    """An archive that is read once, from its beginning."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; fewer than ``size`` at the end only."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a backup says of itself."""

    node: str  # the county's node id
    name: str  # of the county
    at_ms: int  # UTC, by its clock, when the copy of the database was made
    instance: str  # hex; the life of the database that was copied
    receipts: int  # newest receipt number in it
    blobs: int  # how many belong to it


def archive_pieces(members: Mapping[str, Path], facts: Facts, moved: Moved) -> Iterator[bytes]:
    """The archive in pieces of at most 256 KiB; each file is read while its piece is asked for.

    Raises:
        OSError: a member can't be read, or changes its size meanwhile.
    """
    sums: dict[str, str] = {}
    for name, source in members.items():
        yield from _file_pieces(name, source, facts, moved, sums)
    manifest = json.dumps({"format": _FORMAT, **asdict(facts)}, ensure_ascii=False).encode()
    sums[MANIFEST] = hashlib.sha256(manifest).hexdigest()
    yield from _bytes_pieces(MANIFEST, manifest, facts)
    listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    yield from _bytes_pieces(SUMS, listed.encode(), facts)
    yield bytes(2 * tarfile.BLOCKSIZE)


def unpack_archive(source: Source, folder: Path, moved: Moved) -> Facts:
    """Write every member into ``folder``, which is empty, and only then believe them.

    Raises:
        BackupDamagedError: it is not whole; what stands in ``folder`` is of no use.
        NewerStoreError: a newer program made it.
    """
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", source), mode="r|") as tar:
            return _unpack(tar, folder, moved)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, RecursionError) as exc:
        raise BackupDamagedError(str(exc)) from None


class _Hashed:
    """Hashes what is read from a file."""

    def __init__(self, file: IO[bytes], moved: Moved) -> None:
        self._file, self._moved, self._digest = file, moved, hashlib.sha256()

    def read(self, size: int = _READ_BYTES) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        self._moved(len(data))
        return data

    def hex(self) -> str:
        return self._digest.hexdigest()


def _file_pieces(
    name: str, source: Path, facts: Facts, moved: Moved, sums: dict[str, str]
) -> Iterator[bytes]:
    """One file as a member; its sum is noted in ``sums``."""
    with source.open("rb") as file:
        hashed, size = _Hashed(file, moved), os.fstat(file.fileno()).st_size
        yield _header(name, size, facts)
        read = 0
        while piece := hashed.read():
            read += len(piece)
            yield piece
    if read != size:
        raise OSError(errno.EIO, "changed while it was copied", str(source))
    yield _padding(size)
    sums[name] = hashed.hex()


def _bytes_pieces(name: str, data: bytes, facts: Facts) -> Iterator[bytes]:
    yield _header(name, len(data), facts) + data + _padding(len(data))


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _header(name: str, size: int, facts: Facts) -> bytes:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, _PRIVATE, facts.at_ms // 1000
    return header.tobuf(tarfile.PAX_FORMAT)


def _unpack(tar: tarfile.TarFile, folder: Path, moved: Moved) -> Facts:
    sums: dict[str, str] = {}
    manifest, listed = b"", b""
    for header in tar:
        content = tar.extractfile(header) if header.isreg() and not header.issparse() else None
        if content is None or listed or header.name in sums:
            raise ValueError(f"an unexpected member {header.name[:60]!r}")
        if header.name == SUMS:
            listed = content.read(_MAX_WORDS_BYTES)
        elif header.name == MANIFEST:
            manifest = content.read(_MAX_WORDS_BYTES)
            sums[MANIFEST] = hashlib.sha256(manifest).hexdigest()
        else:
            sums[header.name] = _write(folder, header.name, _Hashed(content, moved))
    _compare(sums, listed)
    words = json.loads(manifest)
    if words["format"] > _FORMAT:
        raise NewerStoreError(f"backup format {words['format']}")
    return Facts(**{field.name: words[field.name] for field in fields(Facts)})


def _compare(sums: Mapping[str, str], listed: bytes) -> None:
    if not listed:
        raise ValueError("it is cut short")
    told = {name: digest for digest, name in map(_split, listed.decode().splitlines())}
    if changed := {name for name in {*sums, *told} if sums.get(name) != told.get(name)}:
        raise ValueError(f"not as it was written: {', '.join(sorted(changed))[:200]}")
    if missing := _REQUIRED - sums.keys():
        raise ValueError(f"without {', '.join(sorted(missing))}")


def _split(line: str) -> tuple[str, str]:
    digest, _, name = line.partition("  ")
    return digest, name


def _write(folder: Path, name: str, content: _Hashed) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"an unexpected member {name[:60]!r}")
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        while data := content.read():
            file.write(data)
    return content.hex()
