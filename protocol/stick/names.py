"""Sticks: what an exchange would carry, as files in a folder.

::

    FOLDER/yizhan/<from>-<to>/           one bag: from one node, for one node or for all
        <2 hex>/<id>.env                 an envelope, by its id
        <2 hex>/<id>-<origin>.blb        a whole blob, by the hash of its content and whose it is
        <2 hex>/<id>.edn                 a whole edition, by the hash of the file
        <2 hex>/<id>.tim                 the county's signed time, by the hash of the file
        <hash>.lst                       names and sizes of up to 400 of these files
        bag.sig                          who packed the bag, when, and the hashes of its lists

Every file proves itself: an envelope by its sender's signature, a blob and an edition by their
hashes and proofs. So whoever carries the stick need not be trusted, and a file counts whether or
not the rest of its bag is whole. The manifest only tells what should be there and is not.

Source: docs/protocol.md section 11.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Self

from protocol.codec import Record, pack, unpack
from protocol.envelope.keys import Context, Signer, open_signed, sign_record
from protocol.errors import (
    DigestError,
    MalformedError,
    NeedsNewerError,
    TooLargeError,
)
from protocol.exchange.messages import EditionNews
from protocol.ids import DIGEST_BYTES, NO_ORIGIN, NONCE_BYTES, BlobId, BlobRef, NodeId
from protocol.limits import (
    KIB,
    MAX_COUNT,
    MAX_EDITION_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FRAME_BYTES,
    MAX_STICK_BLOB_BYTES,
    MAX_STICK_LISTS,
    MAX_TIME_BYTES,
    STICK_LIST_FILES,
)

FOLDER, HEAD = "yizhan", "bag.sig"
VERSION = 1
_EVERYBODY = "all"
_BAG = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16}|all)")
_SHELF = re.compile(r"[0-9a-f]{2}")
_ITEM = re.compile(r"([0-9a-f]{64})(?:-([0-9a-f]{16}))?\.(env|blb|edn|tim)")
_OF_TOMORROW = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}(?:-[0-9a-f]{16})?\.[a-z]{3}")
_LIST = re.compile(r"([0-9a-f]{64})\.lst")


class FileKind(Enum):
    """What a file of a bag holds; the value is the end of its name."""

    ENVELOPE = "env"
    BLOB = "blb"
    EDITION = "edn"
    TIME = "tim"

    @property
    def max_bytes(self) -> int:
        """No honest file of this kind is longer."""
        return _MAX_BYTES[self]


_MAX_BYTES = {
    FileKind.ENVELOPE: MAX_ENVELOPE_BYTES,
    FileKind.BLOB: MAX_STICK_BLOB_BYTES,
    FileKind.EDITION: MAX_EDITION_BYTES + 64 * KIB,  # the body, and its proof
    FileKind.TIME: MAX_TIME_BYTES,
}


@dataclass(frozen=True, slots=True)
class BagName:
    """From whom, and for whom; None stands for everybody."""

    origin: NodeId
    to: NodeId | None

    def __str__(self) -> str:
        return f"{self.origin}-{self.to or _EVERYBODY}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """The bag that a folder of this name is; None if it is none of ours."""
        found = _BAG.fullmatch(name.lower())
        if found is None:
            return None
        origin, to = found.groups()
        return cls(NodeId(origin), None if to == _EVERYBODY else NodeId(to))


@dataclass(frozen=True, slots=True)
class ItemName:
    """One file of a bag."""

    kind: FileKind
    key: bytes  # 32 bytes: the envelope's id, or the hash of the content
    origin: NodeId = NO_ORIGIN  # of a blob: whose it is

    @property
    def shelf(self) -> str:
        """The folder that it lies in: FAT32 slows down long before its limit of names."""
        return self.key.hex()[:2]

    @property
    def ref(self) -> BlobRef:
        """Which blob it is."""
        return BlobRef(self.origin, BlobId(self.key))

    def __str__(self) -> str:
        owner = f"-{self.origin}" if self.origin else ""
        return f"{self.shelf}/{self.key.hex()}{owner}.{self.kind.value}"

    @classmethod
    def parse(cls, shelf: str, name: str) -> Self | None:
        """The file of this name in this folder; None if it is none of ours."""
        found = _ITEM.fullmatch(name.lower())
        if found is None or found[1][:2] != shelf.lower():
            return None
        kind, origin = FileKind(found[3]), NodeId(found[2] or NO_ORIGIN)
        if (kind is FileKind.BLOB) != bool(origin):
            return None
        return cls(kind, bytes.fromhex(found[1]), origin)

    @classmethod
    def of_blob(cls, ref: BlobRef) -> Self:
        """The file of a blob."""
        return cls(FileKind.BLOB, ref.blob, ref.origin)


def is_shelf(name: str) -> bool:
    """Whether a folder of a bag holds items."""
    return _SHELF.fullmatch(name.lower()) is not None


def list_name(data: bytes) -> str:
    """What the list with this content is called."""
    return f"{hashlib.sha256(data).hexdigest()}.lst"


def is_list(name: str) -> bool:
    """Whether a file of a bag is one of its lists."""
    return _LIST.fullmatch(name.lower()) is not None


class Listed(Record, frozen=True, array_like=True):
    """One file of a bag, as its manifest names it. The name binds the content."""

    name: str
    size: int  # bytes

    def item(self) -> ItemName:
        """What it is.

        Raises:
            NeedsNewerError: a kind of file that only a newer program knows.
            MalformedError: no export writes such a name.
        """
        shelf, _, name = self.name.partition("/")
        found = ItemName.parse(shelf, name)
        if found is None and _OF_TOMORROW.fullmatch(self.name):
            raise NeedsNewerError(f"a list names a file of kind {self.name[-3:]}")
        if found is None or str(found) != self.name:
            raise MalformedError("a list names a file that no export writes")
        return found


class BagHead(Record, frozen=True, kw_only=True):
    """What is signed of a bag: who packed it, for whom, when, and what its lists are."""

    CONTEXT: ClassVar[Context] = Context.STICK
    VERSION: ClassVar[int] = VERSION

    version: int
    origin: bytes  # node id, 8 bytes
    to: bytes  # node id, or empty for everybody
    made_ms: int  # by the clock of the node that packed it; shown, never compared
    files: int
    size: int  # bytes of all files
    lists: tuple[bytes, ...]  # SHA-256 of each

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        if self.version != VERSION or len(self.origin) != NONCE_BYTES:
            raise ValueError("bag version or origin")
        if len(self.to) not in (0, NONCE_BYTES):
            raise ValueError("bag recipient")
        if any(not 0 <= n < MAX_COUNT for n in (self.made_ms, self.files, self.size)):
            raise ValueError("bag numbers")
        if len(self.lists) > MAX_STICK_LISTS or any(len(h) != DIGEST_BYTES for h in self.lists):
            raise ValueError("bag lists")


def pack_head(
    signer: Signer, bag: BagName, *, made_ms: int, files: int, size: int, lists: Sequence[bytes]
) -> bytes:
    """The content of ``bag.sig``."""
    head = BagHead(
        version=VERSION,
        origin=bytes.fromhex(bag.origin),
        to=bytes.fromhex(bag.to or ""),
        made_ms=made_ms,
        files=files,
        size=size,
        lists=tuple(lists),
    )
    return sign_record(signer, BagHead.CONTEXT, head)


def read_head(data: bytes, signing_public: bytes, bag: BagName) -> BagHead:
    """The head of a bag, after its signature was checked.

    Raises:
        SignatureError, MalformedError, TooLargeError: not signed by the node that the bag names,
            or the head of another bag.
    """
    body = open_signed(signing_public, BagHead.CONTEXT, data, limit=MAX_FRAME_BYTES)
    head = unpack(body, BagHead)
    if head.origin.hex() != bag.origin or head.to.hex() != (bag.to or ""):
        raise MalformedError("the manifest of another bag")
    return head


def pack_list(files: Sequence[Listed]) -> bytes:
    """The content of a list of at most 400 files."""
    return pack(list(files))


def read_list(data: bytes, digest: bytes) -> tuple[Listed, ...]:
    """The files of a list whose hash stands in the head.

    Raises:
        DigestError: another content.
        MalformedError, TooLargeError: not a list.
    """
    if hashlib.sha256(data).digest() != digest:
        raise DigestError("a list of files")
    files = unpack(data, tuple[Listed, ...])
    if len(files) > STICK_LIST_FILES:
        raise TooLargeError(f"a list of {len(files)} files")
    return files


def pack_edition(news: EditionNews, body: bytes) -> bytes:
    """The content of an edition's file: the news with the whole body inside."""
    whole = EditionNews(
        kind=news.kind, version=news.version, base=news.base, proof=news.proof, body=body
    )
    return pack(whole)


def read_edition(data: bytes) -> EditionNews:
    """The edition in a file; its proof is not checked yet.

    Raises:
        MalformedError, TooLargeError: not a whole edition.
    """
    news = unpack(data, EditionNews, limit=FileKind.EDITION.max_bytes)
    if news.base or not news.body:
        raise MalformedError("only whole editions travel by stick")
    return news
