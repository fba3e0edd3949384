"""Blocks in sum: for each station, kind and year, issued = used + voided + remaining."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from central.county.numbers.calls import BlockShown
from central.county.numbers.service import FORKED
from protocol.limits import NUMBERS_LOW

MOST_CHARS = 60  # of what is searched for


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The blocks of one station, of one kind and year."""

    station: str
    name: str
    kind: str
    year: int
    blocks: int
    issued: int
    used: int
    arrived: int  # of these, numbers with which something has come
    voided: int
    remaining: int
    twice: int  # numbers that came from two copies of one PC
    forked: int  # blocks that were closed because the line forked

    @property
    def low(self) -> bool:
        """Whether so few are left that the station asks for more."""
        return self.remaining < NUMBERS_LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sums a reader wants to see; all of them unless a field says less."""

    text: str = ""  # in a name or an id
    kind: str = ""
    year: str = ""

    def fits(self, one: Sum) -> bool:
        """Whether this one is asked for."""
        return (
            (not self.text or self.text in one.name or self.text in one.station)
            and self.kind in ("", one.kind)
            and self.year in ("", str(one.year))
        )


def sums_of(blocks: Iterable[BlockShown]) -> list[Sum]:
    """One for each station, kind and year, the newest year first, those with least left first."""
    parts: dict[tuple[str, str, int], list[BlockShown]] = {}
    for one in blocks:
        parts.setdefault((one.station, one.kind, one.year), []).append(one)
    found = [_sum(some) for some in parts.values()]
    return sorted(found, key=lambda one: (-one.year, one.kind, one.remaining, one.station))


def total_of(sums: Sequence[Sum]) -> dict[str, int]:
    """All of them together."""
    names = ("issued", "used", "voided", "remaining")
    return {name: sum(getattr(one, name) for one in sums) for name in names}


def _sum(blocks: Sequence[BlockShown]) -> Sum:
    first = blocks[0]
    return Sum(
        station=first.station,
        name=first.name,
        kind=first.kind,
        year=first.year,
        blocks=len(blocks),
        issued=sum(one.issued for one in blocks),
        used=sum(one.used for one in blocks),
        arrived=sum(one.arrived for one in blocks),
        voided=sum(one.voided for one in blocks),
        remaining=sum(one.remaining for one in blocks),
        twice=sum(one.twice for one in blocks),
        forked=sum(one.closed == FORKED for one in blocks),
    )
