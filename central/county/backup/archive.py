"""The one file of a backup: an uncompressed tar that any tool reads and ``sha256sum -c`` checks.

::

    county.db         the database, all of one moment, as SQLite whatever the county runs on
    county.toml       settings, if there are any
    blobs.txt         ids of the blobs that belong to it, one a line; they lie beside, in blobs/
    authority/...     the county's root, registrar and TLS keys, and the authority's database
    node/...          the county's own keys and certificate
    manifest.json     whose backup it is, of when, how far its receipts go
    SHA256SUMS        of every other member; the last, so that a file cut short has none

Source: docs/operations.md, "Backup and restore".
"""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, cast

from protocol.errors import BackupDamagedError, FileUnreadableError, NewerStoreError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a backup says of itself."""

    node: str  # the county's node id
    name: str  # of the county
    at_ms: int  # UTC, by its clock, when the copy of the database was made
    instance: str  # hex; the life of the database that was copied
    receipts: int  # newest receipt number in it
    blobs: int  # how many belong to it


def write_archive(path: Path, members: Mapping[str, Path], facts: Facts, moved: Moved) -> None:
    """Write a new file, for its owner's eyes only, and wait until it is on disk.

    Raises:
        OSError: the disk says no; what was written is of no use.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            sums = {name: _add_file(tar, name, members[name], facts, moved) for name in members}
            manifest = json.dumps({"format": _FORMAT, **asdict(facts)}, ensure_ascii=False)
            sums[MANIFEST] = _add_bytes(tar, MANIFEST, manifest.encode(), facts)
            listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
            _add_bytes(tar, SUMS, listed.encode(), facts)
        file.flush()
        os.fsync(file.fileno())


def unpack_archive(path: Path, folder: Path, moved: Moved) -> Facts:
    """Write every member into ``folder``, which is empty, and only then believe them.

    Raises:
        FileUnreadableError: there is no such file.
        BackupDamagedError: it is not whole; what stands in ``folder`` is of no use.
        NewerStoreError: a newer program made it.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            return _unpack(tar, folder, moved)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as exc:
        raise FileUnreadableError(f"{path}: {exc.strerror}") from None
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, RecursionError) as exc:
        raise BackupDamagedError(f"{path}: {exc}") from None


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


def _add_file(tar: tarfile.TarFile, name: str, source: Path, facts: Facts, moved: Moved) -> str:
    with source.open("rb") as file:
        hashed, size = _Hashed(file, moved), os.fstat(file.fileno()).st_size
        tar.addfile(_header(name, size, facts), cast("IO[bytes]", hashed))
    return hashed.hex()


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes, facts: Facts) -> str:
    tar.addfile(_header(name, len(data), facts), io.BytesIO(data))
    return hashlib.sha256(data).hexdigest()


def _header(name: str, size: int, facts: Facts) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, _PRIVATE, facts.at_ms // 1000
    return header


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
