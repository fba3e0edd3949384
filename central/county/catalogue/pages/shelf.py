"""The items of one release in short, ready to be searched.

Made once for a release; 2,000 items take about half a second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from central.county.catalogue.pages.values import listed, mapping, parsed, plain, text
from protocol.catalogue.finding.index import Index, index_of
from protocol.catalogue.finding.search import NEAREST, search
from protocol.catalogue.items.names import is_item


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRow:
    """One item in a list."""

    code: str
    name: str
    aliases: Sequence[str]
    department: str
    mode: str
    promised: str  # a limit, as it is written
    limits: Sequence[str]  # every limit that it has
    charged: bool  # it has fee rules
    urgent: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The items of one release, by code."""

    release: int
    rows: Sequence[ShelfRow]
    departments: Sequence[str]
    index: Index = field(repr=False)

    def find(self, wanted: str, department: str) -> tuple[Sequence[ShelfRow], bool]:
        """The items that fit, and whether these are only the nearest, since none does."""
        if not wanted:
            return [row for row in self.rows if department in ("", row.department)], False
        found = search(self.index, wanted)
        by_code = {row.code: row for row in self.rows}
        rows = [by_code[hit.named.item] for hit in found.hits]
        fitting = [row for row in rows if department in ("", row.department)]
        if fitting:
            return fitting, False
        return (rows or [by_code[hit.named.item] for hit in found.near])[:NEAREST], True


def shelf_of(release: int, entries: Mapping[str, bytes]) -> Shelf:
    """The shelf of a release."""
    rows = [_row(code, entries[code]) for code in sorted(filter(is_item, entries))]
    departments = sorted({row.department for row in rows if row.department})
    return Shelf(release=release, rows=rows, departments=departments, index=index_of(entries))


def _row(code: str, entry: bytes) -> ShelfRow:
    raw = parsed(entry)
    limits = mapping(raw, "limits")
    every = [text(limits, "legal"), text(limits, "promised")]
    version = raw.get("version")
    return ShelfRow(
        code=code,
        name=text(raw, "name"),
        aliases=tuple(map(plain, listed(raw, "aliases"))),
        department=text(raw, "department"),
        mode=text(raw, "mode"),
        promised=text(limits, "promised"),
        limits=tuple(filter(None, every)),
        charged=bool(raw.get("fee_rules")),
        urgent=raw.get("urgent") is True,
        version=version if isinstance(version, int) else 1,
    )
