"""The lives of a county's database: each gives out numbers of its own, so that none comes twice.

A database that was restored, or found out to have been set back, is another life.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import series_of

CASES, BLOCKS = "case", "block"  # kinds of series; each of them ends in the letters of its life
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O look like digits


def life_of(instance: bytes) -> str:
    """The two letters of the case numbers that this instance gives out."""
    count = len(_LETTERS)
    return _LETTERS[instance[0] % count] + _LETTERS[instance[1] % count]


def life_number(life: str) -> int:
    """The same as a number, 0 to 575, for serials that are digits throughout."""
    return _LETTERS.index(life[0]) * len(_LETTERS) + _LETTERS.index(life[1])


async def lives(session: AsyncSession) -> set[str]:
    """The letters of all numbers that were ever given out."""
    known = await series_of(session, CASES) | await series_of(session, BLOCKS)
    return {series[-2:] for series in known}
