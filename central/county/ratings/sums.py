"""Sums of ratings: how many could rate, how many did, and how; too few are never shown.

Unrated cases are in no score. Groups of which fewer than LEAST rated are put together, so that no
difference of two sums is the rating of one person.

Source: docs/ratings.md, "Sums".
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.service import Figures
from central.county.ratings.calls import ShowSums, Sum, SumsShown
from central.county.ratings.words import DIMENSIONS, LEVELS, OTHERS
from central.store.engine import Store
from protocol.errors import UsageError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

LEAST = 5  # who rated, for a sum to be shown
GOOD = 3  # the lowest level that is satisfied (基本满意)
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Ratings of one group, counted."""

    key: str
    done: int = 0
    levels: tuple[int, ...] = (0,) * len(LEVELS)  # from very satisfied to not at all
    excluded: int = 0

    @property
    def rated(self) -> int:
        """How many rated, whatever was found of it."""
        return sum(self.levels) + self.excluded

    def __add__(self, other: "Group") -> "Group":
        """Both together."""
        return replace(
            self,
            done=self.done + other.done,
            levels=tuple(a + b for a, b in zip(self.levels, other.levels, strict=True)),
            excluded=self.excluded + other.excluded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSums:
    """Of one county."""

    store: Store
    figures: Figures
    clock: Clock

    async def show(self, wanted: ShowSums) -> SumsShown:
        """Of cases done in these months. Raises UsageError: there is no such sum or month."""
        first = wanted.month or f"{local_time(self.clock.now_ms()):%Y-%m}"
        last = wanted.until or first
        if wanted.by not in DIMENSIONS:
            raise UsageError(f"不能这样汇总：{wanted.by[:20]}")
        for month in (first, last):
            if not _MONTH.fullmatch(month):
                raise UsageError(f"月份应写成 2027-01：{month[:20]}")
        if last < first:
            raise UsageError(f"{last} 在 {first} 之前")

        async def work(session: AsyncSession) -> SumsShown:
            return await self.of(session, wanted.by, first, last)

        return await self.store.transact(work)

    async def of(self, session: AsyncSession, by: str, first: str, last: str) -> SumsShown:
        """The same, in the caller's transaction."""
        rows = await self.figures.rated(session, by, f"{first}-01", f"{last}-31")
        groups = grouped(rows)
        names = await self.figures.names(session, by, [one.key for one in groups])
        shown, whole = summed(groups, names)
        return SumsShown(by=by, first=first, last=last, sums=shown, whole=whole)


def grouped(rows: Iterable[tuple[str, int, bool, int]]) -> list[Group]:
    """Rows of group, level, whether it is excluded, and count; in the order of their keys."""
    found: dict[str, Group] = {}
    for key, level, excluded, count in rows:
        one = Group(
            key=key,
            done=count,
            levels=tuple(count * (level == one and not excluded) for one in LEVELS),
            excluded=count if level and excluded else 0,
        )
        found[key] = found[key] + one if key in found else one
    return [found[key] for key in sorted(found)]


def summed(groups: Sequence[Group], names: Mapping[str, str]) -> tuple[list[Sum], Sum]:
    """What may be shown of groups, and of all together."""
    whole = sum(groups, Group(key=""))
    few = _few(groups)
    lines = [_sum(one, names.get(one.key) or "—", few=one.key in few) for one in groups]
    if few:
        others = sum((one for one in groups if one.key in few), Group(key=""))
        lines.append(_sum(others, OTHERS, few=others.rated < LEAST))
    return lines, _sum(whole, "", few=0 < whole.rated < LEAST)


def _few(groups: Sequence[Group]) -> frozenset[str]:
    """Groups that are put together: the small ones, and others until these are enough."""
    rated = sorted((one for one in groups if one.rated), key=lambda one: one.rated)
    small = sum(one.rated < LEAST for one in rated)
    while small and small < len(rated) and sum(one.rated for one in rated[:small]) < LEAST:
        small += 1
    return frozenset(one.key for one in rated[:small])


def _sum(one: Group, name: str, *, few: bool) -> Sum:
    known: Callable[[float], float] = lambda share: round(share * 100, 1)  # noqa: E731
    counted = sum(one.levels)
    good = sum(count for level, count in zip(LEVELS, one.levels, strict=True) if level >= GOOD)
    return Sum(
        key=one.key,
        name=name,
        done=one.done,
        rated=None if few else one.rated,
        levels=None if few else one.levels,
        excluded=None if few else one.excluded,
        satisfied=known(good / counted) if counted and not few else None,
        response=known(one.rated / one.done) if one.done and not few else None,
    )
