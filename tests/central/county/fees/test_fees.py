"""What a case costs, who paid, what was paid back: no amount is typed, none is edited."""

from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from sqlalchemy import text

from central.county.documents.models import MadeRow
from central.county.fees.calls import DayShown, RecordPayment
from central.county.fees.entries import Entry, Kind, standing, yuan
from central.county.fees.models import EntryRow
from central.county.fees.operations import FeeOperations
from central.county.fees.sheets import document_facts
from central.county.numbers.ports import NumberRules
from protocol.errors import CaseUnknownError, FeeFactsError, FeeUnknownError
from protocol.errors.fees import PayNotNowError, PayOwnError, PayReliefError, PayWordsError
from protocol.errors.numbers import NumberChargingError
from protocol.trust.schedule import CHINA
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.documents.test_making import with_font
from tests.central.county.documents.test_pdf import words_of
from tests.central.county.fees.scene import CLERK, HALF, HEAD, case_of, charging, item, rule
from tests.central.county.supervision.scene import given
from tests.protocol.catalogue.fees import test_vectors as vectors

LOST = {"办理原因": "丢失补领"}
VECTORS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    *(
        (vectors.PAGES, {"pages": n}, t)
        for n, t in [(30, "0.00"), (101, "720.00"), (250, "4700.00")]
    ),
    *(
        (vectors.CASES, {"cases": n}, t)
        for n, t in [(10, "0.00"), (31, "2200.00"), (50, "7000.00")]
    ),
    (vectors.ESTATE, {"use": "住宅", "certificates": 3}, "100.00"),
    (vectors.SOIL, {"area": 12_345.6}, "16049.28"),
    (vectors.IDLE, {"price": 3_456_789.01}, "691357.80"),
    (
        vectors.DISABLED,
        {"people": 100, "disabled": 0, "wage": 72_000, "average": 90_000},
        "108000.00",
    ),
    (vectors.LATE, {"owed": 10_000, "days": 45}, "225.00"),
    (vectors.LATE, {"owed": 10_000, "days": 3000}, "10000.00"),
    (vectors.IDENTITY, {"reason": "丢失"}, "40.00"),
]


async def one_case(centre: Centre, *, block: int = 3, facts: dict[str, Any] | None = None) -> str:
    licence = item(relief=[HALF])
    release = await charging(centre, licence, block=block)
    return await case_of(centre, await centre.village(), licence, facts or LOST, release)


async def today(centre: Centre) -> DayShown:
    fees = centre.county.fees
    shown = await fees.days.show((await centre.rows(EntryRow))[-1].day)
    tickets = shown.tickets
    assert tickets.issued == tickets.used + tickets.voided + tickets.remaining
    assert tickets.yuan == tickets.held
    return shown


async def test_one_amount_on_page_document_and_table_for_every_form(centre: Centre) -> None:
    with_font(centre.county)
    village, fees = await centre.village(), centre.county.fees.fees
    items = [item(form, name=f"fee-{n}") for n, (form, _, _) in enumerate(VECTORS)]
    release = await charging(centre, *items, block=len(VECTORS))
    for made, (_, facts, total) in zip(items, VECTORS, strict=True):
        number = await case_of(centre, village, made, facts, release)
        shown = await fees.notice(number, {}, CLERK)
        sheet = shown.entries[0].sheet
        assert sheet is not None
        assert shown.total == shown.entries[0].yuan == sheet.total == total
        assert document_facts(sheet)["金额"] == f"{total} 元"
        assert sum(Decimal(one.yuan) for one in sheet.steps) == Decimal(total)
        if shown.state == "owed":
            assert (await fees.record(number, "", CLERK)).paid == total
    day = await today(centre)
    owed = [total for _, _, total in VECTORS if total != "0.00"]
    assert sorted(row[4] for row in day.rows) == sorted(owed)
    assert Decimal(day.paid.yuan) == sum(map(Decimal, owed))
    assert day.differences == []


async def test_the_payment_notice_is_a_document_with_the_sheet(centre: Centre) -> None:
    with_font(centre.county)
    number = await one_case(centre)
    fees = centre.county.fees.fees
    await fees.notice(number, {}, CLERK)

    printed = (await fees.print(number, CLERK)).entries[-1]

    assert (printed.kind, printed.names, printed.yuan) == ("printed", 1, "40.00")
    assert printed.number == (await centre.rows(MadeRow))[0].number
    file = await centre.county.documents.orders.opened(number, printed.number)
    words = words_of(file.data)
    assert "合计：40.00元" in words
    assert "样例文号" in words


