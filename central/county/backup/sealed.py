"""A backup's file: what is in it is sealed for the recovery key, and signed by the registrar.

::

    magic                yizhan-backup/1 and an end of line
    u32 size | head      whose backup, for which recovery key, and the key of the content, sealed
    content              in chunks of 64 KiB, as a blob's (STREAM, ChaCha20-Poly1305)
    trailer | u32 size   the root's delegation, and the registrar's word on all that stands before

It is written and read in one pass, so it may be larger than memory, and it says nothing to
whoever finds it but whose it is.

Source: docs/operations.md, "Backup and restore"; docs/adr/0029-sealed-backups.md.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from protocol.codec import Record, pack, unpack
from protocol.envelope.blob import KEY_BYTES, open_chunks, seal_chunks
from protocol.envelope.keys import Context, Signer, key_name, open_signed, sign_record
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import (
    BackupDamagedError,
    BackupForeignError,
    BackupOtherKeyError,
    BackupSealedError,
    DigestError,
    FileUnreadableError,
    PeerError,
)
from protocol.limits import KIB
from protocol.ports import Randomness
from protocol.trust.audit import BackupMark
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Delegation
from provisioning.escrow.recovery import RecoveryKey
from runtime.cli.failures import reason
from runtime.disk.files import new_file

_MAGIC = b"yizhan-backup/1\n"
_SIZE = struct.Struct(">I")
_INFO = b"yizhan/backup/1\x00"
_MAX_PART_BYTES = 64 * KIB  # of head and trailer: some 1.5 KB
_READ_BYTES = 256 * KIB


class _Head(Record, frozen=True, kw_only=True):
    root: bytes  # public key of the county's root
    recovery: bytes  # name of the recovery key
    sealed: bytes  # HPKE, X-Wing: the key of the content


class _Trailer(Record, frozen=True, kw_only=True):
    delegation: bytes  # signed by the root
    mark: bytes  # signed by the registrar that it names


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a county seals and signs its backups with."""

    root: bytes  # public key of the root
    recovery: bytes  # public half of the recovery key
    delegation: bytes  # signed by the root
    signer: Signer  # of the registrar


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """What opens a backup, and how much is asked of it."""

    keys: Sequence[RecoveryKey]  # one of them has to fit
    unsigned: bool = False  # also what this county's registrar has not signed


def write_sealed(path: Path, pieces: Iterable[bytes], how: Seal, randomness: Randomness) -> None:
    """Write a new file; it is on disk under its name when this returns, or not at all.

    Raises:
        NameTakenError: something has this name.
        FileTooLargeError, DiskFullError, StoreError: it can't be written.
    """
    key = randomness.token(KEY_BYTES)
    sealed = seal(SuiteNumber.XWING, how.recovery, key, _INFO + how.root)
    head = pack(_Head(root=how.root, recovery=key_name(how.recovery), sealed=sealed))
    digest = hashlib.sha256()
    with new_file(path) as file:

        def write(data: bytes) -> None:
            digest.update(data)
            file.write(data)

        write(_MAGIC + _SIZE.pack(len(head)) + head)
        for chunk in seal_chunks(key, pieces):
            write(chunk)
        mark = sign_record(how.signer, Context.BACKUP, BackupMark(digest=digest.digest()))
        trailer = pack(_Trailer(delegation=how.delegation, mark=mark))
        file.write(trailer + _SIZE.pack(len(trailer)))


@contextmanager
def opened(path: Path, opener: Opener) -> Iterator["Plain"]:
    """What is in a backup, to be read to its end and then to be believed, not before.

    Raises:
        FileUnreadableError: there is no such file.
        BackupSealedError: it is sealed for another key than was given.
        BackupForeignError: this county's registrar has not signed it.
        BackupDamagedError: it is not as it was written.
    """
    try:
        with path.open("rb") as file:
            frame = _frame(file, path)
            key = _fitting(frame.head, opener)
            plain = Plain(file, frame, _content_key(frame.head, key))
            yield plain
            plain.finish()
            if not opener.unsigned:
                _require_signed(frame, plain.digest, key)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
    except PeerError as exc:
        raise BackupDamagedError(f"{path}: {exc.detail}") from None


