"""Waiting numbers: lines of people by day, and where each number is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from station_agent.store.db import Row, Transaction


class Place(StrEnum):
    """Where a number is."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The people of one day."""

    line: int
    day: str  # 2026-01-31, Beijing
    proved: bool  # by trusted time


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One number."""

    number: int  # from 1
    state: Place
    taken_ms: int  # by the local clock
    changed_ms: int
    clerk: str  # who changed it last; empty where nobody is a clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done to a number."""

    state: Place
    at_ms: int  # by the local clock
    clerk: str


def newest(tx: Transaction) -> Line | None:
    """The line that was begun last."""
    row = tx.row("SELECT line, day, proved FROM waiting_lines ORDER BY line DESC LIMIT 1")
    return Line(line=row["line"], day=row["day"], proved=bool(row["proved"])) if row else None


def begin(tx: Transaction, day: str, *, proved: bool, at_ms: int) -> Line:
    """A new line."""
    (row,) = tx.rows(
        "INSERT INTO waiting_lines (day, proved, begun_ms) VALUES (?, ?, ?) RETURNING line",
        (day, int(proved), at_ms),
    )
    return Line(line=row["line"], day=day, proved=proved)


def add(tx: Transaction, line: Line, change: Change) -> int:
    """One more number at the end; which it is."""
    (row,) = tx.rows(
        "INSERT INTO waiting_numbers (line, number, place, state, taken_ms, changed_ms, clerk)"
        " SELECT ?1, coalesce(max(number), 0) + 1, coalesce(max(place), 0) + 1, ?2, ?3, ?3, ?4"
        " FROM waiting_numbers WHERE line = ?1 RETURNING number",
        (line.line, change.state, change.at_ms, change.clerk),
    )
    return int(row["number"])


def get(tx: Transaction, line: Line, number: int) -> Waiting | None:
    """One number."""
    row = tx.row("SELECT * FROM waiting_numbers WHERE line = ? AND number = ?", (line.line, number))
    return _waiting(row) if row else None


def every(tx: Transaction, line: Line) -> Sequence[Waiting]:
    """All numbers of a line; who is called next comes before who is called later."""
    rows = tx.rows("SELECT * FROM waiting_numbers WHERE line = ? ORDER BY place", (line.line,))
    return [_waiting(row) for row in rows]


def change(tx: Transaction, line: Line, number: int, done: Change) -> None:
    """Write down what was done to a number; its place in the line stays."""
    tx.run(
        "UPDATE waiting_numbers SET state = ?, changed_ms = ?, clerk = ?"
        " WHERE line = ? AND number = ?",
        (done.state, done.at_ms, done.clerk, line.line, number),
    )


def to_the_end(tx: Transaction, line: Line, number: int) -> None:
    """Everybody in the line comes before this number."""
    tx.run(
        "UPDATE waiting_numbers SET place ="
        " (SELECT max(place) + 1 FROM waiting_numbers WHERE line = ?1)"
        " WHERE line = ?1 AND number = ?2",
        (line.line, number),
    )


def _waiting(row: Row) -> Waiting:
    return Waiting(
        number=row["number"],
        state=Place(row["state"]),
        taken_ms=row["taken_ms"],
        changed_ms=row["changed_ms"],
        clerk=row["clerk"],
    )
