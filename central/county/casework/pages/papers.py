"""Papers as a page shows them: by material, each sheet with its page and side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.county.casework.calls import CaseFile, FileState
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


def _order(sheet: Sheet) -> tuple[int, bool]:
    return sheet.page, sheet.side is Side.BACK
