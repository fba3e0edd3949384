"""Items on which this program failed: one of them must not hold up all the others.

They are kept as they came, for whoever mends the program, and refused with ``peer.internal``:
so the sender keeps them too, and offers them again another day.

Source: docs/protocol.md section 8.3.
"""

import hashlib
from contextlib import suppress

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import PoisonRow
from central.store.insert import insert_new
from protocol.envelope.envelope import Envelope, read_envelope
from protocol.errors import PeerError, StoreError, YizhanError
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.exchange.wire import FrameReader, encode
from protocol.ids import NodeId
from protocol.limits import MAX_POISON

_FAULT_CHARS = 1000
_OF_THE_DATA = (DataError, IntegrityError, ProgrammingError)


def may_be_poison(fault: Exception) -> bool:
    """Whether one item may have caused ``fault``; a full disk, say, hits all of them."""
    if isinstance(fault, StoreError):
        return isinstance(fault.__cause__, _OF_THE_DATA)
    return not isinstance(fault, YizhanError)


async def keep(
    session: AsyncSession, item: Item, fault: Exception, *, peer: NodeId | None, now_ms: int
) -> None:
    """Keep ``item`` and what was said of it; the oldest go if there are too many."""
    content = encode(item)
    digest = hashlib.sha256(content).digest()
    said = f"{type(fault).__name__}: {fault}"[:_FAULT_CHARS].replace("\0", "?")
    row = {
        "digest": digest,
        "peer": peer or "",
        "kind": type(item).__name__,
        "content": content,
        "fault": said.encode("utf-8", "replace").decode(),
        "tries": 0,
        "since_ms": now_ms,
        "last_ms": now_ms,
    }
    await session.execute(insert_new(session, PoisonRow).values(row))
    await session.execute(
        update(PoisonRow)
        .where(PoisonRow.digest == digest)
        .values(tries=PoisonRow.tries + 1, last_ms=now_ms, fault=row["fault"])
    )
    newest = select(PoisonRow.digest).order_by(PoisonRow.last_ms.desc()).limit(MAX_POISON)
    await session.execute(delete(PoisonRow).where(PoisonRow.digest.not_in(newest)))


async def forget(session: AsyncSession, envelope: Envelope) -> None:
    """This envelope had its effect in the end."""
    digest = hashlib.sha256(encode(EnvelopeItem(wire=envelope.wire))).digest()
    await session.execute(delete(PoisonRow).where(PoisonRow.digest == digest))


async def count(session: AsyncSession) -> int:
    """How many are kept."""
    return await session.scalar(select(func.count()).select_from(PoisonRow)) or 0


async def envelopes(session: AsyncSession) -> list[tuple[Envelope, int]]:
    """The envelopes among them that can be read at all, and when each came last."""
    query = select(PoisonRow.content, PoisonRow.last_ms).where(
        PoisonRow.kind == EnvelopeItem.__name__
    )
    found = []
    for content, last_ms in await session.execute(query):
        with suppress(PeerError):
            item = next(FrameReader().feed(content))
            if isinstance(item, EnvelopeItem):
                found.append((read_envelope(item.wire), last_ms))
    return found
