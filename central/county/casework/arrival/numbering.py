"""Case numbers: what citizen and clerk read to each other on the telephone.

``451423-2026-KT000012``: county, year, two letters of this database's life, serial of the year.
A database restored from a backup has other letters, so that no number is given out twice.
"""

from collections.abc import Awaitable, Callable, Iterator

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.lives import CASES, life_of
from central.county.counters.service import take
from protocol.trust.schedule import local_time

_COUNTY_DIGITS = 6


class Numbering:
    """Gives out the case numbers of whichever county instance the database is."""

    def __init__(self, *, code: str, instance: Callable[[AsyncSession], Awaitable[bytes]]) -> None:
        self._county, self._instance = code[:_COUNTY_DIGITS], instance

    async def take(self, session: AsyncSession, count: int, now_ms: int) -> Iterator[str]:
        """``count`` new numbers, counted in the caller's transaction without gaps."""
        year = local_time(now_ms).year
        life = life_of(await self._instance(session))
        first = await take(session, f"{CASES} {year} {life}", count)
        stem = f"{self._county}-{year}-{life}"
        return (f"{stem}{serial:06d}" for serial in range(first, first + count))
