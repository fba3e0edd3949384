"""What can be asked about a station's numbers; fields as ``numbers`` prints them.

Source: docs/numbers.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.ids import ApplicationId
from protocol.json_values import ABSENT, Absent, Answer
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedRun:
    """Numbers that are never used."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockShown:
    """One block."""

    block: str
    kind: str  # of protocol.numbers.number.NumberKind
    issuer: str
    year: int
    first: int
    last: int
    next: int | None  # None: none remains
    issued: int
    used: int
    voided: int
    remaining: int
    voids: Sequence[VoidedRun]


class NumbersShown(Answer, frozen=True, kw_only=True):
    """What is left of the numbers, and what has just been voided."""

    voided: Sequence[str] | Absent = ABSENT
    blocks: Sequence[BlockShown]
    remaining: Mapping[str, int]  # by kind


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidNumbers:
    """The next numbers of a kind are never used."""

    kind: str
    reason: str
    count: int | None  # None: all that are left


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTicket:
    """A number of a ticket."""

    application: ApplicationId  # for which it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The number that an application has."""

    application: ApplicationId
    number: str


NUMBERS = Call("numbers", Nothing, NumbersShown, reads=True)
VOID = Call("void-numbers", VoidNumbers, NumbersShown)
TICKET = Call("ticket", TakeTicket, Ticket)
