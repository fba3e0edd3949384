"""What the next hop refuses: counted, set aside in the end, and offered again when it may help.

An item that is set aside stays on disk and holds up no other. It is offered again when the peer
is another instance or program, or holds another roster or release, than when it refused, once a
day, and when an operator says so. Queries; none of them commits.

Source: docs/protocol.md section 9.6.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.ports.role import Deferred, Reporter
from central.relay.queue.spool import batched, wires
from central.relay.store.models import BlobRow, DeferredRow, MetaRow, SpoolRow
from central.store.base import table_of
from protocol.exchange.lanes import Waiting
from protocol.ids import NodeId
from protocol.limits import AGAIN_S, MAX_REFUSALS

_PROGRAM = "program"  # key of the row in meta

_TABLE = table_of(DeferredRow)
_FORGET = delete(_TABLE).where(
    tuple_(_TABLE.c.origin, _TABLE.c.item).in_(bindparam("items", expanding=True))
)
_ANY = select(_TABLE.c.item).limit(1)
_ANY_OF_PEER = _ANY.where(_TABLE.c.peer == bindparam("peer"))

Refusal = tuple[Waiting, str]
"""What was pushed, and the code by which it was refused."""


async def note_refusals(
    session: AsyncSession, peer: NodeId, refused: Sequence[Refusal], now_ms: int
) -> list[DeferredRow]:
    """Count them; those that are set aside now, for the first time or again."""
    found = []
    for item, code in refused:
        row = await session.get(DeferredRow, (item.origin, item.key))
        if row is None:
            row = DeferredRow(
                origin=item.origin,
                item=item.key,
                peer=peer,
                blob=item.parts,
                refusals=0,
                since_ms=now_ms,
                deferred=False,
                reported=False,
            )
            session.add(row)
        row.peer, row.code, row.last_ms = peer, code, now_ms
        row.refusals += 1
        if row.refusals >= MAX_REFUSALS:
            row.deferred = True
            await _set_waiting(session, row, waiting=False)
            found.append(row)
    await session.flush()
    return found


async def report(session: AsyncSession, reporter: Reporter, rows: Sequence[DeferredRow]) -> None:
    """Tell those that were not told yet."""
    fresh = [row for row in rows if not row.reported]
    kept = await wires(session, [row.item for row in fresh if not row.blob])
    items = [
        Deferred(
            origin=NodeId(row.origin),
            item=row.item,
            blob=row.blob,
            code=row.code,
            at_ms=row.last_ms,
            wire=kept.get(row.item),
        )
        for row in fresh
    ]
    await reporter.report(session, items)
    for row in fresh:
        row.reported = True
    await session.flush()


async def forget(session: AsyncSession, items: Collection[tuple[str, bytes]]) -> None:
    """The next hop has taken these in the end; each is an origin with an id."""
    if await session.scalar(_ANY) is None:
        return  # as a rule nothing was refused, and to look is cheaper than to delete
    for some in batched(items):
        await session.execute(_FORGET, {"items": [tuple(item) for item in some]})


async def offer_again(session: AsyncSession, *which: ColumnElement[bool]) -> set[NodeId]:
    """Queue again what is set aside and fits ``which``; the peers that get something."""
    rows = (await session.scalars(select(DeferredRow).where(*which))).all()
    for row in rows:
        row.refusals = 0
        if row.deferred:
            row.deferred = False
            await _set_waiting(session, row, waiting=True)
    await session.flush()
    return {NodeId(row.peer) for row in rows}


async def offer_old_again(session: AsyncSession, now_ms: int) -> set[NodeId]:
    """Queue again what was refused a day ago, by a clock that may have jumped since."""
    old = (DeferredRow.last_ms < now_ms - AGAIN_S * 1000) | (DeferredRow.last_ms > now_ms)
    return await offer_again(session, DeferredRow.deferred.is_(True), old)


async def note_program(session: AsyncSession, program: str) -> None:
    """Which program runs now; after an upgrade everything is offered again."""
    row = await session.get(MetaRow, _PROGRAM)
    if row is None:
        session.add(MetaRow(key=_PROGRAM, value=program.encode()))
    elif row.value != program.encode():
        row.value = program.encode()
        await offer_again(session, DeferredRow.refusals > 0)
    await session.flush()


async def offer_again_to(session: AsyncSession, peer: NodeId) -> bool:
    """Offer everything again to a peer that may judge otherwise now; whether there is any."""
    if await session.scalar(_ANY_OF_PEER, {"peer": peer}) is None:
        return False
    return bool(await offer_again(session, DeferredRow.peer == peer))


async def listed(session: AsyncSession, limit: int) -> list[DeferredRow]:
    """What is set aside, oldest first."""
    query = select(DeferredRow).where(DeferredRow.deferred.is_(True)).order_by(DeferredRow.since_ms)
    return list((await session.scalars(query.limit(limit))).all())


async def count(session: AsyncSession) -> int:
    """How many are set aside."""
    query = select(func.count()).select_from(DeferredRow).where(DeferredRow.deferred.is_(True))
    return await session.scalar(query) or 0


async def _set_waiting(session: AsyncSession, row: DeferredRow, *, waiting: bool) -> None:
    """Into the queue or out of it; what is not here any more stays out."""
    values: dict[str, Any] = {"waiting": waiting}
    if row.blob:
        here = (BlobRow.blob_id == row.item, BlobRow.have == BlobRow.size)
        blobs = update(BlobRow).where(BlobRow.origin == row.origin, *here, BlobRow.holder.is_(None))
        await session.execute(blobs.values(**values))
    else:
        wires = update(SpoolRow).where(
            SpoolRow.origin == row.origin,
            SpoolRow.envelope_id == row.item,
            SpoolRow.wire.is_not(None),
            SpoolRow.holder.is_(None),
        )
        await session.execute(wires.values(**values))


def refusal_fields(peer: NodeId, item: Waiting, code: str) -> dict[str, str]:
    """Fields of a log line: the peer refused ``item``."""
    event = {"event": "item.refused", "peer": peer, "code": code}
    return event | {"origin": item.origin, "item": item.key.hex()}
