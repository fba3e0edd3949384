"""A monthly report says what was, and never says anything else afterwards."""

import csv
import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from central.county.flows.service import Wanted
from central.county.reports.export import csv_of
from central.county.reports.words import COLUMNS, DIMENSIONS, RATED
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.errors.reports import (
    ReportClockError,
    ReportDamagedError,
    ReportMadeError,
    ReportMonthError,
    ReportUnknownError,
)
from protocol.records.followups import Rating
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import CLERK, case_of, catalogue, on

DAY_MS = 86_400_000
MONTH = "2026-09"


async def month_of(centre: Centre) -> list[str]:
    """September: one done and rated, one suspended, one untouched; then it is October."""
    whole = json.loads(catalogue())
    whole["items"][0]["special"] = [{"name": "鉴定", "limit": "10wd"}]
    release = await centre.county.catalogue.publish(json.dumps(whole).encode())
    village, flows = await centre.village(), centre.county.flows
    numbers = [await case_of(centre, village, release) for _ in range(3)]
    await flows.decide(numbers[2], outcome=Outcome.REFUSED, note="不符", by=CLERK)
    await centre.bring(village.follow_up(Rating(level=1)))
    await flows.act(numbers[1], Wanted(action="accept"), CLERK)
    suspend = Wanted(action="suspend", note="待鉴定", fields={"procedure": "鉴定"})
    await flows.act(numbers[1], suspend, CLERK)
    await on(centre, 12)
    return numbers


async def test_it_counts_the_month_by_department_township_and_item(centre: Centre) -> None:
    await month_of(centre)
    made = await centre.county.reports.make(MONTH, "", "李建国")
    assert (made.edition, made.corrects) == (1, 0)
    body = (await centre.county.reports.show(MONTH, 0)).body
    whole = body["whole"]
    assert (whole["received"], whole["done"], whole["in_time"], whole["undone"]) == (3, 1, 1, 2)
    assert (whole["refused"], whole["other"]) == (1, 0)
    assert sum(body["lights"].values()) == 2
    assert body["suspended"] == 1
    for by, name in (("department", "县市场监管局"), ("item", "食品小作坊登记")):
        (line,) = body[by]["lines"]
        assert (line["name"], line["received"]) == (name, 3)
    (rated,) = body["township"]["ratings"]["sums"][:1]
    assert (rated["done"], rated["rated"]) == (1, None)  # one rating is nobody's to see
    lines = csv_of(body).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("汇总,名称,收件,办结件,按时办结,")
    assert lines[2].startswith("合计,,3,1,1,")


async def test_a_month_is_told_as_it_ended_whatever_was_done_since(centre: Centre) -> None:
    numbers, flows = await month_of(centre), centre.county.flows
    before = await centre.county.reports.gathering.of(MONTH)
    await flows.act(numbers[1], Wanted(action="resume"), CLERK)
    for number in numbers[:2]:
        await flows.decide(number, outcome=Outcome.APPROVED, note="", by=CLERK)
    await centre.bring((await centre.village()).submit())
    after = await centre.county.reports.gathering.of(MONTH)
    for part in ("whole", "lights", "suspended", "cards"):
        assert after[part] == before[part]
    whole = (await centre.county.reports.gathering.of("2026-10"))["whole"]
    # only what stood still is counted among what stood still
    assert (whole["received"], whole["done"], whole["stopped"], whole["undone"]) == (1, 2, 1, 1)


def test_each_share_stands_under_its_word() -> None:
    """Of 8 that could, 6 rated, and 4 of these were satisfied."""
    counts = dict.fromkeys(COLUMNS, 8)
    rated = {"key": "a", "done": 8, "rated": 6, "response": 75.0, "satisfied": 66.7}
    part = {
        "lines": [{"key": "a", "name": "县公安局", **counts}],
        "ratings": {"whole": rated, "sums": [rated]},
    }
    body = {
        "county": {"name": "样例县"},
        "month": MONTH,
        "edition": 1,
        "reason": "",
        "whole": counts,
    }
    rows = csv.reader(
        csv_of(body | dict.fromkeys(DIMENSIONS, part)).decode("utf-8-sig").splitlines()
    )
    _, heads, *lines = rows
    for line in lines:
        said = dict(zip(heads, line, strict=True))
        assert [said[word] for word in RATED.values()] == ["8", "6", "75.0%", "66.7%"]


async def test_it_says_the_same_when_cases_change_and_a_correction_is_another_edition(
    centre: Centre,
) -> None:
    numbers, reports = await month_of(centre), centre.county.reports
    await reports.make(MONTH, "", "李建国")
    before = await reports.show(MONTH, 1)
    assert before.is_signed
    with pytest.raises(ReportMadeError):
        await reports.make(MONTH, "", "李建国")
    fields = {"approver": "黄局"}
    await centre.county.flows.act(
        numbers[2], Wanted(action="annul-decision", note="错", fields=fields), CLERK
    )
    await centre.county.flows.act(numbers[2], Wanted(action="withdraw"), CLERK)
    again = await reports.make(MONTH, "九月的决定撤销了", "李建国")
    assert (again.edition, again.corrects) == (2, 1)
    assert (await reports.show(MONTH, 1)).text == before.text
    assert (await reports.show(MONTH, 1)).newest == 2
    after = (await reports.show(MONTH, 0)).body
    assert (after["edition"], after["corrects"], after["whole"]["done"]) == (2, 1, 0)
    assert [one.edition for one in await reports.list()] == [2, 1]


async def test_only_a_month_that_has_ended_by_a_believed_date_has_a_report(
    centre: Centre,
) -> None:
    reports = centre.county.reports
    with pytest.raises(ReportMonthError):
        await reports.make(MONTH, "", "李建国")
    for month in ("2026-13", "九月", "2026-9"):
        with pytest.raises(UsageError):
            await reports.make(month, "", "李建国")
    with pytest.raises(ReportUnknownError):
        await reports.make("2026-08", "没有第一版", "李建国")
    with pytest.raises(ReportClockError):
        await replace(reports, believed=lambda: False).make("2026-08", "", "李建国")
    assert (await reports.make("2026-08", "", "李建国")).edition == 1
    with pytest.raises(ReportUnknownError):
        await reports.show(MONTH, 0)


async def test_a_report_that_is_not_what_was_signed_is_found(centre: Centre) -> None:
    reports = centre.county.reports
    await reports.make("2026-08", "", "李建国")
    body = json.dumps({"kind": "yizhan-report/1"}).encode()

    async def put(set_column: str, value: bytes) -> None:
        changed = text("UPDATE monthly_report " + set_column)
        await centre.relay.store.transact(
            lambda session: session.execute(changed, {"value": value})
        )

    await put("SET signature = :value", bytes(64))
    assert not (await reports.show("2026-08", 1)).is_signed
    await put("SET body = :value", body)
    with pytest.raises(ReportDamagedError):
        await reports.show("2026-08", 1)
