"""What the checks say of what was typed, and where on the page each of it leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from central.county.catalogue.pages.editing.controls import Block, anchor_of, field_of
from protocol.catalogue.findings import Finding, Level


def _as_it_stands(_: str, rest: str) -> str:
    return rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A finding with the control, or the row, that it leads to, and the section of that."""

    finding: Finding
    anchor: str  # empty: nowhere
    block: str
    section: str = ""  # what the section is called; empty: the whole item
    number: int = 0  # of the row in it; 0: in none
    label: str = ""  # of the control
    rest: str = ""  # where in what the control holds, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All findings of a page that is edited."""

    spots: Sequence[Spot] = ()
    checked: bool = False  # they are of what is shown
    blocks: Sequence[Block] = ()

    @classmethod
    def of(
        cls,
        findings: Sequence[Finding],
        blocks: Sequence[Block],
        *,
        checked: bool,
        rest: Callable[[str, str], str] = _as_it_stands,
    ) -> Self:
        """Each finding beside the control that is nearest to it.

        Args:
            rest: says where in what a control holds it stands: of the control's name, and of the
                place behind that.
        """
        names = {block.key: block.names for block in blocks}
        every = [name for block in blocks for name in names[block.key]]
        spots = []
        for one in findings:
            anchor = anchor_of(one, every)
            root = field_of(one).partition(".")[0]
            at = (found for found in blocks if anchor in names[found.key])
            whole = (found for found in blocks if root in (found.key, found.list_name) and root)
            block = next(at, None) or next(whole, None)
            spots.append(_spot(one, anchor, block, rest))
        return cls(spots=spots, checked=checked, blocks=blocks)

    def at(self, level: Level | str, block: str = "") -> list[Spot]:
        """Those of a level; with ``block`` only those of that section."""
        of_level = [one for one in self.spots if one.finding.level == level]
        return [one for one in of_level if block in ("", one.block)]

    def opens(self, block: Block) -> bool:
        """Whether a section is shown unfolded: the first, and what is wrong or was changed."""
        first = bool(self.blocks) and block.key == self.blocks[0].key
        return first or block.is_changed or bool(self.at(Level.ERROR, block.key))


def _spot(
    finding: Finding, anchor: str, block: Block | None, rest: Callable[[str, str], str]
) -> Spot:
    """A finding by the words that stand on the page, not by keys of the file."""
    if block is None:
        return Spot(finding=finding, anchor=anchor, block="")
    rows = [row for row in block.rows if anchor and f"{anchor}.".startswith(row.before)]
    controls = [*block.controls, *(one for row in rows for one in row.controls)]
    behind = field_of(finding).removeprefix(anchor).lstrip(".") if anchor else ""
    return Spot(
        finding=finding,
        anchor=anchor,
        block=block.key,
        section=block.title,
        number=rows[0].number if rows else 0,
        label=next((one.label for one in controls if one.name == anchor), ""),
        rest=rest(anchor, behind) if behind else "",
    )
