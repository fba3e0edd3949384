"""How often villages sent people home with everything that was missing on one paper.

Source: docs/operations.md, "What follows an application"; domain: 一次性告知.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.followups.calls import AdvisedCount
from central.county.followups.queries import advised
from central.county.followups.shown import said_of
from central.store.engine import Store
from protocol.records.followups import Advised

_PAGE = 500


async def advised_counts(store: Store) -> Sequence[AdvisedCount]:
    """By item and village, the most frequent first."""

    async def work(session: AsyncSession) -> Counter[tuple[str, str, str]]:
        found: Counter[tuple[str, str, str]] = Counter()
        after = ("", b"")
        while rows := await advised(session, after=after, limit=_PAGE):
            after = rows[-1].station, rows[-1].follow_up
            for row in rows:
                said = said_of(row)
                if said is not None and isinstance(said.subject, Advised):
                    found[said.subject.item, row.station, said.subject.village] += 1
        return found

    counted = await store.transact(work)
    return [
        AdvisedCount(item=item, station=station, village=village, count=count)
        for (item, station, village), count in sorted(
            counted.items(), key=lambda one: (-one[1], one[0])
        )
    ]
