"""Editions: a keyed list that grows by numbered, signed versions. Roster and catalogue are both.

An edition is a head (kind, version, digest) that is signed, and entries that the digest covers:
SHA-256 over ``u16 len || key || SHA-256(entry)`` for all keys in order. What travels is a set of
changes from a version that the receiver holds; the full edition is the changes from nothing
(version 0). After applying them the digest must be the signed one, so a wrong base can't pass.

Source: docs/protocol.md section 7.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from protocol.codec import Record, unpack
from protocol.envelope.compress import expand_public, squeeze_public
from protocol.envelope.keys import Context, Publics, Signed, Signer, open_signed, sign_record
from protocol.errors import DigestError, MalformedError, RollbackError, TooLargeError
from protocol.limits import MAX_EDITION_BYTES, MAX_EDITION_ENTRIES, MAX_ENTRY_BYTES

_DROPPED = 0xFFFFFFFF
_HEAD_BYTES = 4096


class Kind(Enum):
    """Which list it is."""

    ROSTER = "roster"
    RELEASE = "release"

    @property
    def context(self) -> Context:
        """What its signature says."""
        return Context.ROSTER if self is Kind.ROSTER else Context.RELEASE


class Head(Record, frozen=True, kw_only=True):
    """What is signed of an edition."""

    kind: Kind
    version: int  # from 1, never falls
    count: int  # entries
    digest: bytes  # over all entries
    created_ms: int  # UTC; shown, never compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version, whole: the proof that travels with it, and its entries."""

    head: Head
    proof: bytes  # the signed head; a roster's is preceded by the registrar's delegation
    entries: Mapping[str, bytes] = field(repr=False)

    @property
    def version(self) -> int:
        """Its number."""
        return self.head.version


def make_head(kind: Kind, version: int, entries: Mapping[str, bytes], created_ms: int) -> Head:
    """The head over ``entries``.

    Raises:
        TooLargeError: more or longer entries than an edition may have.
    """
    _check_size(entries)
    return Head(
        kind=kind,
        version=version,
        count=len(entries),
        digest=digest(entries),
        created_ms=created_ms,
    )


def sign_head(signer: Signer, head: Head) -> bytes:
    """The signed head, as it travels."""
    return sign_record(signer, head.kind.context, head)


def open_head(public: Publics, kind: Kind, signed: bytes) -> Head:
    """The head, after its signature was checked.

    Raises:
        SignatureError, MalformedError, TooLargeError: not a head of ``kind`` by ``public``.
    """
    body = open_signed(public, kind.context, signed, limit=_HEAD_BYTES)
    head = unpack(body, Head)
    if head.kind is not kind or head.version < 1:
        raise MalformedError(f"a head of kind {head.kind.value}, {kind.value} is expected")
    return head


def known_head(kind: Kind, signed: bytes) -> Head:
    """The head of an edition that was checked when it came.

    Raises:
        MalformedError, TooLargeError: it is no head of ``kind``.
    """
    head = unpack(unpack(signed, Signed, limit=2 * _HEAD_BYTES).body, Head, limit=_HEAD_BYTES)
    if head.kind is not kind:
        raise MalformedError(f"a head of kind {head.kind.value}, {kind.value} is expected")
    return head


def require_newer(head: Head, held_version: int) -> None:
    """Raise RollbackError unless ``head`` is newer than what we hold."""
    if head.version <= held_version:
        raise RollbackError(f"{head.kind.value} {head.version}, held {held_version}")


def digest(entries: Mapping[str, bytes]) -> bytes:
    """SHA-256 over all entries in the order of their keys."""
    total = hashlib.sha256()
    for key in sorted(entries):
        name = key.encode()
        total.update(struct.pack(">H", len(name)) + name)
        total.update(hashlib.sha256(entries[key]).digest())
    return total.digest()


def changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> bytes:
    """What turns ``old`` into ``new``, compressed with ``old`` as the dictionary."""
    parts = [_entry(key, None) for key in sorted(old.keys() - new.keys())]
    parts += [_entry(key, new[key]) for key in sorted(new) if old.get(key) != new[key]]
    return squeeze_public(b"".join(parts), _plain(old))


def whole(entries: Mapping[str, bytes]) -> bytes:
    """All entries as changes from nothing, compressed quickly: for the disk, and for who joins."""
    return squeeze_public(_plain(entries), quick=True)


def apply_changes(old: Mapping[str, bytes], body: bytes, head: Head) -> dict[str, bytes]:
    """The entries of ``head``, from ``old`` and the changes.

    Raises:
        MalformedError, TooLargeError: ``body`` is not a set of changes.
        DigestError: the result is not what ``head`` was signed over; ask for the full edition.
    """
    entries = dict(old)
    for key, entry in _entries(expand_public(body, _plain(old), limit=MAX_EDITION_BYTES)):
        if entry is None:
            entries.pop(key, None)
        elif len(entries) <= MAX_EDITION_ENTRIES:
            entries[key] = entry
    _check_size(entries)
    if len(entries) != head.count or digest(entries) != head.digest:
        raise DigestError(f"{head.kind.value} {head.version} does not come out as signed")
    return entries


def _plain(entries: Mapping[str, bytes]) -> bytes:
    return b"".join(_entry(key, entries[key]) for key in sorted(entries))


def _entry(key: str, entry: bytes | None) -> bytes:
    name = key.encode()
    size = _DROPPED if entry is None else len(entry)
    return struct.pack(">HI", len(name), size) + name + (entry or b"")


def _entries(data: bytes) -> Iterator[tuple[str, bytes | None]]:
    at, end = 0, len(data)
    while at < end:
        try:
            name_size, size = struct.unpack_from(">HI", data, at)
            at += 6
            key = data[at : at + name_size].decode()
        except (struct.error, UnicodeDecodeError):
            raise MalformedError("changes of an edition") from None
        at += name_size
        body_size = 0 if size == _DROPPED else size
        if at + body_size > end:
            raise MalformedError("changes of an edition are cut short")
        yield key, None if size == _DROPPED else data[at : at + body_size]
        at += body_size


def _check_size(entries: Mapping[str, bytes]) -> None:
    if len(entries) > MAX_EDITION_ENTRIES:
        raise TooLargeError(f"{len(entries)} entries, at most {MAX_EDITION_ENTRIES}")
    for key, entry in entries.items():
        if len(entry) > MAX_ENTRY_BYTES:
            raise TooLargeError(f"entry {key!r} has {len(entry)} bytes, at most {MAX_ENTRY_BYTES}")
    if sum(len(key) + len(entry) + 6 for key, entry in entries.items()) > MAX_EDITION_BYTES:
        raise TooLargeError(f"the edition is over {MAX_EDITION_BYTES} bytes")
