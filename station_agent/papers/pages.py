"""A page as it is asked for, kept and shown; nothing here opens or seals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from protocol.ids import ApplicationId, BlobId
from station_agent.papers.wanted import PDF, Crop, Prepared, Wanted
from station_agent.store.blobs import SealedFile

_OF_NONE = "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What somebody brings."""

    application: ApplicationId
    material: str
    wanted: Wanted  # how it is to be kept


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAbout:
    """What is kept of a page, sealed for the vault."""

    key: bytes = field(repr=False)  # of its bytes
    size: int  # of the sealed file
    plain_size: int
    sha256: bytes  # of the page
    kind: str  # media type
    width: int  # pixels; 0: a PDF
    height: int
    pages: int
    edge: int  # how it was wanted
    gray: bool
    max_bytes: int

    @classmethod
    def of(cls, sealed: SealedFile, key: bytes, prepared: Prepared, wanted: Wanted) -> "PageAbout":
        """As it was made."""
        return cls(
            key=key,
            size=sealed.size,
            plain_size=sealed.plain_size,
            sha256=sealed.sha256,
            kind=prepared.kind,
            width=prepared.width,
            height=prepared.height,
            pages=prepared.pages,
            edge=wanted.edge,
            gray=wanted.gray,
            max_bytes=wanted.max_bytes,
        )

    def wanted(self, turn: int, crop: Crop | None) -> Wanted:
        """The same again, turned or cropped."""
        kept = Wanted(edge=self.edge, gray=self.gray, max_bytes=self.max_bytes)
        return replace(kept, turn=turn, crop=crop)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShown:
    """A page of the list."""

    page: str
    material: str
    kind: str
    size: int  # bytes that are sent
    width: int
    height: int
    pages: int
    readable: bool

    @property
    def is_pdf(self) -> bool:
        """Whether it can't be turned or cropped."""
        return self.kind == PDF


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPage:
    """A page as it is handed in: its file is sealed already."""

    material: str
    blob: BlobId
    key: bytes = field(repr=False)
    size: int  # of the sealed file
    plain_size: int
    sha256: bytes
    kind: str
    readable: bool = False  # a person said so


def page_names(pages: Sequence[SealedPage]) -> list[str]:
    """The name under which each is sent: its material and which page of it, nothing of a person.

    A page of no material is a ``photo``.
    """
    numbers: Counter[str] = Counter()
    names = []
    for page in pages:
        numbers[page.material] += 1
        ending = "pdf" if page.kind == PDF else "jpg"
        names.append(f"{page.material or _OF_NONE}-{numbers[page.material]}.{ending}")
    return names
