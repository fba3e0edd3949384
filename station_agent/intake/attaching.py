"""What is attached to an application: files that somebody names, and pages that lie sealed here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from protocol.catalogue.items.materials import Material
from protocol.catalogue.items.model import Item
from protocol.envelope.payloads import Attachment
from protocol.errors import (
    AttachmentTooLargeError,
    FileEmptyError,
    FileUnreadableError,
    MaterialUnknownError,
)
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_FILES
from runtime.cli.failures import reason
from runtime.disk.papers import sent_name
from station_agent.intake.repeats import File
from station_agent.papers.pages import SealedPage, page_names
from station_agent.store.blobs import SealedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file to attach, after it was looked at; or a page that lies sealed here already."""

    material: Material
    source: Path | SealedPage
    name: str  # under which it is sent
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A paper that is a blob."""

    paper: Paper
    sealed: SealedFile
    key: bytes = field(repr=False)

    def told(self) -> File:
        """For the digest of what was handed in."""
        return self.paper.material.id, self.paper.name, self.sealed.sha256

    def attachment(self) -> Attachment:
        """For the payload."""
        return Attachment(
            material=self.paper.material.id,
            name=self.paper.name,
            size=self.sealed.plain_size,
            sha256=self.sealed.sha256,
            blob=self.sealed.blob,
            key=self.key,
        )


def look_at(
    item: Item, files: Sequence[tuple[str, Path]], pages: Sequence[SealedPage]
) -> list[Paper]:
    """Check everything that can be known of the files before they are read.

    Raises:
        AttachmentTooLargeError: one of them, all together, or too many.
        FileUnreadableError, FileEmptyError, MaterialUnknownError: of one of them.
    """
    if len(files) + len(pages) > MAX_FILES:
        raise AttachmentTooLargeError(f"{len(files) + len(pages)} files, at most {MAX_FILES}")
    papers = [_look_at_one(item, name, path) for name, path in files]
    papers += map(partial(_look_at_page, item), pages, page_names(pages))
    total = sum(paper.size for paper in papers)
    if total > MAX_APPLICATION_FILES_BYTES:
        raise AttachmentTooLargeError(f"{total} bytes, at most {MAX_APPLICATION_FILES_BYTES}")
    return papers


def _look_at_one(item: Item, name: str, path: Path) -> Paper:
    material = _material(item, name)
    try:
        size = path.stat().st_size
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
    if not path.is_file():
        raise FileUnreadableError(f"{path}: not a file")
    if not size:
        raise FileEmptyError(path.name)
    _require_small(material, path.name, size)
    return Paper(material=material, source=path, name=sent_name(path), size=size)


def _look_at_page(item: Item, page: SealedPage, name: str) -> Paper:
    material = _material(item, page.material)
    _require_small(material, name, page.plain_size)
    return Paper(material=material, source=page, name=name, size=page.plain_size)


def _material(item: Item, name: str) -> Material:
    material = item.material(name)
    if material is None:
        raise MaterialUnknownError(repr(name[:60]))
    return material


def _require_small(material: Material, name: str, size: int) -> None:
    if size > material.max_bytes:
        raise AttachmentTooLargeError(f"{name}: {size} bytes, at most {material.max_bytes}")