class Plain:
    """The content of a backup as a file that can be read once, from its beginning."""

    def __init__(self, file: IO[bytes], frame: "_Frame", key: bytes) -> None:
        self._file, self._left = file, frame.size
        self._digest = hashlib.sha256(frame.before)
        self._pieces = open_chunks(key, self._sealed())
        self._held = bytearray()

    @property
    def digest(self) -> bytes:
        """Of the file as far as it was read."""
        return self._digest.digest()

    def read(self, size: int = -1) -> bytes:
        """The next bytes; fewer than ``size`` at the end only."""
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        taken = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(taken)]
        return taken

    def finish(self) -> None:
        """Read what is left, which is nothing but padding.

        Raises:
            UnopenableError: it was cut, or something was changed.
            DigestError: something stands behind the content.
        """
        while piece := self.read(_READ_BYTES):
            if piece.strip(b"\0"):
                raise DigestError("something stands behind the content")

    def _sealed(self) -> Iterator[bytes]:
        while self._left:
            piece = self._file.read(min(self._left, _READ_BYTES))
            if not piece:
                return
            self._left -= len(piece)
            self._digest.update(piece)
            yield piece


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What stands around the content."""

    before: bytes  # as it stands there
    head: _Head
    size: int  # of the content
    trailer: _Trailer


def _frame(file: IO[bytes], path: Path) -> _Frame:
    """What stands around the content; the file is read up to that."""
    end = file.seek(0, 2)
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupDamagedError(f"{path}: not a backup of this program")
    packed = file.read(_size(file))
    begin = file.tell()
    file.seek(max(begin, end - _SIZE.size))
    size = _size(file)
    at = end - _SIZE.size - size
    if at < begin:
        raise BackupDamagedError(f"{path}: it is cut short")
    file.seek(at)
    trailer = unpack(file.read(size), _Trailer)
    file.seek(begin)
    return _Frame(
        before=_MAGIC + _SIZE.pack(len(packed)) + packed,
        head=unpack(packed, _Head),
        size=at - begin,
        trailer=trailer,
    )


def _size(file: IO[bytes]) -> int:
    data = file.read(_SIZE.size)
    size: int = _SIZE.unpack(data)[0] if len(data) == _SIZE.size else _MAX_PART_BYTES + 1
    if size > _MAX_PART_BYTES:
        raise DigestError("it is cut short, or something was added")
    return size


def _fitting(head: _Head, opener: Opener) -> RecoveryKey:
    for key in opener.keys:
        if key_name(key.opening().public_bytes()) == head.recovery:
            return key
    number = f"编号 {head.recovery.hex()}"
    raise BackupOtherKeyError(number) if opener.keys else BackupSealedError(number)


def _content_key(head: _Head, key: RecoveryKey) -> bytes:
    return key.opening().unwrap(head.sealed, _INFO + head.root)


def _require_signed(frame: _Frame, digest: bytes, key: RecoveryKey) -> None:
    head, trailer = frame.head, frame.trailer
    if fingerprint(head.root) != key.county:
        raise BackupForeignError(f"县指纹 {fingerprint(head.root)}")
    try:
        signed = open_signed(
            head.root, Context.REGISTRAR, trailer.delegation, limit=_MAX_PART_BYTES
        )
        registrar = unpack(signed, Delegation).registrar
        mark = open_signed(registrar, Context.BACKUP, trailer.mark, limit=_MAX_PART_BYTES)
    except PeerError as exc:
        raise BackupForeignError(exc.detail) from None
    if unpack(mark, BackupMark).digest != digest:
        raise BackupDamagedError("not as it was signed")
