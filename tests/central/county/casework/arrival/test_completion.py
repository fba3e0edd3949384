"""Attachments arrive in any order; the last one completes its case, a damaged one is told."""

import pytest

from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Outcome, ReceiptState
from protocol.exchange.messages import Part
from tests.central.county.centre import Centre
from tests.central.county.village import Village

RECEIVED, COMPLETE = ReceiptState.RECEIVED, ReceiptState.COMPLETE


async def states(centre: Centre, village: Village) -> list[ReceiptState]:
    return [line.state for line in await centre.receipts(village)]


async def test_a_case_is_complete_when_the_last_of_its_attachments_is_there(
    centre: Centre,
) -> None:
    village = await centre.village()
    card, photo = village.scan(b"card" * 50_000), village.scan(b"", material="photo")
    wire = village.submit(card, photo)

    await centre.bring(wire)
    assert [case["state"] for case in await centre.cases()] == ["received"]
    await centre.bring(card)
    assert await states(centre, village) == [RECEIVED]
    await centre.bring(photo)

    (case,) = await centre.cases()
    assert case["state"] == "complete"
    assert [(f["material"], f["name"], f["size"]) for f in case["attachments"]] == [
        ("id-card", "scan.jpg", 200_000),
        ("photo", "scan.jpg", 0),
    ]
    last = (await centre.receipts(village))[-1]
    assert (last.state, last.envelope) == (COMPLETE, read_envelope(wire).id)
    assert (last.case, last.number) == (case["case"], 2)


async def test_form_and_attachments_in_one_commit_are_received_and_complete(
    centre: Centre,
) -> None:
    village = await centre.village()
    card = village.scan(b"card")

    await centre.bring(village.submit(card), card)

    assert [case["state"] for case in await centre.cases()] == ["complete"]
    assert await states(centre, village) == [RECEIVED, COMPLETE]


async def test_parts_of_a_blob_complete_nothing_before_the_last(centre: Centre) -> None:
    village = await centre.village()
    card = village.scan(b"card" * 1000)
    half = len(card.ciphertext) // 2
    size, blob = len(card.ciphertext), card.attachment.blob

    await centre.bring(village.submit(card))
    await centre.bring(
        Part(
            origin=bytes.fromhex(village.node),
            blob=blob,
            size=size,
            offset=0,
            data=card.ciphertext[:half],
        )
    )
    assert await states(centre, village) == [RECEIVED]
    await centre.bring(
        Part(
            origin=bytes.fromhex(village.node),
            blob=blob,
            size=size,
            offset=half,
            data=card.ciphertext[half:],
        )
    )

    assert await states(centre, village) == [RECEIVED, COMPLETE]


@pytest.mark.parametrize("wrong", [{"sha256": bytes(32)}, {"key": bytes(32)}])
async def test_blobs_that_are_not_what_the_application_says_are_told_to_the_clerk_once(
    centre: Centre, wrong: dict[str, bytes]
) -> None:
    village = await centre.village()
    card = village.scan(b"card", name="身份证.jpg", wrong=wrong)
    photo = village.scan(b"photo", material="photo", wrong=wrong)
    good = village.scan(b"good", material="photo")
    wire = village.submit(card, photo, good)

    await centre.bring(wire, good)
    await centre.bring(card)
    await centre.bring(photo)

    (rejection,) = await centre.rejections(village)
    assert rejection.envelope == read_envelope(wire).id
    assert (rejection.code, rejection.detail) == ("peer.digest", "id-card：身份证.jpg")
    assert [case["state"] for case in await centre.cases()] == ["received"]
    account = await centre.account(village.node)
    assert (account["received"], account["rejected"], account["quarantined"]) == (1, 1, 0)


async def test_all_files_that_are_damaged_in_one_commit_are_named(centre: Centre) -> None:
    village = await centre.village()
    scans = [village.scan(b"x" * n, name=f"{n}.jpg", wrong={"sha256": bytes(32)}) for n in (1, 2)]

    await centre.bring(village.submit(*scans), *scans)

    (rejection,) = await centre.rejections(village)
    assert rejection.detail == "id-card：1.jpg, id-card：2.jpg"


async def test_blobs_of_a_repeated_envelope_complete_the_first(centre: Centre) -> None:
    """The disk that held the first blobs died; the restored draft was sealed under new keys."""
    village = await centre.village()
    draft = village.randomness.token(16)
    lost, sealed_again = village.scan(b"card"), village.scan(b"card")
    first = village.submit(lost, application=draft)
    again = village.submit(sealed_again, application=draft)

    await centre.bring(first)
    await centre.bring(again)
    assert await states(centre, village) == [RECEIVED, RECEIVED]
    await centre.bring(sealed_again)

    (case,) = await centre.cases()
    assert case["state"] == "complete"
    done = [line for line in await centre.receipts(village) if line.state is COMPLETE]
    assert {(line.envelope, line.duplicate) for line in done} == {
        (read_envelope(first).id, False),
        (read_envelope(again).id, True),
    }
    assert {line.case for line in done} == {case["case"]}


async def test_a_file_damaged_at_first_is_replaced_by_the_same_file_of_a_repetition(
    centre: Centre,
) -> None:
    village = await centre.village()
    draft = village.randomness.token(16)
    damaged, good = village.scan(b"card", wrong={"key": bytes(32)}), village.scan(b"card")

    await centre.bring(village.submit(damaged, application=draft), damaged)
    await centre.bring(village.submit(good, application=draft), good)

    assert [case["state"] for case in await centre.cases()] == ["complete"]


async def test_a_blob_that_is_here_already_completes_a_second_application(
    centre: Centre,
) -> None:
    village = await centre.village()
    card = village.scan(b"card")
    await centre.bring(village.submit(card), card)

    await centre.bring(village.submit(card))

    assert [case["state"] for case in await centre.cases()] == ["complete", "complete"]


async def test_late_blobs_of_a_decided_case_are_still_confirmed(centre: Centre) -> None:
    village = await centre.village()
    card = village.scan(b"card")
    await centre.bring(village.submit(card))
    (case,) = await centre.cases()
    await centre.county.flows.decide(case["case"], outcome=Outcome.REFUSED, note="不符合条件")

    await centre.bring(card)

    assert await states(centre, village) == [RECEIVED, COMPLETE]
    assert [case["state"] for case in await centre.cases()] == ["decided"]
