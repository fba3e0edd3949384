"""The county says again what it has said, to a station that lost it."""

from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import BlobRow, SpoolRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Inquiry, Outcome, ReceiptState
from tests.central.county.centre import Centre

DAY_MS = 86_400_000


async def test_a_stuck_envelope_is_receipted_again_with_its_first_time(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    received_ms = centre.clock.now_ms()
    centre.clock.jump_wall(ms=5 * DAY_MS)

    inquiry = village.seal(Inquiry(envelopes=(read_envelope(wire).id,)))
    assert await centre.bring(inquiry) == []

    told = (await centre.statements(village))[-1]
    assert told.at_ms == received_ms + 5 * DAY_MS
    taken, again = told.lines
    assert (taken.envelope, taken.state) == (read_envelope(inquiry).id, ReceiptState.RECEIVED)
    assert (again.envelope, again.state) == (read_envelope(wire).id, ReceiptState.COMPLETE)
    assert again.at_ms == received_ms
    first = (await centre.statements(village))[0].lines[0]
    assert (again.case, again.duplicate) == (first.case, False)
    assert again.number > first.number


async def test_a_result_comes_again_with_its_files(centre: Centre, tmp_path: Path) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    (case,) = await centre.cases()
    paper = tmp_path / "decision.pdf"
    paper.write_bytes(b"%PDF" * 100)
    await centre.county.flows.decide(
        case["case"], outcome=Outcome.APPROVED, note="准予", attach=[paper]
    )

    async def taken(session: AsyncSession) -> None:
        for table in (SpoolRow, BlobRow):
            await session.execute(update(table).values(waiting=False, holder=b"instance"))

    await centre.relay.store.transact(taken)
    centre.clock.jump_wall(ms=3 * DAY_MS)
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))

    ((envelope, told),) = await centre.decisions(village)
    assert (told.note, told.attachments[0].size) == ("准予", 400)
    (spool,) = [row for row in await centre.rows(SpoolRow) if row.envelope_id == envelope.id]
    (blob,) = [row for row in await centre.rows(BlobRow) if row.blob_id == envelope.blobs[0][0]]
    assert (spool.waiting, spool.holder) == (True, None), "the same envelope goes again"
    assert (blob.waiting, blob.holder) == (True, None), "and its file with it"
    assert blob.position > spool.position, "behind it"
    assert blob.stored_ms == centre.clock.now_ms(), "it has not waited meanwhile"


async def test_a_rejection_comes_again(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit(item="no-such-item")
    await centre.bring(wire)
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    (rejection,) = await centre.rejections(village)
    assert rejection.envelope == read_envelope(wire).id
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    first, again = await centre.rejections(village)
    assert first == again == rejection, "sealed anew if the first one did not help"


async def test_everything_since_a_loss_is_told_and_nothing_older(centre: Centre) -> None:
    village = await centre.village()
    old, new = village.submit(), village.submit()
    await centre.bring(old)
    centre.clock.jump_wall(ms=10 * DAY_MS)
    since_ms = centre.clock.now_ms()
    await centre.bring(new)

    await centre.bring(village.seal(Inquiry(since_ms=since_ms)))

    told = {line.envelope for line in (await centre.statements(village))[-1].lines}
    assert read_envelope(new).id in told
    assert read_envelope(old).id not in told


async def test_what_another_station_sent_is_not_told(centre: Centre) -> None:
    mine, other = await centre.village(), await centre.village()
    wire = other.submit()
    await centre.bring(wire)
    await centre.bring(mine.seal(Inquiry(envelopes=(read_envelope(wire).id,), since_ms=1)))
    (only,) = (await centre.statements(mine))[-1].lines
    assert only.case == ""


async def test_the_ledger_accounts_for_an_inquiry(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit(), village.seal(Inquiry(since_ms=1)), village.submit())
    account = await centre.account(village.node)
    assert (account["minted"], account["received"], account["control"]) == (3, 2, 1)
    assert account["missing"] == []
