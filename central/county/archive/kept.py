"""How a package is kept: what was made of the case as it was made, and where its papers lie.

The papers are kept once, as the case has them. So a package takes a few kilobytes, and its bytes
are the same for as long as it is kept, whatever a later program would make of the case.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from central.county.archive.contents import Paper
from central.county.ports.relay import Blobs
from protocol.archive.manifest import (
    FORMAT,
    MANIFEST,
    MAX_MADE_BYTES,
    PROOF,
    Listed,
    Manifest,
    listed,
    manifest_bytes,
)
from protocol.archive.proof import Proof
from protocol.archive.zipped import MAX_PACKAGE_BYTES, Member, total_bytes, written
from protocol.codec import Record, pack, unpack
from protocol.envelope.blob import open_chunks
from protocol.envelope.compress import expand_public, squeeze_public
from protocol.errors import DamagedError, UnopenableError
from protocol.errors.archive import ArchiveTooLargeError
from protocol.ids import BlobId, BlobRef, NodeId


class KeptPaper(Record, frozen=True, kw_only=True, array_like=True):
    """A paper of a package, and what it takes to open it."""

    path: str
    size: int
    crc: int
    origin: str
    blob: bytes
    key: bytes

    @property
    def ref(self) -> BlobRef:
        """The blob that it is in."""
        return BlobRef(NodeId(self.origin), BlobId(self.blob))


class KeptFile(Record, frozen=True, kw_only=True, array_like=True):
    """A file of a package that was made."""

    path: str
    data: bytes


class KeptParts(Record, frozen=True, kw_only=True, array_like=True):
    """All of a package."""

    made: tuple[KeptFile, ...]
    papers: tuple[KeptPaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a manifest says of its case."""

    case: str
    application: str
    station: str
    county: str
    events: int
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A package that was just made."""

    parts: bytes = field(repr=False)
    digest: bytes
    manifest: bytes  # SHA-256
    size: int


def looked_at(papers: Iterable[Paper], blobs: Blobs) -> Iterator[KeptPaper]:
    """Open each paper once: is it what its envelope names? Blocks for the disk.

    Raises:
        DamagedError: one is not.
    """
    for one in papers:
        file, size, crc, digest = one.file, 0, 0, hashlib.sha256()
        kept = KeptPaper(
            path=one.path, size=0, crc=0, origin=file.blob.origin, blob=file.blob.blob, key=file.key
        )
        for piece in pieces_of(kept, blobs):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            digest.update(piece)
        if digest.digest() != file.sha256:
            raise DamagedError(f"blob {file.blob}")
        yield KeptPaper(
            path=kept.path, size=size, crc=crc, origin=kept.origin, blob=kept.blob, key=kept.key
        )


def manifest_of(
    facts: Facts, made: Mapping[str, tuple[str, bytes]], papers: Sequence[tuple[Paper, KeptPaper]]
) -> bytes:
    """The manifest over all files.

    Args:
        made: title and bytes, by path.
        papers: each as it was found, and as it is kept.
    """
    files = [
        Listed(path=path, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), title=title)
        for path, (title, data) in made.items()
    ]
    files += [
        Listed(path=kept.path, bytes=kept.size, sha256=one.file.sha256.hex(), title=one.title[:300])
        for one, kept in papers
    ]
    return manifest_bytes(
        Manifest(
            format=FORMAT,
            case=facts.case,
            application=facts.application,
            station=facts.station,
            county=facts.county,
            events=facts.events,
            ended=facts.ended,
            files=listed(files),
        )
    )


def built(
    manifest: bytes,
    proof: Proof,
    made: Mapping[str, bytes],
    papers: Sequence[KeptPaper],
    *,
    blobs: Blobs,
) -> Built:
    """The package as it is kept, and what its file comes to. Blocks for the disk.

    Raises:
        ArchiveTooLargeError: it does not fit into one file.
    """
    files = {MANIFEST: manifest, **proof.files(), **made}
    parts = KeptParts(
        made=tuple(KeptFile(path=path, data=data) for path, data in files.items()),
        papers=tuple(papers),
    )
    size = total_bytes([member for member, _ in _members(parts, blobs)])
    if size > MAX_PACKAGE_BYTES or sum(map(len, files.values())) > MAX_MADE_BYTES:
        raise ArchiveTooLargeError(f"{size} bytes")
    digest = hashlib.sha256()
    for piece in file_pieces(parts, blobs):
        digest.update(piece)
    return Built(
        parts=squeeze_public(pack(parts)),
        digest=digest.digest(),
        manifest=hashlib.sha256(manifest).digest(),
        size=size,
    )


def read_parts(parts: bytes) -> KeptParts:
    """What is kept of a package."""
    limit = 2 * MAX_MADE_BYTES
    return unpack(expand_public(parts, limit=limit), KeptParts, limit=limit)


def file_pieces(parts: KeptParts, blobs: Blobs) -> Iterator[bytes]:
    """The package as a file, in pieces; the same each time. Blocks for the disk.

    Raises:
        DamagedError: a paper can't be opened.
    """
    return written(_members(parts, blobs))


def pieces_of(paper: KeptPaper, blobs: Blobs) -> Iterator[bytes]:
    """A paper, opened. Raises DamagedError."""
    try:
        yield from open_chunks(paper.key, blobs.pieces(paper.ref))
    except (UnopenableError, FileNotFoundError):
        raise DamagedError(f"blob {paper.ref}") from None


def _members(parts: KeptParts, blobs: Blobs) -> list[tuple[Member, Iterable[bytes]]]:
    """In the order of the file: what proves it, then all others by their paths."""
    made = {
        one.path: (
            Member(path=one.path, size=len(one.data), crc=zlib.crc32(one.data)),
            [one.data],
        )
        for one in parts.made
    }
    others: dict[str, tuple[Member, Iterable[bytes]]] = {
        path: made[path] for path in made if path not in PROOF
    }
    for paper in parts.papers:
        member = Member(path=paper.path, size=paper.size, crc=paper.crc)
        others[paper.path] = (member, pieces_of(paper, blobs))
    return [*(made[path] for path in PROOF), *(others[path] for path in sorted(others))]
