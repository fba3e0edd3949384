"""A station of tomorrow sends to a county of today: nothing is lost, refused or late."""

from collections.abc import Sequence

import pytest

from central.county.backup.safety import Finished
from central.county.intake.models import AwaitingRow, NoticeRow, ReceivedRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Inquiry, ReceiptLine, ReceiptState
from protocol.errors import InstanceBegunError
from protocol.ids import Instance
from tests.builders.tomorrow import extended, of_type, upgraded
from tests.central.county.centre import Centre
from tests.central.county.recovery.test_rollback import forget_receipts, hub_says, newest_mark
from tests.central.county.village import FORM, Village

CODE = "peer.needs-newer"
RECEIVED, COMPLETE = ReceiptState.RECEIVED, ReceiptState.COMPLETE


def _of(lines: Sequence[ReceiptLine], wire: bytes) -> list[tuple[ReceiptState, str]]:
    return [(one.state, one.case) for one in lines if one.envelope == read_envelope(wire).id]


async def _upgrade(centre: Centre) -> int:
    with upgraded():
        return await centre.county.intake.take_up(centre.relay.store)


def _tomorrow(village: Village, form: dict[str, object] | None = None) -> bytes:
    content = village.application(form=form or FORM)
    return village.seal(extended(content, must=True, guardian="样福顺"))


async def test_a_field_that_may_be_ignored_is(centre: Centre) -> None:
    village = await centre.village()
    wire = village.seal(extended(village.application(), guardian="样福顺"))
    assert await centre.bring(wire) == []
    (case,) = await centre.cases()
    assert case["form"] == FORM
    assert await centre.rows(AwaitingRow) == []


async def test_one_that_must_be_understood_is_kept_told_and_taken_by_the_newer_program(
    centre: Centre,
) -> None:
    village = await centre.village()
    wire = _tomorrow(village, {"name": "样福来", "age": 44})
    envelope = read_envelope(wire)
    assert await centre.bring(wire) == []
    came_ms = centre.clock.now_ms()

    assert await centre.cases() == []
    assert await centre.rejections(village) == []
    (row,) = await centre.rows(AwaitingRow)
    assert (row.wire, row.arrived_ms) == (wire, came_ms)
    assert "guardian" in row.detail
    assert _of(await centre.receipts(village), wire) == [(RECEIVED, "")]
    assert [(one.item, one.code) for one in await centre.notices(village)] == [(envelope.id, CODE)]
    account = await centre.account(village.node)
    assert (account["awaiting"], account["received"], account["quarantined"]) == (1, 0, 0)
    assert account["minted"] == 1

    centre.clock.tick(86_400)
    assert await centre.county.intake.take_up(centre.relay.store) == 0  # the same program
    assert await _upgrade(centre) == 1
    (case,) = await centre.cases()
    assert case["form"] == {"name": "样福来", "age": 44}
    assert case["application"] == village.applications[0].hex()
    assert _of(await centre.receipts(village), wire) == [
        (RECEIVED, ""),
        (RECEIVED, case["case"]),
        (COMPLETE, case["case"]),
    ]
    told = [one for one in await centre.receipts(village) if one.case]
    assert {one.at_ms for one in told} == {came_ms}  # it is no later for our old program
    assert await centre.rows(AwaitingRow) == await centre.rows(NoticeRow) == []
    account = await centre.account(village.node)
    assert (account["awaiting"], account["received"]) == (0, 1)
    assert await _upgrade(centre) == 0
    assert len(await centre.cases()) == 1


async def test_sent_again_it_is_kept_once(centre: Centre) -> None:
    village = await centre.village()
    wire = _tomorrow(village)
    await centre.bring(wire)
    await centre.bring(wire, wire)
    assert len(await centre.rows(AwaitingRow)) == len(await centre.rows(ReceivedRow)) == 1
    await _upgrade(centre)
    await centre.bring(wire)
    assert len(await centre.cases()) == 1


