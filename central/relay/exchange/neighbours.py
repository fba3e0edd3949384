"""What is remembered of each neighbour between exchanges. Queries; none of them commits."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, LinkRow, SpoolRow
from central.store.base import BY_KEY, table_of
from protocol.exchange.ack_history import AckHistory
from protocol.ids import NodeId

log = logging.getLogger(__name__)

_LINK = table_of(LinkRow).c


@dataclass(frozen=True, slots=True)
class Link:
    """What was remembered of one neighbour when it was read, as its row has it (LinkRow)."""

    peer: str
    instance: bytes | None = None
    dirty: bool = False
    seen_exchange: bytes | None = None
    seen_number: int = 0
    forgets: bool = False
    roster: int | None = None
    release: int | None = None
    program: str | None = None
    pushed: bytes | None = None
    answered_exchange: bytes | None = None
    answered_number: int | None = None
    spent: bytes | None = None

    @property
    def ack_history(self) -> AckHistory:
        """What we remember of pushing to that neighbour."""
        return AckHistory(
            pushed=self.pushed or b"",
            exchange=self.answered_exchange or b"",
            number=self.answered_number or 0,
        )

    @property
    def seen(self) -> tuple[bytes, int] | None:
        """The last exchange with that neighbour, and how many items of it are here."""
        if self.forgets or not self.seen_exchange:
            return None
        return self.seen_exchange, self.seen_number


# of every exchange, so made once
_NEW = insert(table_of(LinkRow)).execution_options(**BY_KEY)
_OF_PEER = select(*(_LINK[one.name] for one in fields(Link))).where(_LINK.peer == bindparam("peer"))
_CHANGE = (
    update(table_of(LinkRow)).where(_LINK.peer == bindparam("of_peer")).execution_options(**BY_KEY)
)
_HISTORY = select(_LINK.pushed, _LINK.answered_exchange, _LINK.answered_number).where(
    _LINK.peer == bindparam("peer")
)


async def link_of(session: AsyncSession, peer: NodeId) -> Link:
    """What is remembered of ``peer``; from now on something, if it is new."""
    row = (await session.execute(_OF_PEER, {"peer": peer})).one_or_none()
    if row is not None:
        return Link(*row)
    new = Link(peer)
    await session.execute(_NEW, asdict(new))
    return new


async def set_link(session: AsyncSession, peer: NodeId, **values: Any) -> None:  # noqa: ANN401
    """Change what is remembered of ``peer``."""
    await session.execute(_CHANGE, {"of_peer": peer} | values)


def columns_of(history: AckHistory) -> dict[str, Any]:
    """What is to be remembered of ``history``."""
    return {
        "pushed": history.pushed,
        "answered_exchange": history.exchange,
        "answered_number": history.number,
    }


async def note_pushing(session: AsyncSession, peer: NodeId, exchange: bytes) -> None:
    """Something is about to be pushed to ``peer`` in ``exchange``, which may break off."""
    await change_history(session, peer, lambda history: history.pushing(exchange), dirty=True)


async def change_history(
    session: AsyncSession,
    peer: NodeId,
    change: Callable[[AckHistory], AckHistory],
    **values: Any,  # noqa: ANN401
) -> None:
    """Remember of pushing to ``peer`` what ``change`` makes of it, and ``values``."""
    found = (await session.execute(_HISTORY, {"peer": peer})).one_or_none()
    pushed, exchange, number = found or (None, None, None)
    history = change(AckHistory(pushed=pushed or b"", exchange=exchange or b"", number=number or 0))
    await set_link(session, peer, **columns_of(history), **values)


async def mistrust(session: AsyncSession, peer: NodeId) -> None:
    """``peer`` was set back: what we still have waits again, and the rest it does not hold.

    Envelopes that were passed on and dropped here are asked for again by whoever sent them.
    """
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
