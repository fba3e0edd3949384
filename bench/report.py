"""What a measure returns, and how it is shown: one row for each figure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Self

from rich.box import MARKDOWN
from rich.table import Table

Say = Callable[[str], None]  # told what a measure is doing now

_DIGITS = 4  # significant ones; the machine's noise is far above


class Bound(Enum):
    """On which side of its limit a figure is good."""

    AT_MOST = "≤"
    AT_LEAST = "≥"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of ours in ``unit``, beside a peer's or a limit where there is one."""

    name: str
    ours: float
    unit: str
    peer: float | None = None  # None: there is no peer, or it could not be run
    bound: Bound = Bound.AT_MOST
    limit: float | None = None
    note: str = ""

    @classmethod
    def times_peer(
        cls, name: str, ours: float, unit: str, *, times: float, peer: float | None, note: str = ""
    ) -> Self:
        """A row that holds if ours is at least ``times`` the peer's; open without a peer."""
        limit = None if peer is None else times * peer
        return cls(
            name=name,
            ours=ours,
            unit=unit,
            peer=peer,
            bound=Bound.AT_LEAST,
            limit=limit,
            note=note,
        )

    @property
    def holds(self) -> bool | None:
        """Whether ours is on the good side of the limit; None if there is none."""
        if self.limit is None:
            return None
        return self.ours <= self.limit if self.bound is Bound.AT_MOST else self.ours >= self.limit

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's."""
        return self.ours / self.peer if self.peer else None

    def as_json(self) -> dict[str, Any]:
        """The row of ``bench/results.json``; with a ``note`` only where there is one."""
        row = {
            "name": self.name,
            "ours": rounded(self.ours),
            "peer": rounded(self.peer),
            "limit": rounded(self.limit),
            "unit": self.unit,
            "holds": self.holds,
        }
        return {**row, "note": self.note} if self.note else row


def rounded(value: float | None) -> float | None:
    """``value`` to four significant digits."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def table(rows: Sequence[Row]) -> Table:
    """The rows in Markdown, to be printed and to be pasted into docs/performance.md."""
    shown = Table(box=MARKDOWN)
    shown.add_column("measure", no_wrap=True)
    for title in ("ours", "peer", "ours / peer", "limit"):
        shown.add_column(title, justify="right", no_wrap=True)
    for title in ("unit", "holds"):
        shown.add_column(title, no_wrap=True)
    for row in rows:
        shown.add_row(row.name, *_cells(row))
    return shown


def notes(rows: Sequence[Row]) -> list[str]:
    """What has to be said about single rows, each sentence once."""
    return list(dict.fromkeys(row.note for row in rows if row.note))


def write_json(rows: Sequence[Row], path: Path) -> None:
    """Write all rows to ``path`` as one JSON list."""
    text = json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")


def _cells(row: Row) -> list[str]:
    limit = "" if row.limit is None else f"{row.bound.value} {_number(row.limit)}"
    holds = {True: "yes", False: "NO", None: ""}[row.holds]
    return [_number(row.ours), _number(row.peer), _number(row.ratio), limit, row.unit, holds]


def _number(value: float | None) -> str:
    """Four significant digits, thousands in groups, no exponent."""
    if value is None:
        return ""
    short = rounded(value) or 0.0
    return f"{short:,.0f}" if abs(short) >= 10 ** (_DIGITS - 1) else f"{short:,.{_DIGITS}g}"
