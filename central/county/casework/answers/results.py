"""The count of results: of two results of one application, the one with the higher number stands.

A clock can't say it: a decision that was made while the county's clock was ahead would hide every
later one. Inside of one life of the database the numbers follow each other. Another life begins
above all of an earlier one, because the number of its signed time does: a restore moves that on,
and a child that has seen a higher one shows it (central.relay.time.service).

Source: docs/protocol.md section 6; docs/adr/0038-results-by-number.md.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import take
from central.relay.time.service import time_number
from protocol.limits import ALLOWANCE_S, MAX_COUNT

_SERIES = "result"
_IN_ONE_TIME = 2**20  # results that have room between two statements of the time


async def next_result(session: AsyncSession) -> int:
    """The number of a result that is made now; above every earlier one of this county."""
    n = await take(session, _SERIES, 1)
    lowest = await time_number(session) * _IN_ONE_TIME
    if not n < lowest < MAX_COUNT:
        return n
    await take(session, _SERIES, lowest - n)
    return lowest


def told_today(last_ms: int | None, now_ms: int) -> bool:
    """Whether something was told again within a day: whoever asks more often costs little."""
    return last_ms is not None and abs(now_ms - last_ms) < ALLOWANCE_S * 1000
