"""What comes is counted, and a number that is not right keeps no application out."""

import pytest

from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Outcome
from protocol.numbers.number import NumberKind
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import (
    blocks,
    case_of,
    issue,
    last_block,
    number,
    report,
    shown,
    strays,
)
from tests.central.county.numbers.test_issuing import at_township, charge


async def test_a_number_comes_with_its_application_and_is_counted(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    block = await last_block(centre, village)
    texts = [number(village, block, block.first + at) for at in (0, 2)]
    await centre.bring(*(village.submit(number=text) for text in texts))
    assert [c["number"] for c in await centre.cases()] == texts
    (one,) = await blocks(centre)
    assert (shown(one), one.arrived, one.twice) == ((3, 0, 27, None), 2, 0)
    assert await strays(centre, village) == []
    case = await centre.county.flows.decide(
        texts[1].replace("-", " "), outcome=Outcome.APPROVED, note="准予"
    )
    assert case == (await case_of(centre, village.applications[1]))["case"]


async def test_the_same_application_in_two_envelopes_is_counted_once(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village)
    block = await last_block(centre, village)
    text, draft = number(village, block, block.first), b"d" * 16
    await centre.bring(village.submit(application=draft, number=text))
    await centre.bring(village.submit(application=draft, number=text))
    (one,) = await blocks(centre)
    assert (one.used, one.arrived, one.twice) == (1, 1, 0)
    assert await strays(centre, village) == []


async def test_a_report_that_was_overtaken_by_a_newer_one_takes_nothing_back(
    centre: Centre,
) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    block = await last_block(centre, village)
    first = block.first
    older = report(village, (block, first + 4, ()), wanted=())
    newer = report(village, (block, first + 10, [(first + 5, first + 9, "写坏")]), wanted=())
    for wire in (newer, older, newer):
        await centre.bring(wire)
        (one,) = await blocks(centre)
        assert shown(one) == (5, 5, 20, None)


async def test_without_a_number_a_case_has_none(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    assert [case["number"] for case in await centre.cases()] == [None]


@pytest.mark.parametrize("together", [True, False])
async def test_a_number_that_stands_for_another_application_is_not_shown(
    centre: Centre, *, together: bool
) -> None:
    village = await centre.village()
    await issue(centre, village)
    block = await last_block(centre, village)
    text = number(village, block, block.first)
    wires = [village.submit(number=text), village.submit(number=text)]
    for wires_of in [wires] if together else [[wire] for wire in wires]:
        await centre.bring(*wires_of)
    assert sorted(str(case["number"]) for case in await centre.cases()) == [text, "None"]
    assert await strays(centre, village) == ["twice"]


async def test_what_is_no_number_of_this_station_keeps_no_application_out(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    await issue(centre, other)
    block = await last_block(centre, other)
    foreign = number(other, block, block.first)
    unknown = number(village, block, 999_999_999)
    wrong = foreign[:-1] + str((int(foreign[-1]) + 1) % 10)
    kind = number(
        village,
        type(block)(
            block=b"tickets1",
            issuer="451423103",
            kind=NumberKind.TICKET,
            year=2026,
            first=1,
            last=9,
        ),
        1,
    )
    for text in (foreign, wrong, kind, unknown, "x" * 50):
        await centre.bring(village.submit(number=text))
    shown_numbers = [case["number"] for case in await centre.cases()]
    assert sorted(map(str, shown_numbers)) == sorted(["None"] * 4 + [unknown])
    assert sorted(await strays(centre, village)) == [
        "foreign", "kind", "unknown", "wrong", "wrong",
    ]  # fmt: skip
    (one,) = await blocks(centre)
    assert one.arrived == 0


async def test_a_serial_from_two_copies_counts_once_and_shows(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village)
    block = await last_block(centre, village)
    first = village.submit(number=number(village, block, block.first))
    village.restart()
    second = village.submit(number=number(village, block, block.first))
    await centre.bring(first, second)
    numbers = [case["number"] for case in await centre.cases()]
    assert len(set(numbers)) == 2
    (one,) = await blocks(centre)
    assert (one.used, one.arrived, one.twice) == (1, 1, 1)


async def test_a_ticket_comes_with_its_report(centre: Centre) -> None:
    window = await at_township(centre)
    charge(centre, window)
    await issue(centre, window, kind=NumberKind.TICKET)
    block = await last_block(centre, window)
    text = number(window, block, block.first)
    wire = report(window, wanted=(), ticket=text, application=b"a" * 16)
    await centre.bring(wire)
    (one,) = await blocks(centre)
    assert (one.used, one.arrived) == (1, 1)
    assert [line.envelope for line in await centre.receipts(window)] == [read_envelope(wire).id]
