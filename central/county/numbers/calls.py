"""What can be asked of number blocks; light, for commands that must not load the county."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.numbers.number import NumberKind
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueBlocks:
    """Issue a block to a station, or to each that may have one."""

    nodes: Sequence[str]  # empty: every station in use
    kind: NumberKind
    year: int  # 0: this one
    count: int  # numbers in a block; 0: as the policy says


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidBlock:
    """Void what is left of a block."""

    block: str  # id in hex
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedNumbers:
    """Numbers that were voided together."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockShown:
    """A block, and what became of it: issued = used + voided + remaining."""

    block: str
    station: str
    name: str  # of the station
    kind: str
    issuer: str
    year: int
    first: int
    last: int
    issued: int
    used: int  # as far as is known: by reports, and by what has come
    arrived: int  # of these, numbers with which something has come
    twice: int  # of these, numbers that came from two copies of one PC
    voided: int
    remaining: int
    closed: str | None  # why the county voided the rest
    issued_ms: int
    voids: Sequence[VoidedNumbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A station that may have blocks."""

    node: str
    name: str
    code: str  # of its division
    charges: bool  # whether it may have tickets, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A station that gets no block, and why."""

    station: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What is on its way."""

    issued: Sequence[BlockShown]
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A number that came and is not of a block of its station."""

    station: str
    number: str
    why: str
    arrived_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStatus:
    """Every block, and what came beside them."""

    blocks: Sequence[BlockShown]
    strays: Sequence[Stray]


ISSUE = Call("county.numbers-issue", IssueBlocks, Issued)
STATUS = Call("county.numbers-status", Nothing, NumberStatus, reads=True)
VOID = Call("county.numbers-void", VoidBlock, BlockShown)
