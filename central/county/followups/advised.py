"""How often villages sent people home with everything that was missing on one paper.

Source: docs/operations.md, "What follows an application"; domain: 一次性告知.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.followups.calls import AdvisedCount
from central.county.followups.queries import advised
from central.county.followups.shown import said_of
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.records.followups import Advised

_PAGE = 500


async def advised_counts(store: Store) -> Sequence[AdvisedCount]:
    """By item and village, the most frequent first.

    Each page is a transaction of its own: nobody waits while all are counted, and what comes
    meanwhile behind the place that was reached is counted as well.
    """
    counted: Counter[tuple[str, str, str]] = Counter()
    after: Key | None = ("", b"")
    while after is not None:
        found, after = await store.transact(partial(_page, after=after))
        counted.update(found)
    return [
        AdvisedCount(item=item, station=station, village=village, count=count)
        for (item, station, village), count in sorted(
            counted.items(), key=lambda one: (-one[1], one[0])
        )
    ]


async def _page(
    session: AsyncSession, *, after: Key
) -> tuple[Counter[tuple[str, str, str]], Key | None]:
    """Those of one page, and its last; None: there are no more."""
    rows = await advised(session, after=after, limit=_PAGE)
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        said = said_of(row)
        if said is not None and isinstance(said.subject, Advised):
            found[said.subject.item, row.station, said.subject.village] += 1
    last = (rows[-1].station, rows[-1].follow_up) if len(rows) == _PAGE else None
    return found, last
