"""A page of the work list and its counts: what is asked of the database for one look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.models import StatusRow
from central.county.flows.worklist import queries
from central.county.flows.worklist.calls import ALL, FREE, MINE
from central.county.flows.worklist.queries import Fits, Spot

MAX_COUNTED = 1000  # and more is told as more

Asked = Mapping[str, Fits]
"""What the list can show, by whose it is; each is led by the rarest of what is asked for."""


async def asked(session: AsyncSession, every: Fits, reader: str, others: Fits) -> Asked:
    """For a look at the list.

    Args:
        every: what fits of what the reader sees.
        reader: account; empty: nobody's own.
        others: the same wherever it stands: what was taken on stays in sight.
    """
    led = await queries.led(session, every)
    free = replace(led, holder="")
    if every.holder:
        free = await queries.led(session, free)
    if not reader:
        return {FREE: free, ALL: led}
    own = await queries.led(session, replace(others, holder=reader))
    return {MINE: own, FREE: free, ALL: led}


async def paged(
    session: AsyncSession, of: Asked, whose: str, after: Spot | None, limit: int
) -> tuple[Sequence[StatusRow], Mapping[str, int]]:
    """At most one case more than ``limit``, and how many there are by whose they are."""
    whose = whose if whose in of else ALL
    rows = await queries.page(session, of[whose], after, limit + 1)
    known = {whose: len(rows)} if not after and len(rows) <= limit else {}
    counts = {
        one: known[one] if one in known else await queries.count(session, fits, MAX_COUNTED + 1)
        for one, fits in of.items()
    }
    return rows, counts
