"""Papers as a page shows them: by material, each sheet with its page and side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.county.casework.calls import RESULT, CaseFile, CaseShown, FileState
from central.county.casework.reading import APPLICATION, DOCUMENT
from protocol.records.taken_in import Page, Side
from runtime.web.downloads import can_be_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One file of a paper."""

    file: CaseFile
    path: str  # where it is served
    page: int  # of its material; 0: not said
    side: Side | None

    @property
    def is_here(self) -> bool:
        """Whether it can be opened."""
        return self.file.state is FileState.WHOLE and bool(self.file.name)

    @property
    def view(self) -> str:
        """Where it is looked at, one after the other."""
        return self.path.replace("/files/", "/view/", 1)

    @property
    def is_pdf(self) -> bool:
        """Whether it is likely to be one."""
        return self.file.name.lower().endswith(".pdf")

    @property
    def is_picture(self) -> bool:
        """Whether it is likely to be one."""
        return can_be_shown(self.file.name)


Papers = Sequence[tuple[str, Sequence[Sheet]]]
"""Name of a material, and its sheets in their order; empty: of none."""


def papers_of(
    files: Sequence[CaseFile], pages: Sequence[Page], materials: Mapping[str, str], stem: str
) -> Papers:
    """These files by their materials, in the order in which those were brought.

    Args:
        pages: which page of its material a file is.
        materials: names of materials by id.
        stem: path under which files are served by their position.
    """
    said = {one.attachment: one for one in pages}
    found: dict[str, list[Sheet]] = {}
    for position, file in enumerate(files):
        page = said.get(position)
        sheet = Sheet(
            file=file,
            path=f"{stem}/{position}",
            page=page.page if page else 0,
            side=page.side if page else None,
        )
        found.setdefault(file.material, []).append(sheet)
    return [
        (materials.get(material, material), sorted(sheets, key=_order))
        for material, sheets in found.items()
    ]


def papers_under(found: CaseShown, of: str) -> Papers:
    """Papers of a case's application, decision, document or follow-up.

    Args:
        of: APPLICATION, RESULT, DOCUMENT and a number, or the id of what followed.
    """
    case = found.case
    stem = f"/cases/{case.case}/files/{of}"
    if of == APPLICATION:
        taken = case.taken.pages if case.taken else ()
        return papers_of(case.attachments, taken, found.materials, stem)
    if of == RESULT:
        return papers_of(found.result, (), {}, stem)
    if of.startswith(DOCUMENT):
        n = int(of.removeprefix(DOCUMENT))
        sent = next(one.attachments for one in case.documents if one.n == n)
        return papers_of(sent, (), {}, stem)
    brought = next(one for one in case.follow_ups if one.follow_up == of)
    pages = brought.said.pages if brought.said else ()
    return papers_of(brought.attachments, pages, found.materials, stem)


def all_papers(found: CaseShown) -> list[tuple[str, Sheet]]:
    """Every sheet of a case that can be looked at, in the order of its page, with its title."""
    case = found.case
    places = [APPLICATION, *(one.follow_up for one in case.follow_ups if one.attachments)]
    places += [f"{DOCUMENT}{one.n}" for one in case.documents if one.attachments]
    places += [RESULT] if found.result else []
    return [
        (title, sheet)
        for of in places
        for title, sheets in papers_under(found, of)
        for sheet in sheets
        if sheet.is_here and (sheet.is_picture or sheet.is_pdf)
    ]


def _order(sheet: Sheet) -> tuple[int, bool]:
    return sheet.page, sheet.side is Side.BACK
