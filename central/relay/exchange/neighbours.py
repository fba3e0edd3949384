"""What is remembered of each neighbour between exchanges. Queries; none of them commits."""

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, LinkRow, SpoolRow
from central.store.base import BY_KEY, table_of
from protocol.exchange.ack_history import AckHistory
from protocol.ids import NodeId

log = logging.getLogger(__name__)

_OF_PEER = select(LinkRow).where(LinkRow.peer == bindparam("peer"))  # made once: it is hot
_LINK = table_of(LinkRow).c
_CHANGE = (
    update(table_of(LinkRow)).where(_LINK.peer == bindparam("of_peer")).execution_options(**BY_KEY)
)
_HISTORY = select(_LINK.pushed, _LINK.answered_exchange, _LINK.answered_number).where(
    _LINK.peer == bindparam("peer")
)


async def link_of(session: AsyncSession, peer: NodeId) -> LinkRow:
    """The row of ``peer``, made if it is new."""
    row: LinkRow | None = await session.scalar(_OF_PEER, {"peer": peer})
    if row is None:
        row = LinkRow(peer=peer, dirty=False, seen_number=0, forgets=False)
        session.add(row)
        await session.flush()
    return row


async def set_link(session: AsyncSession, peer: NodeId, **values: Any) -> None:  # noqa: ANN401
    """Change what is remembered of ``peer``."""
    await session.execute(_CHANGE, {"of_peer": peer} | values)


def ack_history_of(link: LinkRow) -> AckHistory:
    """What we remember of pushing to that neighbour."""
    return AckHistory(
        pushed=link.pushed or b"",
        exchange=link.answered_exchange or b"",
        number=link.answered_number or 0,
    )


def remember(link: LinkRow, ack_history: AckHistory) -> None:
    """Remember ``ack_history`` from now on."""
    link.pushed, link.answered_exchange = ack_history.pushed, ack_history.exchange
    link.answered_number = ack_history.number


async def note_pushing(session: AsyncSession, peer: NodeId, exchange: bytes) -> None:
    """Something is about to be pushed to ``peer`` in ``exchange``, which may break off."""
    await change_history(session, peer, lambda history: history.pushing(exchange), dirty=True)


async def change_history(
    session: AsyncSession,
    peer: NodeId,
    change: Callable[[AckHistory], AckHistory],
    **values: Any,  # noqa: ANN401
) -> None:
    """Remember of pushing to ``peer`` what ``change`` makes of it, and ``values``.

    By the table, not by its row's object, which takes twice as long: it is hot.
    """
    found = (await session.execute(_HISTORY, {"peer": peer})).one_or_none()
    pushed, exchange, number = found or (None, None, None)
    history = change(AckHistory(pushed=pushed or b"", exchange=exchange or b"", number=number or 0))
    values |= {"pushed": history.pushed, "answered_exchange": history.exchange}
    await set_link(session, peer, answered_number=history.number, **values)


async def mistrust(session: AsyncSession, peer: NodeId) -> None:
    """``peer`` was set back: what we still have waits again, and the rest it does not hold.

    Envelopes that were passed on and dropped here are asked for again by whoever sent them.
    """
    await session.flush()
    await forget_custody(session, peer, b"")
    for table in (SpoolRow, BlobRow):
        await session.execute(
            update(table).where(table.next_hop == peer, table.waiting.is_(False)).values(holder=b"")
        )
    log.warning("peer was set back", extra={"event": "link.set-back", "peer": peer})


async def forget_children(session: AsyncSession, parent: NodeId) -> None:
    """``parent`` lost what it took, and here it was dropped: the children are to ask again.

    Each is told, until an exchange with it ends well, that nothing of its items was seen.
    """
    await session.execute(update(LinkRow).where(LinkRow.peer != parent).values(forgets=True))


def seen_of(link: LinkRow) -> tuple[bytes, int] | None:
    """The last exchange with that neighbour, and how many items of it are here."""
    if link.forgets or not link.seen_exchange:
        return None
    return link.seen_exchange, link.seen_number


async def forget_custody(session: AsyncSession, peer: NodeId, instance: bytes) -> None:
    """``peer`` is another instance now: what the old one held and we still have waits again."""
    for table, here in (
        (SpoolRow, SpoolRow.wire.is_not(None)),
        (BlobRow, BlobRow.have == BlobRow.size),
    ):
        await session.execute(
            update(table)
            .where(
                table.next_hop == peer,
                table.waiting.is_(False),
                table.holder != instance,
                here,
            )
            .values(waiting=True, holder=None)
        )


async def county_instance(session: AsyncSession, parent: NodeId) -> bytes | None:
    """The county instance that our parent last told us of."""
    row: bytes | None = await session.scalar(select(LinkRow.county).where(LinkRow.peer == parent))
    return row
