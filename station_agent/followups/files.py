"""Files that follow an application: looked at, and sealed as those of the application were."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from protocol.catalogue.items.model import Item
from protocol.envelope.payloads import Attachment
from protocol.errors import (
    AttachmentTooLargeError,
    FileEmptyError,
    FileUnreadableError,
    MaterialUnknownError,
)
from protocol.errors.scans import ScanUnknownError
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_FILE_BYTES, MAX_FILES
from protocol.ports import Randomness
from runtime.cli.failures import reason
from runtime.disk.given_files import open_plain
from runtime.disk.papers import sent_name
from station_agent.papers.pages import SealedPage, page_names
from station_agent.store.blobs import BlobFiles, SealedFile
from station_agent.store.disk import Disk

_KEY_BYTES, _NAME_BYTES = 32, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file, after it was looked at; or a page that lies sealed here already."""

    material: str  # id; empty: of none
    source: Path | SealedPage
    name: str  # under which it is sent
    size: int
    max_bytes: int

    def digest(self) -> str:
        """SHA-256 of what is in it, in hex; blocks. Raises FileUnreadableError."""
        if isinstance(self.source, SealedPage):
            return self.source.sha256.hex()
        return sha256_of(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBlob:
    """A file that became a blob."""

    paper: Paper
    sealed: SealedFile
    key: bytes = field(repr=False)

    def attachment(self) -> Attachment:
        """As it is named to the county."""
        return Attachment(
            material=self.paper.material,
            name=self.paper.name,
            size=self.sealed.plain_size,
            sha256=self.sealed.sha256,
            blob=self.sealed.blob,
            key=self.key,
        )


def look_at(
    item: Item | None, files: Sequence[tuple[str, Path]], pages: Sequence[SealedPage] = ()
) -> list[Paper]:
    """Check what can be known of files before they are read; blocks.

    Args:
        item: of the application; None: the catalogue that named it is gone, and any name is taken.
        pages: that were taken in at the desk.

    Raises:
        MaterialUnknownError, FileUnreadableError, FileEmptyError, AttachmentTooLargeError
    """
    if len(files) + len(pages) > MAX_FILES:
        raise AttachmentTooLargeError(f"{len(files) + len(pages)} files, at most {MAX_FILES}")
    papers = [_look_at_one(item, material, path) for material, path in files]
    papers += map(partial(_look_at_page, item), pages, page_names(pages))
    total = sum(paper.size for paper in papers)
    if total > MAX_APPLICATION_FILES_BYTES:
        raise AttachmentTooLargeError(f"{total} bytes, at most {MAX_APPLICATION_FILES_BYTES}")
    return papers


def _look_at_one(item: Item | None, name: str, path: Path) -> Paper:
    material, most = _material(item, name)
    try:
        size = path.stat().st_size
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
    if not path.is_file():
        raise FileUnreadableError(f"{path}: not a file")
    if not size:
        raise FileEmptyError(path.name)
    if size > most:
        raise AttachmentTooLargeError(f"{path.name}: {size} bytes, at most {most}")
    return Paper(material=material, source=path, name=sent_name(path), size=size, max_bytes=most)


def _look_at_page(item: Item | None, page: SealedPage, name: str) -> Paper:
    material, most = _material(item, page.material)
    if page.plain_size > most:
        raise AttachmentTooLargeError(f"{name}: {page.plain_size} bytes, at most {most}")
    return Paper(material=material, source=page, name=name, size=page.plain_size, max_bytes=most)


def _material(item: Item | None, name: str) -> tuple[str, int]:
    if not name or item is None:
        return name, MAX_FILE_BYTES
    found = item.material(name)
    if found is None:
        raise MaterialUnknownError(repr(name[:60]))
    return found.id, found.max_bytes


def sha256_of(path: Path) -> str:
    """What is in a file, in hex; blocks. Raises FileUnreadableError."""
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSealer:
    """Of one station."""

    blobs: BlobFiles
    disk: Disk
    randomness: Randomness

    async def seal(self, papers: Sequence[Paper], done: list[PaperBlob]) -> None:
        """Encrypt every paper; ``done`` learns each at once, so that it can be released.

        Raises:
            DiskFullError: no room; nothing is left of the one that failed.
            ScanUnknownError: a page's file is gone.
        """
        files = [one for one in papers if isinstance(one.source, Path)]
        self.disk.require_room(sum(one.size for one in files), attachments=bool(files))
        for paper in papers:
            if isinstance(paper.source, SealedPage):
                done.append(self._held(paper, paper.source))
                continue
            key = self.randomness.token(_KEY_BYTES)
            sealed = await asyncio.to_thread(
                self.blobs.seal,
                paper.source,
                key,
                min(paper.max_bytes, paper.size),
                draft=self.randomness.token(_NAME_BYTES).hex(),
                tell=lambda _: None,
            )
            done.append(PaperBlob(paper=paper, sealed=sealed, key=key))

    def _held(self, paper: Paper, page: SealedPage) -> PaperBlob:
        """A page as it lies here; the sweep leaves it alone until it is released."""
        ref = self.blobs.own(page.blob)
        if not self.blobs.hold(ref):
            self.blobs.claimed(ref)
            raise ScanUnknownError
        sealed = SealedFile(ref=ref, size=page.size, plain_size=page.plain_size, sha256=page.sha256)
        return PaperBlob(paper=paper, sealed=sealed, key=page.key)

    async def release(self, done: Sequence[PaperBlob], *, stored: bool) -> None:
        """Hand the blobs over to the database's care, or remove them; a page stays as it lay."""
        for one in done:
            if stored or isinstance(one.paper.source, SealedPage):
                self.blobs.claimed(one.sealed.ref)
            else:
                await asyncio.to_thread(self.blobs.discard, one.sealed.ref)
