"""Findings: what is wrong, or might be better, in a catalogue; each with its place and what to do.

One form for the checks at publishing, for lint and for imported tables, so that people see all of
it at once and in one list.

Source: docs/catalogue.md, "Findings".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from protocol.errors import CatalogueError

MAX_FINDINGS = 1000  # that are kept of one file: nobody mends more in one go
_SHOWN = 50  # in the words of a refusal
_PLACED = re.compile(r"([^\s:：]+)[:：]\s*(.+)", re.DOTALL)


class Level(StrEnum):
    """What a finding asks for."""

    ERROR = "error"  # nothing is published before it is mended
    WARNING = "warning"  # somebody has to look at it
    HINT = "hint"  # might be better


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault or doubt."""

    code: str  # stable: item.key-unknown
    level: Level
    item: str  # its code; empty: of the catalogue as a whole
    place: str  # in it: materials[2].use; empty: the whole
    reason: str  # what is wrong, in words
    todo: str = ""  # what to do about it, in words

    @property
    def where(self) -> str:
        """Item and place in one: ``451423-001.materials[2].use``."""
        return ".".join(part for part in (self.item, self.place) if part)

    def __str__(self) -> str:
        """One line: where, what is wrong, what to do."""
        lead = f"{self.where}：" if self.where else ""
        return f"{lead}{self.reason}{f'。{self.todo}' if self.todo else ''}"


class Findings:
    """Collects findings, at most :data:`MAX_FINDINGS`; of those beyond only the number is kept."""

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        self._found: list[Finding] = []
        self.more = 0  # that were not kept
        self.extend(found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, finding: Finding) -> None:
        """Keep one finding."""
        if len(self._found) < MAX_FINDINGS:
            self._found.append(finding)
        else:
            self.more += 1

    def extend(self, found: Iterable[Finding]) -> None:
        """Keep several."""
        for one in found:
            self.add(one)

    def error(self, code: str, item: str, place: str, reason: str, todo: str = "") -> None:
        """Keep an error."""
        self.add(
            Finding(code=code, level=Level.ERROR, item=item, place=place, reason=reason, todo=todo)
        )

    def warning(self, code: str, item: str, place: str, reason: str, todo: str = "") -> None:
        """Keep a warning."""
        self.add(
            Finding(
                code=code, level=Level.WARNING, item=item, place=place, reason=reason, todo=todo
            )
        )


def findings_of(error: CatalogueError) -> tuple[Finding, ...]:
    """Every fault that an error tells of; one without a list of them is a single fault."""
    listed = tuple(one for one in error.findings if isinstance(one, Finding))
    return listed or (
        Finding(code=error.code, level=Level.ERROR, item="", place="", reason=error.detail),
    )


def split_place(detail: str, place: str) -> tuple[str, str]:
    """Place and reason of a fault that is told as ``place.more: reason``; ``place`` if it is not.

    Rules of fees, calendars and forms tell their faults so.
    """
    found = _PLACED.fullmatch(detail) if detail.startswith(place) else None
    return (found[1], found[2]) if found else (place, detail)


def refusal(errors: Iterable[Finding], more: int = 0) -> CatalogueError:
    """The error that refuses a file for these: its words show the first ones, a line for each."""
    listed = tuple(errors)
    lines = [str(one) for one in listed[:_SHOWN]]
    if rest := len(listed) - len(lines) + more:
        lines.append(f"另有 {rest} 处未列出")
    return CatalogueError("\n".join(lines), findings=listed, more=more)