async def test_payment_relief_refund_and_red_ticket_name_the_old(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    first = await fees.notice(number, {}, CLERK)
    assert (first.state, first.total, first.paid) == ("owed", "40.00", "0.00")
    paid = await fees.record(number, "覃大哥", CLERK)
    assert (paid.state, paid.paid) == ("paid", "40.00")
    with pytest.raises(PayOwnError):
        await fees.relief(number, "proof", CLERK)
    less = await fees.relief(number, "proof", HEAD)
    assert (less.state, less.total, less.paid) == ("excess", "20.00", "40.00")
    relief = less.entries[-1]
    assert (relief.names, relief.by, relief.evidence) == (1, HEAD, ["proof"])
    assert relief.ground == "低保减半（样例减免文件）"
    back = await fees.refund(number, "低保减半", HEAD)
    assert (back.state, back.total, back.paid) == ("paid", "20.00", "20.00")
    assert [(one.kind, one.names, one.yuan, one.person) for one in back.entries] == [
        ("notice", 0, "40.00", ""),
        ("paid", 1, "40.00", "覃大哥"),
        ("relief", 1, "20.00", ""),
        ("red", 2, "-40.00", "覃大哥"),
        ("paid", 3, "20.00", "覃大哥"),
    ]
    assert list(back.entries[:3]) == list(less.entries)
    assert len({one.number for one in back.entries if one.number}) == 3
    whole = await fees.refund(number, "不办了", HEAD)
    assert (whole.state, whole.total, whole.paid) == ("refunded", "", "0.00")
    day = await today(centre)
    assert day.differences == []
    assert (day.paid.yuan, day.refunds.yuan, day.relief.yuan) == ("60.00", "60.00", "20.00")
    assert day.tickets.used == 4
    assert [row[4] for row in day.rows] == ["40.00", "-40.00", "20.00", "-20.00"]
    assert {row[2] for row in day.rows} == {"样例县公安局"}
    assert [row[3] for row in day.rows] == [CLERK, HEAD, HEAD, HEAD]  # who took it, gave it back
    assert {(row[0], row[6]) for row in day.rows} == {(number, "覃大哥")}
    assert [row[1] for row in day.rows] == [one.number for one in whole.entries if one.number]


async def test_a_fee_goes_by_the_day_of_receipt_in_china_and_counts_on_its_own(
    centre: Centre,
) -> None:
    """Half an hour after midnight it is still yesterday at Greenwich; tomorrow costs more."""
    day = datetime(2026, 9, 25, 0, 30, tzinfo=CHINA)
    spans = {"2020-01-01": "2026-09-24", "2026-09-25": "2026-09-25", "2026-09-26": "2027-01-01"}
    rules = [
        rule({"kind": "fixed", "amount": str(10 * n)})
        | {"effective_from": begin, "effective_to": end}
        for n, (begin, end) in enumerate(spans.items(), start=1)
    ]
    whole = {**item(), "fee_rules": rules}
    release = await charging(centre, whole)
    centre.clock.jump_wall(ms=int(day.timestamp() * 1000) - centre.clock.now_ms())
    number = await case_of(centre, await centre.village(), whole, LOST, release)
    centre.clock.jump_wall(ms=86_400_000)  # the notice is made when the next rule is in force
    shown = await centre.county.fees.fees.notice(number, {}, CLERK)
    assert (shown.total, shown.entries[0].day) == ("20.00", "2026-09-26")
    sums = await centre.county.fees.days.show("2026-09-26")
    assert (sums.notices.count, sums.notices.yuan) == (1, "20.00")
    assert (await centre.county.fees.days.show("2026-09-25")).notices.count == 0


async def test_nobody_gives_relief_from_what_they_asked_for_or_took(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    await fees.notice(number, {}, HEAD)
    await fees.record(number, "", CLERK)
    for own in (HEAD, CLERK):
        with pytest.raises(PayOwnError):
            await fees.relief(number, "proof", own)
    assert (await fees.relief(number, "proof", "农主任")).state == "excess"


async def test_a_new_notice_after_one_that_was_not_paid_names_it(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    await fees.notice(number, {}, CLERK)
    with pytest.raises(PayWordsError):
        await fees.unpaid(number, " ", CLERK)
    assert (await fees.unpaid(number, "过期未缴", CLERK)).state == "unpaid"
    again = await fees.notice(number, {}, CLERK)
    assert [(one.kind, one.names) for one in again.entries] == [
        ("notice", 0),
        ("unpaid", 1),
        ("notice", 1),
    ]


async def test_what_is_not_so_is_refused_and_writes_nothing(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    for early in (
        fees.record(number, "", CLERK),
        fees.refund(number, "错收", CLERK),
        fees.relief(number, "proof", HEAD),
        fees.print(number, CLERK),
    ):
        with pytest.raises(PayNotNowError):
            await early
    with pytest.raises(FeeFactsError, match="已填写"):
        await fees.notice(number, {"办理原因": "到期换领"}, CLERK)
    with pytest.raises(FeeFactsError, match="不看"):
        await fees.notice(number, {"金额": 1}, CLERK)
    await fees.notice(number, {}, CLERK)
    with pytest.raises(PayReliefError):
        await fees.relief(number, "photo", HEAD)
    with pytest.raises(PayNotNowError, match="待缴费"):
        await fees.notice(number, {}, CLERK)
    assert len(await centre.rows(EntryRow)) == 1


async def test_a_county_that_may_not_charge_has_no_tickets(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    await fees.notice(number, {}, CLERK)
    issuing = centre.county.numbers.blocks.issuing
    object.__setattr__(issuing, "rules", NumberRules)
    with pytest.raises(NumberChargingError):
        await fees.record(number, "", CLERK)
    assert (await fees.show(number)).state == "owed"


async def test_an_item_without_a_rule_charges_nothing(centre: Centre) -> None:
    free = {key: value for key, value in item().items() if key != "fee_rules"}
    release = await charging(centre, free)
    number = await case_of(centre, await centre.village(), free, LOST, release)
    with pytest.raises(FeeUnknownError):
        await centre.county.fees.fees.notice(number, {}, CLERK)


async def test_the_day_names_what_somebody_changed(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees.fees
    await fees.notice(number, {}, CLERK)
    await fees.record(number, "", CLERK)
    await centre.relay.store.transact(
        lambda session: session.execute(text("UPDATE fee_entry SET fen = 1 WHERE kind = 'paid'"))
    )
    day = await centre.county.fees.days.show((await centre.rows(EntryRow))[0].day)
    assert len(day.differences) == 2
    assert all("金额" in one for one in day.differences)


async def test_supervision_looks_at_once_at_a_case_whose_fee_goes_on(centre: Centre) -> None:
    """Not at the next midnight: the citizen has paid by then."""
    number = await one_case(centre)
    fees, watch = centre.county.fees.fees, centre.county.supervision.watch
    await fees.notice(number, {}, CLERK)
    await watch.look()
    await centre.relay.store.transact(
        lambda session: session.execute(text("UPDATE fee_entry SET fen = 9000"))
    )
    await fees.record(number, "", CLERK)
    await watch.look()
    assert (number, "charged", "red") in await given(centre)


async def test_erasing_leaves_amounts_and_takes_names(centre: Centre) -> None:
    number = await one_case(centre)
    fees = centre.county.fees
    await fees.fees.notice(number, {}, CLERK)
    await fees.fees.record(number, "覃大哥", CLERK)
    await fees.fees.refund(number, "覃大哥病故，不办了", HEAD)
    rows = await centre.rows(EntryRow)
    keys = [(rows[0].station, rows[0].application)]
    await centre.relay.store.transact(lambda session: fees.erasure.erase(session, keys))
    left = await fees.fees.show(number)
    assert [one.yuan for one in left.entries] == ["40.00", "40.00", "-40.00"]
    rows = await centre.rows(EntryRow)
    assert {(row.person, row.facts, row.words) for row in rows} == {("", "", "")}


def test_entries_of_any_order_never_hold_less_than_nothing() -> None:
    """What the fold says of a sequence that the service can write."""
    sheet = Entry(n=1, kind=Kind.NOTICE, names=0, fen=4000, frozen="{}")
    paid = Entry(n=2, kind=Kind.PAID, names=1, fen=4000, frozen="{}")
    red = Entry(n=3, kind=Kind.RED, names=2, fen=-4000, frozen="{}")
    assert [standing([sheet, paid, red][:n]).state.value for n in range(4)] == [
        "none",
        "owed",
        "paid",
        "refunded",
    ]
    assert yuan(-4005) == "-40.05"


async def test_the_record_says_in_whose_name_a_payment_was_entered(centre: Centre) -> None:
    seen: list[dict[str, str]] = []

    class Seen:
        @asynccontextmanager
        async def action(self, *_: object, detail: dict[str, str], **__: object) -> Any:
            seen.append(detail)
            yield

    operations = FeeOperations(centre.county.fees, cast("Any", Seen()))
    for by in ("陆会计", ""):
        with pytest.raises(CaseUnknownError):
            await operations.record(
                Actor.at_command_line("root"), RecordPayment(case="none", payer="", by=by)
            )
    assert seen == [{"as": "陆会计"}, {}]
