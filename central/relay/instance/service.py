"""One life of a relay's database: its name, what it holds, and what a restored one forgets.

Queries; none of them commits.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.spool import among, batched
from central.relay.store.models import BlobRow, LinkRow, MetaRow
from central.store.base import table_of
from protocol.errors import DamagedError
from protocol.ids import BlobId, BlobRef, Instance, NodeId

INSTANCE = "instance"  # key of the row in meta
_META = table_of(MetaRow).c
_INSTANCE = select(_META.value).where(_META.key == INSTANCE)


async def instance_of(session: AsyncSession) -> Instance:
    """The name of this life.

    Raises:
        DamagedError: the database has none.
    """
    value = session.info.get(INSTANCE)  # asked several times in one transaction
    if value is None:
        value = await session.scalar(_INSTANCE)
    if value is None:
        raise DamagedError("the database has no instance")
    session.info[INSTANCE] = value
    return Instance(value)


async def whole_blobs(session: AsyncSession) -> dict[BlobRef, int]:
    """Every blob of which all bytes are here, with its size in bytes."""
    query = select(BlobRow.origin, BlobRow.blob_id, BlobRow.size).where(
        BlobRow.have == BlobRow.size
    )
    return {
        BlobRef(NodeId(origin), BlobId(blob)): size
        for origin, blob, size in await session.execute(query)
    }


async def kept_blobs(session: AsyncSession) -> set[BlobRef]:
    """Every blob of which some bytes are here."""
    query = select(BlobRow.origin, BlobRow.blob_id).where(BlobRow.have > 0)
    return {BlobRef(NodeId(origin), BlobId(blob)) for origin, blob in await session.execute(query)}


async def begin_anew(session: AsyncSession, instance: Instance, lost: Collection[BlobRef]) -> None:
    """Make a copy of the database another life, in which blobs that lack their file are awaited.

    What neighbours hold stays known, by their own instances; but nothing is pushed before they
    were asked, and no number of an earlier exchange is named to them.

    Args:
        lost: blobs that were whole and have no file now. Those that were growing lose theirs.
    """
    await session.execute(update(MetaRow).where(MetaRow.key == INSTANCE).values(value=instance))
    session.info[INSTANCE] = instance
    await session.execute(update(LinkRow).values(dirty=True, seen_exchange=None, seen_number=0))
    await session.execute(
        update(LinkRow).values(pushed=None, answered_exchange=None, answered_number=None)
    )
    gone = {"have": 0, "waiting": False}
    await session.execute(update(BlobRow).where(BlobRow.have < BlobRow.size).values(**gone))
    for some in batched(sorted(lost)):
        await session.execute(update(table_of(BlobRow)).where(among(some)).values(**gone))
