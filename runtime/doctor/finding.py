"""One fault that was found: its code, and what the table says of it.

Source: docs/operations.md, "doctor".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How soon a person is needed."""

    URGENT = "urgent"  # now: nothing can be taken in, or something may get lost
    WARNING = "warning"  # this week
    NOTICE = "notice"  # nobody; said because it explains what one sees


@dataclass(frozen=True, slots=True)
class Fault:
    """What is known of one kind of fault, for a person."""

    severity: Severity
    words: str
    step: str  # what to do
    lost: bool = False  # whether something that was saved may be lost by it


@dataclass(frozen=True, slots=True)
class Found:
    """A fault that is there."""

    code: str
    detail: str = ""  # a path, an address, a number: nothing of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found in one data folder."""

    running: bool
    found: Sequence[Found]


def distinct(found: Iterable[Found]) -> list[Found]:
    """Each once, whoever found it first."""
    return list(dict.fromkeys(found))
