"""What an open page of a table knows of its rows, so that an older page covers nothing newer.

A page sends all its rows each time. A row in which nobody typed there is left alone, whatever it is
by now; one that another page has saved since is refused, and the others are kept.

Source: docs/operations.md, "Market day".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from runtime.web.numbers import whole_number
from station_agent.drafts.both import Before, Seen, would_cover

_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """One row, as the page was made."""

    saved_ms: int
    told: str  # :func:`told_of` what stood in its cells

    @property
    def text(self) -> str:
        """As the page keeps it."""
        return f"{self.saved_ms}.{self.told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSeen:
    """A page of a table."""

    page: str  # id of the open page; empty: a command, which covers whatever is there
    rows: Mapping[ApplicationId, RowSeen] = field(default_factory=dict)

    def changed(
        self,
        own: ApplicationId,
        kept: Before,
        cells: Mapping[str, str],
        common: Mapping[str, str],
        refused: list[ApplicationId],
    ) -> Mapping[str, str] | None:
        """The texts of a row once its cells are saved; None: it stays as it is.

        Args:
            refused: learns of a row that another page has saved since.
        """
        seen = self.rows.get(own)
        if seen is not None and seen.told == told_of(cells):
            return None
        texts = {**common, **kept.texts, **cells}
        known = Seen(page=self.page, saved_ms=seen.saved_ms if seen else 0)
        if self.page and would_cover(known, kept.saved_ms, kept, texts):
            refused.append(own)
            return None
        return texts


def told_of(cells: Mapping[str, str]) -> str:
    """Stands for what is in cells; blank ones are none."""
    said: Sequence[tuple[str, str]] = sorted(
        (name, text.strip()) for name, text in cells.items() if text.strip()
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:_DIGITS]


def row_seen(text: str) -> RowSeen | None:
    """What a page kept; None: nothing of use."""
    saved_ms, _, told = text.partition(".")
    number = whole_number(saved_ms)
    return None if number is None else RowSeen(saved_ms=number, told=told)
