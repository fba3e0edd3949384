"""Blobs that have arrived here and that nobody needs any more. Does not commit."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.spool import among, batched
from central.relay.store.models import BlobRow
from central.store.base import table_of
from protocol.ids import BlobRef


async def let_go(session: AsyncSession, blobs: Collection[BlobRef]) -> None:
    """Nothing of these is here from this commit on; their files may be dropped after it.

    Where that is cut short, the next start sweeps the files away. An envelope that announces one
    of them anew lets it come again.
    """
    gone = {"have": 0, "waiting": False, "holder": b""}
    for some in batched(blobs):
        mine = (among(some), BlobRow.next_hop == "")
        await session.execute(update(table_of(BlobRow)).where(*mine).values(**gone))
