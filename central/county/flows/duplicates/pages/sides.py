"""Two forms and their papers, line by line: what differs is marked. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from central.county.casework.calls import CaseShown
from central.county.casework.pages.papers import Papers, Sheet, papers_of
from central.county.casework.reading import APPLICATION
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Cell, Layout
from protocol.catalogue.forms.schema import FormSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field of both; empty where a case has none."""

    title: str
    texts: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the two cases say something else."""
        return self.texts[0] != self.texts[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """The sheets of one material on both sides."""

    title: str
    sheets: tuple[Sequence[Sheet], Sequence[Sheet]]
    same: bool  # the very same files came with both


def lines_of(both: tuple[CaseShown, CaseShown], language: str) -> list[Line]:
    """Fields that one of the two has something in, in the order of the newer form."""
    first, second = (dict(_fields(_laid(one, language))) for one in both)
    names = dict.fromkeys((*first, *second))
    nothing = ("", "")
    return [
        Line(
            title=(first.get(name) or second[name])[0],
            texts=(first.get(name, nothing)[1], second.get(name, nothing)[1]),
        )
        for name in names
    ]


def papers_beside(both: tuple[CaseShown, CaseShown]) -> list[PaperLine]:
    """Materials that came with one of the two."""
    first, second = (dict(_papers(one)) for one in both)
    return [
        PaperLine(
            title=title,
            sheets=(first.get(title, ()), second.get(title, ())),
            same=_hashes(first, title) == _hashes(second, title),
        )
        for title in dict.fromkeys((*first, *second))
    ]


def _laid(one: CaseShown, language: str) -> Layout:
    form = one.case.form if isinstance(one.case.form, dict) else {"": one.case.form}
    return layout(FormSchema(one.schema), form, language=language, spare_rows=0)


def _fields(laid: Layout) -> Iterator[tuple[str, tuple[str, str]]]:
    """By name, the title and the text of each part that is filled in."""
    for section in laid.sections:
        for part in section.parts:
            if part.filled:
                yield part.name, (part.title, _text(part))


def _text(part: Cell | Block) -> str:
    if isinstance(part, Cell):
        return part.text
    rows = part.rows[: part.filled] if part.heads else part.rows
    return "\n".join("，".join(cell.text for cell in row if cell.filled) for row in rows)


def _papers(one: CaseShown) -> Papers:
    taken = one.case.taken.pages if one.case.taken else ()
    stem = f"/cases/{one.case.case}/files/{APPLICATION}"
    return papers_of(one.case.attachments, taken, one.materials, stem)


def _hashes(papers: Mapping[str, Sequence[Sheet]], title: str) -> list[str]:
    return sorted(sheet.file.sha256 for sheet in papers.get(title, ()))
