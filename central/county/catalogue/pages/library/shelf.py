"""The papers of the library in a list, by what is searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.county.catalogue.pages.library.followers import use_counts
from central.county.catalogue.pages.values import objects, parsed, text
from protocol.catalogue.documents import Document
from protocol.catalogue.items.names import MATERIAL

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper in a list."""

    id: str
    raw: Document
    uses: int  # items that refer to it

    @property
    def name(self) -> str:
        """What it is called."""
        return text(self.raw, "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of the papers that fit."""

    rows: Sequence[PaperRow]
    count: int
    every: int
    page: int
    pages: int


def papers_of(entries: Mapping[str, bytes], wanted: str, page: int) -> Found:
    """The papers whose name, id, hint or usual faults hold each word of ``wanted``."""
    counts = use_counts(entries)
    every = [
        PaperRow(id=name.removeprefix(MATERIAL), raw=parsed(entry), uses=0)
        for name, entry in entries.items()
        if name.startswith(MATERIAL)
    ]
    words = wanted.casefold().split()
    fitting = [one for one in every if all(word in _searched(one) for word in words)]
    ordered = sorted(fitting, key=lambda one: (-counts[one.id], one.id))
    pages = max(1, -(-len(ordered) // PAGE_ROWS))
    page = min(max(1, page), pages)
    rows = ordered[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Found(
        rows=[PaperRow(id=one.id, raw=one.raw, uses=counts[one.id]) for one in rows],
        count=len(ordered),
        every=len(every),
        page=page,
        pages=pages,
    )


def _searched(one: PaperRow) -> str:
    faults = (text(fault, "say") for fault in objects(one.raw, "faults"))
    return "\n".join((one.id, one.name, text(one.raw, "hint"), *faults)).casefold()
