"""Own envelopes that lie here under a former key get the signature of the present one.

Their ids and bytes stay: only the signature around them is another.

Source: docs/adr/0035-another-signing-key.md.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.spool import NewEnvelope
from central.relay.retry.deferred import offer_again
from central.relay.store.models import DeferredRow, MetaRow, SpoolRow
from central.store.engine import Store
from protocol.envelope.envelope import read_envelope
from protocol.envelope.keys import Signer, key_name
from protocol.errors import SignatureError
from protocol.ids import EnvelopeId, NodeId

_SIGNED_BY = "signed-by"  # key of the row in meta: name of the key under which all of them lie
_PAGE = 500


async def sign_spool_anew(store: Store, node: NodeId, signer: Signer) -> int:
    """Sign what ``signer`` has not signed; how many that were. Cheap once it is done."""
    name = key_name(signer.public_bytes())

    async def known(session: AsyncSession) -> bool:
        held = await session.scalar(select(MetaRow.value).where(MetaRow.key == _SIGNED_BY))
        return held == name

    async def done(session: AsyncSession) -> None:
        await session.execute(delete(MetaRow).where(MetaRow.key == _SIGNED_BY))
        await session.execute(insert(MetaRow).values(key=_SIGNED_BY, value=name))

    if await store.transact(known):
        return 0
    count, after = 0, b""
    while page := await _page(store, node, after):
        after = page[-1][0]
        fresh = await asyncio.to_thread(_signed, [wire for _, wire in page], signer)
        changed = [(key, wire) for (key, old), wire in zip(page, fresh, strict=True) if wire != old]
        await _put(store, node, changed)
        count += len(changed)
    await store.transact(done)
    return count


async def take_signatures(
    session: AsyncSession,
    rows: Mapping[EnvelopeId, NewEnvelope],
    signed_now: Collection[EnvelopeId],
) -> None:
    """Envelopes that wait here under a former key of their origin came again under its present one.

    The next hop may have refused them meanwhile, so they are offered again.
    """
    for envelope in rows.keys() & set(signed_now):
        row = rows[envelope]
        stale = update(SpoolRow).where(
            SpoolRow.origin == row["origin"],
            SpoolRow.envelope_id == envelope,
            SpoolRow.wire.is_not(None),
            SpoolRow.wire != row["wire"],
        )
        changed = await session.scalar(stale.values(wire=row["wire"]).returning(SpoolRow.next_hop))
        if changed:
            await offer_again(session, DeferredRow.item == envelope)


def _signed(wires: Sequence[bytes], signer: Signer) -> list[bytes]:
    public, found = signer.public_bytes(), list[bytes]()
    for wire in wires:
        envelope = read_envelope(wire)
        try:
            envelope.check(public)
        except SignatureError:
            found.append(envelope.signed_anew(signer))
        else:
            found.append(wire)
    return found


async def _page(store: Store, node: NodeId, after: bytes) -> list[tuple[bytes, bytes]]:
    query = (
        select(SpoolRow.envelope_id, SpoolRow.wire)
        .where(SpoolRow.origin == node, SpoolRow.envelope_id > after, SpoolRow.wire.is_not(None))
        .order_by(SpoolRow.envelope_id)
        .limit(_PAGE)
    )

    async def work(session: AsyncSession) -> list[tuple[bytes, bytes]]:
        return [(key, wire) for key, wire in await session.execute(query) if wire is not None]

    return await store.transact(work)


async def _put(store: Store, node: NodeId, changed: Sequence[tuple[bytes, bytes]]) -> None:
    async def work(session: AsyncSession) -> None:
        for key, wire in changed:
            mine = (SpoolRow.origin == node, SpoolRow.envelope_id == key)
            await session.execute(update(SpoolRow).where(*mine).values(wire=wire))

    if changed:
        await store.transact(work)