async def test_they_are_taken_in_the_order_in_which_they_came(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    sent = []
    for n in range(6):
        wire = _tomorrow((village, other)[n % 2], {"name": f"样第{n}人"})
        sent.append(wire)
        await centre.bring(wire)
        if n % 3 == 0:
            centre.clock.tick(60)
    await _upgrade(centre)
    cases = sorted(await centre.cases(), key=lambda case: case["case"])
    assert [case["form"]["name"] for case in cases] == [f"样第{n}人" for n in range(6)]


@pytest.mark.parametrize("kind", ["an unknown kind", "an unknown suite"])
async def test_other_things_of_tomorrow_are_kept_too(centre: Centre, kind: str) -> None:
    village = await centre.village()
    if kind == "an unknown kind":
        wire = village.seal(of_type("census", since_ms=5))
    else:
        wire = village.seal_with_suite(9, b"sealed as nobody can today")
    good = village.submit()
    assert await centre.bring(wire, good) == []
    assert len(await centre.cases()) == 1  # it holds up nobody
    (row,) = await centre.rows(AwaitingRow)
    assert row.wire == wire
    assert _of(await centre.receipts(village), wire) == [(RECEIVED, "")]
    assert await centre.rejections(village) == []
    assert await _upgrade(centre) == (kind == "an unknown kind")
    assert len(await centre.rows(AwaitingRow)) == (kind == "an unknown suite")


async def test_attachments_that_came_meanwhile_complete_it(centre: Centre) -> None:
    village = await centre.village()
    card = village.scan(b"an identity card")
    content = village.application(scans=[card])
    wire = village.seal(extended(content, must=True, guardian="样"), blobs=[card.announced])
    assert await centre.bring(wire) == []
    assert await centre.bring(card) == []
    await _upgrade(centre)
    (case,) = await centre.cases()
    assert case["state"] == "complete"
    assert _of(await centre.receipts(village), wire)[-1] == (COMPLETE, case["case"])


async def test_what_the_newer_program_can_not_take_is_rejected_then(centre: Centre) -> None:
    village = await centre.village()
    wire = _tomorrow(village, {"age": 3})
    await centre.bring(wire)
    await _upgrade(centre)
    (rejection,) = await centre.rejections(village)
    assert (rejection.envelope, rejection.code) == (read_envelope(wire).id, "intake.form-invalid")
    account = await centre.account(village.node)
    assert (account["awaiting"], account["quarantined"]) == (0, 1)


async def test_a_station_that_asks_is_told_that_it_is_here(centre: Centre) -> None:
    village = await centre.village()
    wire = _tomorrow(village)
    await centre.bring(wire)
    inquiry = Inquiry(envelopes=(read_envelope(wire).id,))
    await centre.bring(village.seal(inquiry))
    assert _of(await centre.receipts(village), wire) == [(RECEIVED, "")] * 2


async def test_a_county_that_was_restored_says_again_that_it_is_here(centre: Centre) -> None:
    village = await centre.village()
    wire = _tomorrow(village)
    await centre.bring(wire)
    came_ms = centre.clock.now_ms()
    centre.clock.tick(60)
    finished = Finished(file="a.backup", at_ms=1, instance=Instance(b"county-1"), receipts=1)
    assert await centre.county.safety.tell_again(finished, ()) == 0  # not SAFE: it is not read
    lines = [
        one for one in await centre.receipts(village) if one.envelope == read_envelope(wire).id
    ]
    assert [(one.state, one.at_ms) for one in lines] == [(RECEIVED, 0), (RECEIVED, came_ms)]


async def test_so_does_one_whose_folder_was_rolled_back(centre: Centre) -> None:
    village = await centre.village()
    wire = _tomorrow(village)
    await centre.bring(wire, village.submit())
    mark = await newest_mark(centre, village)
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    newest = (await centre.statements(village))[-1].instance
    told = [one for one in await centre.statements(village) if one.instance == newest]
    lines = [line for one in told for line in one.lines]
    assert _of(lines, wire) == [(RECEIVED, "")]
