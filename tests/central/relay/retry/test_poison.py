"""One item on which the program fails holds up no other, and is kept as it came."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.ports.role import Effect, RelayRole
from central.relay.retry import poison
from central.relay.store.models import PoisonRow, SpoolRow
from protocol.envelope.envelope import Envelope
from protocol.errors import DiskFullError, StoreError
from protocol.exchange.messages import EnvelopeItem
from protocol.exchange.wire import encode
from protocol.ids import BlobRef, EnvelopeId
from tests.builders.patience import until
from tests.central.nodes import County, Delivered, NodeRelay, Village, talk


@dataclass(kw_only=True)
class Stumbling(Delivered):
    """A Deliver port with a fault of the program in it."""

    over: set[bytes] = field(default_factory=set)  # wire bytes

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        good = await super().read(envelopes)

        async def effect(session: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
            if any(envelope.wire in self.over for envelope in envelopes):
                raise KeyError("a mistake")
            await good(session, new)

        return effect

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        self.blobs += [ref.blob for ref in blobs]


@pytest.fixture
def delivered(county: NodeRelay) -> Stumbling:
    delivered = Stumbling()
    county.serve(RelayRole(deliver=delivered))
    return delivered


async def village_at(place: County, county: NodeRelay) -> Village:
    village = place.village()
    await county.publish(place.scene.authority.roster().edition)
    return village


async def kept(county: NodeRelay) -> list[PoisonRow]:
    async def work(session: AsyncSession) -> list[PoisonRow]:
        return list((await session.scalars(select(PoisonRow))).all())

    return await county.store.transact(work)


async def test_the_others_of_its_batch_are_taken(
    place: County, county: NodeRelay, delivered: Stumbling, caplog: pytest.LogCaptureFixture
) -> None:
    village = await village_at(place, county)
    wires = [village.seal(b"%d" % n) for n in range(5)]
    delivered.over.add(wires[2])
    keys = [village.exchange_store.queue_envelope(wire) for wire in wires]
    await talk(village.exchange_store, county.exchanges.store_for(village.node))
    assert [e.wire for e in delivered.envelopes] == [*wires[:2], *wires[3:]]
    assert village.exchange_store.given_up == {keys[2]: "peer.internal"}
    (row,) = await kept(county)
    assert row.content == encode(EnvelopeItem(wire=wires[2]))
    assert (row.peer, row.kind, row.tries) == (village.node, "EnvelopeItem", 1)
    assert row.fault == "KeyError: 'a mistake'"
    assert "item.failed-inside" in {vars(record).get("event") for record in caplog.records}


async def test_a_mended_program_takes_it(
    place: County, county: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_at(place, county)
    wire = village.seal(b"payload")
    delivered.over.add(wire)
    for _ in range(2):
        village.exchange_store.queue_envelope(wire)
        await talk(village.exchange_store, county.exchanges.store_for(village.node))
    assert [row.tries for row in await kept(county)] == [2]
    delivered.over.clear()
    village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, county.exchanges.store_for(village.node))
    assert [e.wire for e in delivered.envelopes] == [wire]

    async def stored(session: AsyncSession) -> list[bytes]:
        return list((await session.scalars(select(SpoolRow.envelope_id))).all())

    await until(lambda: not village.exchange_store.waits)
    assert len(await county.store.transact(stored)) == 1


async def test_the_quarantine_is_bounded(
    county: NodeRelay, place: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poison, "MAX_POISON", 3)

    async def work(session: AsyncSession) -> int:
        for n in range(5):
            item = EnvelopeItem(wire=b"%d" % n)
            await poison.keep(session, item, KeyError("\0" * 5000), peer=None, now_ms=n)
        return await poison.count(session)

    assert await county.store.transact(work) == 3
    assert {row.last_ms for row in await kept(county)} == {2, 3, 4}
    assert all(len(row.fault) <= 1000 for row in await kept(county))


def test_a_fault_of_the_disk_is_no_poison() -> None:
    def of(cause: Exception) -> StoreError:
        error = StoreError("database")
        error.__cause__ = cause
        return error

    assert poison.may_be_poison(of(DataError("", {}, Exception())))
    assert not poison.may_be_poison(of(OperationalError("", {}, Exception())))
    assert not poison.may_be_poison(DiskFullError())
    assert poison.may_be_poison(OverflowError())
