"""What an application asks for on paper, and what of that is there: as one page shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from protocol.catalogue.documents import FormData
from protocol.catalogue.items.application import Asked, asked_of, missing_of
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item
from station_agent.papers.pages import PageShown


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShown:
    """One page of a material."""

    sheet: PageShown
    number: int  # from 1
    side: str  # 正面, where the catalogue names it; empty: it has no name
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialAsked:
    """A material, and its pages so far."""

    material: Material
    sheets: Sequence[SheetShown]

    @property
    def size(self) -> int:
        """Bytes that are sent of it."""
        return sum(one.sheet.size for one in self.sheets)

    @property
    def next_side(self) -> str:
        """What the next page is called in the catalogue; empty: nothing."""
        return _side(self.material, len(self.sheets))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAsked:
    """A material, or several of which one is enough."""

    group: str  # what the group is called; empty: it is none
    members: Sequence[MaterialAsked]
    files: int  # that must come
    is_missing: bool

    @property
    def words(self) -> str:
        """What it is called."""
        return self.group or self.members[0].material.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersShown:
    """Everything that the page shows."""

    papers: Sequence[PaperAsked]
    others: Sequence[MaterialAsked]  # pages of what the form, as it is now, does not ask for
    bytes_per_s: float | None  # of this line; None: not measured yet

    @property
    def missing(self) -> Sequence[PaperAsked]:
        """What the county will miss."""
        return [one for one in self.papers if one.is_missing]

    @property
    def size(self) -> int:
        """Bytes that are sent of all of them."""
        members = [*(two for one in self.papers for two in one.members), *self.others]
        return sum(one.size for one in members)

    def seconds(self, size: int) -> float | None:
        """How long the line takes for so many bytes; None: not known."""
        return size / self.bytes_per_s if self.bytes_per_s else None


def papers_shown(
    item: Item, form: FormData, pages: Sequence[PageShown], bytes_per_s: float | None
) -> PapersShown:
    """What this form asks for, with the pages that are there."""
    had: dict[str, list[PageShown]] = {}
    for page in pages:
        had.setdefault(page.material, []).append(page)
    missing = {id(one.paper) for one in missing_of(item, form, [one.material for one in pages])}
    papers = [
        _paper(asked, form, had, is_missing=id(asked.paper) in missing)
        for asked in asked_of(item, form)
    ]
    named = {two.material.id for one in papers for two in one.members}
    others = [
        _material(found, had) for name in had if name not in named if (found := item.material(name))
    ]
    return PapersShown(papers=papers, others=others, bytes_per_s=bytes_per_s)


def supplement_shown(
    item: Item, owed: Sequence[str], pages: Sequence[PageShown], bytes_per_s: float | None
) -> PapersShown:
    """Every material of an item, those that were promised first.

    Args:
        owed: ids of materials.
    """
    had: dict[str, list[PageShown]] = {}
    for page in pages:
        had.setdefault(page.material, []).append(page)
    first = [one for one in item.materials if one.id in owed]
    rest = [one for one in item.materials if one.id not in owed]
    papers = [
        PaperAsked(
            group="",
            members=[_material(one, had)],
            files=int(one.id in owed),
            is_missing=one.id in owed and one.id not in had,
        )
        for one in (*first, *rest)
    ]
    return PapersShown(papers=papers, others=[], bytes_per_s=bytes_per_s)


def _paper(
    asked: Asked, form: FormData, had: Mapping[str, list[PageShown]], *, is_missing: bool
) -> PaperAsked:
    paper = asked.paper
    members = [_material(one, had) for one in _members(paper, form, had)]
    return PaperAsked(
        group=paper.name if isinstance(paper, Group) else "",
        members=members,
        files=asked.files,
        is_missing=is_missing,
    )


def _members(
    paper: Material | Group, form: FormData, had: Mapping[str, list[PageShown]]
) -> Iterator[Material]:
    """Those that count with this form, and promises that stand for one where they are there."""
    for one in paper.one_of if isinstance(paper, Group) else (paper,):
        if one.when is None or one.when.holds(form) or one.id in had:
            yield one
            yield from one.promises()


def _material(material: Material, had: Mapping[str, list[PageShown]]) -> MaterialAsked:
    pages = had.get(material.id, [])
    return MaterialAsked(
        material=material,
        sheets=[
            SheetShown(
                sheet=page,
                number=at + 1,
                side=_side(material, at),
                is_first=not at,
                is_last=at == len(pages) - 1,
            )
            for at, page in enumerate(pages)
        ],
    )


def _side(material: Material, at: int) -> str:
    return material.pages[at] if at < len(material.pages) else ""
