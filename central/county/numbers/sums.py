"""Blocks in sum: for each station, kind and year, issued = used + voided + remaining."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.calls import BlockShown
from central.county.numbers.models import BlockRow
from central.county.numbers.service import FORKED
from protocol.limits import NUMBERS_LOW


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


async def sums(session: AsyncSession, names: Mapping[str, str]) -> list[Sum]:
    """Of every block, by what their rows keep.

    Args:
        names: of stations, by their ids; one that has left the roster has none.
    """
    whose = (BlockRow.station, BlockRow.kind, BlockRow.year)
    added = (BlockRow.issued, BlockRow.used, BlockRow.arrived, BlockRow.voided, BlockRow.remaining)
    forked = case((BlockRow.closed_why == FORKED, 1), else_=0)
    sums_of_all = (func.sum(one) for one in (*added, BlockRow.twice, forked))
    query = select(*whose, func.count(), *sums_of_all).group_by(*whose)
    found = []
    for station, kind, year, *figures in await session.execute(query):
        blocks, issued, used, arrived, voided, remaining, twice, forks = map(int, figures)
        found.append(
            Sum(
                station=station,
                name=names.get(station, ""),
                kind=kind,
                year=year,
                blocks=blocks,
                issued=issued,
                used=used,
                arrived=arrived,
                voided=voided,
                remaining=remaining,
                twice=twice,
                forked=forks,
            )
        )
    return _in_order(found)


def sums_of(blocks: Iterable[BlockShown]) -> list[Sum]:
    """Of blocks that are shown with them."""
    parts: dict[tuple[str, str, int], list[BlockShown]] = {}
    for one in blocks:
        parts.setdefault((one.station, one.kind, one.year), []).append(one)
    return _in_order([_sum(some) for some in parts.values()])


def _in_order(found: Sequence[Sum]) -> list[Sum]:
    """The newest year first, those with least left first."""
    return sorted(found, key=lambda one: (-one.year, one.kind, one.remaining, one.station))


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
