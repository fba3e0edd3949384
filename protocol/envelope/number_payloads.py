"""What station and county say to each other about blocks of numbers.

Source: docs/protocol.md section 6; docs/numbers.md.
"""

from protocol.codec import Record
from protocol.ids import NONCE_BYTES
from protocol.limits import (
    MAX_BLOCK_NUMBERS,
    MAX_COUNT,
    MAX_NUMBER_BLOCKS,
    MAX_NUMBER_CHARS,
    MAX_REASON_CHARS,
    MAX_VOIDED_RUNS,
)
from protocol.numbers.block import Block, Run, Use
from protocol.numbers.number import NumberKind, Series

_APPLICATION_BYTES = 16
_ISSUER_DIGITS = range(6, 13)
_YEARS = range(2000, 3000)
_KINDS = len(NumberKind)


class NumberBlock(Record, frozen=True, kw_only=True):
    """A block that a county issued to one station."""

    block: bytes  # 8 random bytes
    issuer: str  # 6 to 12 digits
    kind: NumberKind
    year: int
    first: int  # serial
    last: int
    start: bytes = b""  # incarnation in whose line it may be used; empty: whoever has it

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.block) != NONCE_BYTES or len(self.start) not in (0, NONCE_BYTES):
            raise ValueError("block or start")
        if len(self.issuer) not in _ISSUER_DIGITS or not (
            self.issuer.isascii() and self.issuer.isdecimal()
        ):
            raise ValueError("issuer")
        if self.year not in _YEARS or not 0 < self.first <= self.last < MAX_COUNT:
            raise ValueError("year or serials")
        if self.last - self.first >= MAX_BLOCK_NUMBERS:
            raise ValueError(f"more than {MAX_BLOCK_NUMBERS} numbers")

    def plain(self) -> Block:
        """As it is counted with."""
        series = Series(issuer=self.issuer, kind=self.kind, year=self.year)
        return Block(id=self.block, series=series, first=self.first, last=self.last)


def told_block(block: Block, start: bytes = b"") -> NumberBlock:
    """A block as it is written."""
    series = block.series
    return NumberBlock(
        block=block.id,
        issuer=series.issuer,
        kind=series.kind,
        year=series.year,
        first=block.first,
        last=block.last,
        start=start,
    )


class VoidedRun(Record, frozen=True, kw_only=True):
    """Numbers of a block that were voided together, both ends included."""

    first: int
    last: int
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 < self.first <= self.last < MAX_COUNT:
            raise ValueError("run")
        if not 0 < len(self.reason) <= MAX_REASON_CHARS:
            raise ValueError("reason")


class BlockUse(Record, frozen=True, kw_only=True):
    """How far a station has used a block."""

    block: NumberBlock
    next: int  # the first serial of which nothing became yet
    voided: tuple[VoidedRun, ...] = ()  # in order

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not self.block.first <= self.next <= self.block.last + 1:
            raise ValueError("next")
        if len(self.voided) > MAX_VOIDED_RUNS:
            raise ValueError("runs")
        end = self.block.first
        for run in self.voided:
            if not end <= run.first or run.last >= self.next:
                raise ValueError("runs")
            end = run.last + 1

    def plain(self) -> Use:
        """As it is counted with."""
        runs = tuple(Run(first=r.first, last=r.last, reason=r.reason) for r in self.voided)
        return Use(block=self.block.plain(), next=self.next, runs=runs)


def told_use(use: Use) -> BlockUse:
    """A use as it is written."""
    return BlockUse(
        block=told_block(use.block),
        next=use.next,
        voided=tuple(VoidedRun(first=r.first, last=r.last, reason=r.reason) for r in use.runs),
    )


class Wanted(Record, frozen=True, kw_only=True):
    """Numbers of which a station has few left."""

    kind: NumberKind
    year: int

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if self.year not in _YEARS:
            raise ValueError("year")


class NumberReport(Record, frozen=True, kw_only=True, tag="number-report"):
    """Station to county: how far blocks are used, and of what more is wanted."""

    uses: tuple[BlockUse, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    number: str = ""  # of a ticket that was used,
    application: bytes = b""  # and for which application; both or none

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.uses) > MAX_NUMBER_BLOCKS or len(self.wanted) > 2 * _KINDS:
            raise ValueError("uses or wanted")
        if sum(len(use.voided) for use in self.uses) > MAX_VOIDED_RUNS:
            raise ValueError("runs")
        if len(self.number) > MAX_NUMBER_CHARS:
            raise ValueError("number")
        if len(self.application) not in (0, _APPLICATION_BYTES):
            raise ValueError("application")


class VoidedBlock(Record, frozen=True, kw_only=True):
    """A block of which nothing more may be used."""

    block: bytes
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.block) != NONCE_BYTES or not 0 < len(self.reason) <= MAX_REASON_CHARS:
            raise ValueError("voided block")


class Numbers(Record, frozen=True, kw_only=True, tag="numbers"):
    """County to station: blocks to be used from now on, and such as may not be used any more."""

    blocks: tuple[NumberBlock, ...] = ()
    voided: tuple[VoidedBlock, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.blocks) > MAX_NUMBER_BLOCKS or len(self.voided) > MAX_NUMBER_BLOCKS:
            raise ValueError("blocks")
