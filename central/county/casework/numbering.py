"""Case numbers: what citizen and clerk read to each other on the telephone.

``451423-2026-KT000012``: county, year, two letters of this database's life, serial of the year.
A database restored from a backup has other letters, so that no number is given out twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters import take

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O look like digits
_CHINA = timezone(timedelta(hours=8))
_COUNTY_DIGITS = 6


class Numbering:
    """Gives out the case numbers of one county instance."""

    def __init__(self, *, code: str, instance: bytes) -> None:
        self._county = code[:_COUNTY_DIGITS]
        count = len(_LETTERS)
        self._life = _LETTERS[instance[0] % count] + _LETTERS[instance[1] % count]

    async def take(self, session: AsyncSession, count: int, now_ms: int) -> Iterator[str]:
        """``count`` new numbers, counted in the caller's transaction without gaps."""
        year = datetime.fromtimestamp(now_ms / 1000, tz=_CHINA).year
        first = await take(session, f"case {year} {self._life}", count)
        stem = f"{self._county}-{year}-{self._life}"
        return (f"{stem}{serial:06d}" for serial in range(first, first + count))
