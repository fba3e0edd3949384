"""Blobs that grow here, part after part: what every batch of parts asks and notes.

A blob of 5 MB comes in a hundred parts, so these statements are put together once.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, LinkRow
from central.store.base import BY_KEY, table_of
from protocol.ids import BlobId, BlobRef, NodeId

_BLOBS, _LINKS = table_of(BlobRow), table_of(LinkRow)
_BLOB, _LINK = _BLOBS.c, _LINKS.c
_IS_PASSED = and_(
    _BLOB.waiting.is_(False), _BLOB.holder.is_not(None), _BLOB.holder == _LINK.instance
)
_ANNOUNCED = (
    select(_BLOB.origin, _BLOB.blob_id, _BLOB.size, _BLOB.have, _BLOB.next_hop, _IS_PASSED)
    .outerjoin(_LINKS, _LINK.peer == _BLOB.next_hop)
    .where(
        _BLOB.origin.in_(bindparam("origins", expanding=True)),
        _BLOB.blob_id.in_(bindparam("blobs", expanding=True)),
    )
)
_GROWN = (
    update(_BLOBS)
    .execution_options(**BY_KEY)
    .where(_BLOB.origin == bindparam("of"), _BLOB.blob_id == bindparam("blob"))
    .values(have=bindparam("upto"))
)
_WHOLE = _GROWN.values(waiting=bindparam("goes_on"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """A blob that was announced, as the store knows it."""

    ref: BlobRef
    size: int
    have: int
    next_hop: str
    is_passed: bool  # the next hop's present instance holds it


async def announced(session: AsyncSession, blobs: Collection[BlobRef]) -> dict[BlobRef, Growing]:
    """Those of ``blobs`` that an envelope has announced."""
    values = {
        "origins": sorted({ref.origin for ref in blobs}),
        "blobs": sorted({ref.blob for ref in blobs}),
    }
    found = {}
    for origin, blob, size, have, next_hop, is_passed in await session.execute(_ANNOUNCED, values):
        ref = BlobRef(NodeId(origin), BlobId(blob))
        found[ref] = Growing(
            ref=ref, size=size, have=have, next_hop=next_hop, is_passed=bool(is_passed)
        )
    return {ref: found[ref] for ref in blobs if ref in found}


async def note_grown(session: AsyncSession, blob: Growing, have: int, *, is_whole: bool) -> None:
    """So many bytes are here now; a part of what was whole before changes nothing else.

    Args:
        is_whole: with these it has become whole, and waits for the next hop, if it goes on.
    """
    values: dict[str, object] = {"of": blob.ref.origin, "blob": blob.ref.blob, "upto": have}
    if is_whole:
        await session.execute(_WHOLE, {**values, "goes_on": blob.next_hop != ""})
    else:
        await session.execute(_GROWN, values)
