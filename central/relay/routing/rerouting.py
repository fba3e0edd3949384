"""Moving what waits for a station to another neighbour, because the station has moved.

What a hub took is not known to have reached the station: it goes once more by the new path, and
the receiver is asked first. Queries; none of them commits.

Source: docs/protocol.md section 9.5.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, LinkRow, SpoolRow
from protocol.ids import NodeId

RESENT = 1000
"""Of what an earlier hub took, the newest so many envelopes, and blobs, go to another hub: more
than a station leaves at a hub that it called until half an hour ago. Straight to the station all
of it is offered: there an answer of one byte spares each."""


async def reroute(session: AsyncSession, station: NodeId, hop: NodeId) -> None:
    """Let ``hop`` be next for everything that may not have reached ``station``.

    What has never been taken by anybody waits as before. What was taken keeps its holder, by
    which one sees that the next one is to be asked before it is sent.
    """
    link = await session.get(LinkRow, station)
    instance = link.instance if link else None
    for table, here in (
        (SpoolRow, SpoolRow.wire.is_not(None)),
        (BlobRow, BlobRow.have == BlobRow.size),
    ):
        elsewhere = and_(
            table.destination == station,
            table.next_hop.not_in(("", hop)),
            here,
            _may_be_missing(table, station, instance),
        )
        recent = await _recent(session, table, elsewhere) if hop != station else true()
        await session.execute(
            update(table)
            .where(elsewhere, or_(table.waiting, recent))
            .values(next_hop=hop, waiting=True)
            .execution_options(synchronize_session=False)
        )


def _may_be_missing(table: Any, station: NodeId, instance: bytes | None) -> ColumnElement[bool]:  # noqa: ANN401
    """Whether the station itself has not confirmed it."""
    return or_(table.next_hop != station, table.waiting, table.holder.is_distinct_from(instance))


async def _recent(
    session: AsyncSession,
    table: Any,  # noqa: ANN401
    elsewhere: ColumnElement[bool],
) -> ColumnElement[bool]:
    oldest = await session.scalar(
        select(table.position)
        .where(elsewhere, table.waiting.is_(False))
        .order_by(table.position.desc())
        .offset(RESENT - 1)
        .limit(1)
    )
    return true() if oldest is None else table.position >= oldest
