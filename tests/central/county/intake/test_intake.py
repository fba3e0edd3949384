"""What arrives becomes exactly one case, and is answered with a receipt that proves itself."""

import pytest

from central.county.intake.models import ReceivedRow
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.payloads import ReceiptState
from protocol.envelope.suites import SuiteNumber
from tests.central.county.centre import Centre
from tests.central.county.village import FORM, ITEM


async def test_an_application_without_attachments_is_complete_at_once(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()

    assert await centre.bring(wire) == []

    (case,) = await centre.cases()
    assert case["application"] == village.applications[0].hex()
    assert (case["station"], case["item"], case["form"]) == (village.node, ITEM, FORM)
    assert (case["state"], case["attachments"], case["outcome"]) == ("complete", [], None)
    assert case["received_ms"] == centre.clock.now_ms()
    (statement,) = await centre.statements(village)
    assert statement.county.hex() == centre.relay.node
    assert statement.instance == await centre.relay.instance()
    received, complete = statement.lines
    assert received.envelope == complete.envelope == read_envelope(wire).id
    assert (received.state, complete.state) == (ReceiptState.RECEIVED, ReceiptState.COMPLETE)
    assert (received.number, complete.number) == (1, 2)
    assert received.case == case["case"]
    assert not received.duplicate


async def test_case_numbers_name_county_and_year_and_have_no_gap(centre: Centre) -> None:
    village = await centre.village()

    await centre.bring(*(village.submit() for _ in range(3)))
    await centre.bring(village.submit())

    numbers = [case["case"] for case in await centre.cases()]
    assert {number[:12] for number in numbers} == {"451423-2026-"}
    assert len({number[12:14] for number in numbers}) == 1
    assert [number[14:] for number in numbers] == ["000001", "000002", "000003", "000004"]


async def test_the_year_of_a_case_number_begins_in_beijing(centre: Centre) -> None:
    village = await centre.village()
    new_year_ms = 1_798_732_800_000  # 2027-01-01 00:00 in Beijing, 16:00 the day before in UTC
    centre.clock.jump_wall(ms=new_year_ms - 1 - centre.clock.now_ms())
    await centre.bring(village.submit())
    centre.clock.jump_wall(ms=1)
    await centre.bring(village.submit())

    years = [case["case"].split("-")[1] for case in await centre.cases()]
    assert years == ["2026", "2027"]
    assert [case["case"][-6:] for case in await centre.cases()] == ["000001", "000001"]


async def test_receipts_of_one_batch_are_one_statement_for_each_station(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()

    await centre.bring(first.submit(), second.submit(), first.submit())

    assert [len(one.lines) for one in await centre.statements(first)] == [4]
    assert [len(one.lines) for one in await centre.statements(second)] == [2]
    lines = await centre.receipts(first) + await centre.receipts(second)
    assert sorted(line.number for line in lines) == [1, 2, 3, 4, 5, 6]


async def test_a_receipt_is_sealed_in_the_suite_that_the_station_uses(centre: Centre) -> None:
    village = await centre.village()
    village.suite = SuiteNumber.XWING
    await centre.bring(village.submit())
    village.suite = SuiteNumber.X25519
    await centre.bring(village.submit())

    envelopes = [envelope for envelope, _ in await centre.mail(village)]
    assert [envelope.header.suite for envelope in envelopes] == [1, 2]
    assert {envelope.lane for envelope in envelopes} == {Lane.CONTROL}


async def test_a_large_batch_makes_statements_that_fit_into_envelopes(centre: Centre) -> None:
    village = await centre.village()

    await centre.bring(*(village.submit() for _ in range(300)))

    assert len(await centre.cases()) == 300
    assert [len(one.lines) for one in await centre.statements(village)] == [256, 256, 88]


async def test_the_same_envelope_again_changes_nothing(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()

    await centre.bring(wire, wire)
    await centre.bring(wire)
    envelope = read_envelope(wire)
    effect = await centre.county.intake.read([envelope])
    await centre.relay.store.transact(lambda session: effect(session, {envelope.id}))

    assert len(await centre.cases()) == 1
    assert await centre.count(ReceivedRow) == 1
    assert len(await centre.receipts(village)) == 2


async def test_an_application_sealed_twice_gets_one_case_and_a_receipt_for_each(
    centre: Centre,
) -> None:
    """As after a restore of the PC, when a draft that was sent is there again."""
    village = await centre.village()
    draft = village.randomness.token(16)
    first, again = village.submit(application=draft), village.submit(application=draft)
    third = village.submit(application=draft)

    await centre.bring(first, again)
    await centre.bring(third)

    (case,) = await centre.cases()
    lines = await centre.receipts(village)
    assert {line.case for line in lines} == {case["case"]}
    told = {(line.envelope, line.state, line.duplicate) for line in lines}
    assert told == {
        (read_envelope(wire).id, state, wire is not first)
        for wire in (first, again, third)
        for state in (ReceiptState.RECEIVED, ReceiptState.COMPLETE)
    }


async def test_two_stations_may_have_the_same_application_id(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    draft = first.randomness.token(16)

    await centre.bring(first.submit(application=draft), second.submit(application=draft))

    assert {case["station"] for case in await centre.cases()} == {first.node, second.node}
    assert not any(line.duplicate for line in await centre.receipts(second))


@pytest.mark.parametrize("chars", [1, 3999, 4000, 4001, 10_000])
async def test_a_form_of_any_length_stands_in_its_case_word_for_word(
    centre: Centre, chars: int
) -> None:
    village, other = await centre.village(), await centre.village()
    forms = {
        who.node: {"name": f"{name}{'长' * (chars - 1)}"[:chars], "age": age}
        for who, name, age in ((village, "样福丽", 61), (other, "样贵生", 62))
    }
    await centre.bring(village.submit(form=forms[village.node]))
    await centre.bring(other.submit(form=forms[other.node]))
    assert {case["station"]: case["form"] for case in await centre.cases()} == forms
