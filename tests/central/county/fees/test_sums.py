"""Whatever is done in whatever order: issued = used + voided + remaining, and tickets = money."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.county.fees.calls import EntryShown, FeeShown
from central.county.fees.models import EntryRow
from protocol.errors import YizhanError
from tests.central.county.centre import Centre
from tests.central.county.fees.scene import CLERK, HALF, HEAD, case_of, charging, item

STEPS = ("notice", "record", "record", "relief", "refund", "unpaid", "void")


async def do(centre: Centre, number: str, step: str) -> FeeShown:
    fees = centre.county.fees.fees
    match step:
        case "notice":
            return await fees.notice(number, {}, CLERK)
        case "record":
            return await fees.record(number, "", CLERK)
        case "relief":
            return await fees.relief(number, "proof", HEAD)
        case "refund":
            return await fees.refund(number, "退", HEAD)
        case "unpaid":
            return await fees.unpaid(number, "未缴", CLERK)
        case _:
            tickets = fees.tickets
            await fees.store.transact(lambda session: tickets.void(session, 1, "写坏"))
            return await fees.show(number)


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(STEPS)), min_size=4, max_size=14))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
async def test_tickets_and_money_always_agree(centre: Centre, steps: list[tuple[int, str]]) -> None:
    licence = item(relief=[HALF])
    release = await charging(centre, licence, block=3)
    village, facts = await centre.village(), {"办理原因": "丢失补领"}
    numbers = [await case_of(centre, village, licence, facts, release) for _ in range(2)]
    kept: dict[str, list[EntryShown]] = {number: [] for number in numbers}

    for which, step in [(0, "notice"), (1, "notice"), *steps]:
        number = numbers[which]
        try:
            entries = list((await do(centre, number, step)).entries)
        except YizhanError:  # not now: then nothing was written
            entries = list((await centre.county.fees.fees.show(number)).entries)
            assert entries == kept[number]
        assert entries[: len(kept[number])] == kept[number]
        kept[number] = entries

    rows = await centre.rows(EntryRow)
    day = await centre.county.fees.days.show(rows[-1].day)
    tickets = day.tickets
    assert day.differences == []
    assert tickets.issued == tickets.used + tickets.voided + tickets.remaining
    assert tickets.used == len({row.number for row in rows if row.number})
    assert tickets.yuan == tickets.held
    paid = [sum(one.fen for one in kept[n] if one.kind in {"paid", "red"}) for n in numbers]
    assert min(paid) >= 0
