"""Two at once, and one more than fits into one statement: nothing handles only the first."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import FileState
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.queries import await_again, cases_with
from central.county.recovery import telling_again
from central.relay.instance.service import begin_anew
from central.relay.queue.spool import Hop, hand_over_blobs, want_again
from central.relay.retry import deferred
from central.relay.store.models import BlobRow, DeferredRow
from central.store.base import table_of
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import ReceiptState
from protocol.errors import InstanceBegunError
from protocol.ids import BlobId, BlobRef, Instance, NodeId
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.centre import Centre, Ground
from tests.central.county.recovery.test_rollback import forget_receipts, hub_says, newest_mark

MANY = 2 * 400 + 1  # names in three statements
STATION = NodeId("5" * 16)
MANY_REFS = [BlobRef(STATION, BlobId(n.to_bytes(32, "big"))) for n in range(MANY)]


@pytest.mark.parametrize("together", [True, False], ids=["one-batch", "two-batches"])
async def test_two_damaged_envelopes_are_both_told_with_the_names_of_their_files(
    centre: Centre, together: bool
) -> None:
    village, other = await centre.village(), await centre.village()
    bad = [
        who.scan(b"%d" % n, name=f"{n}.jpg", wrong={"sha256": bytes(32)})
        for n, who in enumerate((village, village, other))
    ]
    wires = [village.submit(bad[0]), village.submit(bad[1]), other.submit(bad[2])]
    if together:
        await centre.bring(*wires[:2], *bad[:2])
    else:
        await centre.bring(*wires[:2])
        await centre.bring(*bad[:2])
    await centre.bring(wires[2])
    assert await centre.bring(bad[2]) == []

    told = {one.envelope: (one.code, one.detail) for one in await centre.rejections(village)}
    assert told == {
        read_envelope(wires[0]).id: ("peer.digest", "id-card：0.jpg"),
        read_envelope(wires[1]).id: ("peer.digest", "id-card：1.jpg"),
    }
    assert [one.detail for one in await centre.rejections(other)] == ["id-card：2.jpg"]


async def test_the_two_last_files_of_a_case_in_one_batch_complete_it_once(centre: Centre) -> None:
    village = await centre.village()
    card, photo = village.scan(b"card"), village.scan(b"photo", material="photo")
    wire = village.submit(card, photo)
    await centre.bring(wire)
    await centre.bring(card, photo)
    (case,) = await centre.cases()
    assert case["state"] == "complete"
    states = [line.state for line in await centre.receipts(village)]
    assert states == [ReceiptState.RECEIVED, ReceiptState.COMPLETE]


async def test_the_two_last_files_of_a_case_at_two_processes_complete_it_once(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        village = await one.village()
        two.relay.editions.adopt(one.relay.editions.roster.edition)
        pairs = [
            (village.scan(b"card %d" % n), village.scan(b"photo %d" % n, material="photo"))
            for n in range(10)
        ]
        await one.bring(*(village.submit(*pair) for pair in pairs))
        await asyncio.gather(
            *(one.bring(card) for card, _ in pairs), *(two.bring(photo) for _, photo in pairs)
        )
        assert {case["state"] for case in await one.cases()} == {"complete"}
        lines = await one.receipts(village)
        assert [line.state for line in lines].count(ReceiptState.COMPLETE) == len(pairs)


async def test_a_county_set_back_tells_more_than_one_page_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_again, "_PAGE", 2)
    villages = [await centre.village(), await centre.village()]
    wires = [village.submit() for village in villages for _ in range(3)]
    await centre.bring(*wires)
    mark = await newest_mark(centre, villages[0])
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    instance = await centre.relay.instance()
    told = {
        line.envelope
        for village in villages
        for statement in await centre.statements(village)
        if statement.instance == instance
        for line in statement.lines
    }
    assert told == {read_envelope(wire).id for wire in wires}


async def test_more_lost_attachments_than_one_statement_takes_are_all_awaited(
    centre: Centre,
) -> None:
    whole = FileState.WHOLE.value

    async def fill(session: AsyncSession) -> None:
        await session.execute(insert(table_of(CaseRow)), [_case(n) for n in range(MANY)])
        files = [_file(n, ref, whole) for n, ref in enumerate(MANY_REFS)]
        await session.execute(insert(table_of(AttachmentRow)), files)
        await session.execute(insert(table_of(BlobRow)), [_blob(ref) for ref in MANY_REFS])

    await centre.relay.store.transact(fill)
    cases = await centre.relay.store.transact(lambda s: cases_with(s, MANY_REFS))
    assert len(cases) == MANY

    async def lose(session: AsyncSession) -> None:
        await begin_anew(session, Instance(b"restored"), MANY_REFS)
        await await_again(session, MANY_REFS)

    await centre.relay.store.transact(lose)
    assert {row.state for row in await centre.rows(AttachmentRow)} == {FileState.WAITING.value}
    assert {row.complete_ms for row in await centre.rows(CaseRow)} == {None}
    assert {(row.have, row.waiting) for row in await centre.rows(BlobRow)} == {(0, False)}


async def test_more_blobs_than_one_statement_takes_are_all_handed_over_and_wanted_again(
    centre: Centre,
) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(insert(table_of(BlobRow)), [_blob(ref) for ref in MANY_REFS])
        refused = [_refused(ref) for ref in MANY_REFS]
        await session.execute(insert(table_of(DeferredRow)), refused)
        hop = NodeId("6" * 16)
        await hand_over_blobs(session, hop, MANY_REFS, b"instance", keep_file=False)
        await deferred.forget(session, MANY_REFS)
        way = Hop(origin=STATION, destination=NodeId("5" * 16), next_hop=hop, now_ms=8)
        anew = {ref: way.blob(ref.blob, 1, have=0, position=7) for ref in MANY_REFS}
        await want_again(session, anew)

    await centre.relay.store.transact(work)
    wanted = {(r.have, r.holder, r.position, r.stored_ms) for r in await centre.rows(BlobRow)}
    assert wanted == {(0, b"", 7, 8)}
    assert await centre.rows(DeferredRow) == []


def _case(n: int) -> dict[str, object]:
    return {
        "station": STATION,
        "application": n.to_bytes(16, "big"),
        "number": f"{n:06}",
        "envelope_id": n.to_bytes(32, "big"),
        "suite": 2,
        "item": "item",
        "release": 1,
        "form": "{}",
        "unchecked": False,
        "received_ms": 1,
        "complete_ms": 2,
    }


def _file(n: int, ref: BlobRef, state: str) -> dict[str, object]:
    return {
        "station": STATION,
        "envelope_id": n.to_bytes(32, "big"),
        "position": 0,
        "application": n.to_bytes(16, "big"),
        "material": "m",
        "name": "n",
        "size": 1,
        "sha256": bytes(32),
        "origin": ref.origin,
        "blob_id": ref.blob,
        "key": bytes(32),
        "state": state,
    }


def _blob(ref: BlobRef) -> dict[str, object]:
    return {
        "origin": ref.origin,
        "blob_id": ref.blob,
        "prefix": ref.blob[:8],
        "destination": "7" * 16,
        "next_hop": "6" * 16,
        "position": int.from_bytes(ref.blob, "big"),
        "size": 17,
        "have": 17,
        "waiting": True,
        "holder": None,
        "stored_ms": 1,
    }


def _refused(ref: BlobRef) -> dict[str, object]:
    return {
        "origin": ref.origin,
        "item": ref.blob,
        "peer": "6" * 16,
        "blob": True,
        "code": "peer.digest",
        "refusals": 1,
        "since_ms": 1,
        "last_ms": 1,
        "deferred": False,
        "reported": False,
    }
