"""Lists of cases: newest first, each once, whatever is asked for, however long a page."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework import lists
from central.county.casework.calls import CaseLine, ListCases
from central.county.casework.models import CaseRow
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.records.followups import Rating, Withdrawal
from tests.central.county.centre import Centre
from tests.central.county.village import Village


async def listed(centre: Centre, limit: int = 100, **wanted: Any) -> list[CaseLine]:
    """Every page behind the other, ``limit`` cases each."""
    found: list[CaseLine] = []
    after = ""
    while True:
        page = await centre.county.case_room.list.page(
            ListCases(after=after, **wanted), limit=limit
        )
        assert len(page.cases) <= limit
        found += page.cases
        if not page.more:
            return found
        after = page.more


def numbers(lines: Sequence[CaseLine]) -> list[str]:
    return [one.case for one in lines]


async def bring(centre: Centre, village: Village, *names: str) -> list[str]:
    """An application of each; their case numbers."""
    known = {case["case"] for case in await centre.cases()}
    for name in names:
        centre.clock.jump_wall(ms=1)
        await centre.bring(village.submit(form={"name": name}))
    return [case["case"] for case in await centre.cases() if case["case"] not in known]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_have_each_case_once_the_newest_first(centre: Centre, limit: int) -> None:
    first, second = await centre.village(), await centre.village()
    together = [village.submit() for village in (first, second) for _ in range(2)]
    await centre.bring(*together)  # four at the same moment
    await bring(centre, first, "样一", "样二")
    every = [case["case"] for case in await centre.cases()]
    found = await listed(centre, limit)
    assert sorted(numbers(found)) == every
    assert [one.received_ms for one in found] == sorted(
        (one.received_ms for one in found), reverse=True
    )


async def test_each_filter_holds_what_it_says(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    one, two, three = await bring(centre, first, "韦小芳", "韦小", "农韦")
    (other,) = await bring(centre, second, "韦小芳")
    await centre.bring(second.submit())
    waiting = second.submit(second.scan(b"card"))
    await centre.bring(waiting)
    *_, plain, late = [case["case"] for case in await centre.cases()]
    decide = centre.county.flows.decide
    await decide(one, outcome=Outcome.APPROVED, note="")
    await decide(two, outcome=Outcome.CORRECTION, note="")

    async def by(**wanted: str) -> list[str]:
        found = numbers(await listed(centre, 2, **wanted))
        assert numbers(await listed(centre, 100, **wanted)) == found
        return sorted(found)

    assert await by(state="decided") == [one]
    assert await by(state="returned") == [two]
    assert await by(state="open") == sorted([three, other, plain, late])
    assert await by(state="received") == [late]
    assert await by(state="complete") == sorted([three, other, plain])
    assert await by(name="韦小") == sorted([one, two, other])
    assert await by(name=" 韦小芳 ") == sorted([one, other])
    assert await by(name="小") == sorted([one, two, other])
    assert await by(name="韦") == sorted([one, two, three, other])
    assert await by(name="小韦") == []
    assert await by(name="韦小芳", state="open") == [other]
    assert await by(item="pension", state="decided") == [one]
    assert await by(item="nothing") == []
    hub = centre.ground.nodes.hub.node
    assert await by(hub=hub) == sorted([one, two, three, other, plain, late])
    assert await by(hub=hub, state="returned") == [two]
    assert await by(hub=first.node) == []


async def test_a_line_says_what_a_handler_looks_for(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit(form={"name": "韦小芳"}))
    await centre.bring(village.follow_up(Rating(level=5)))
    centre.clock.jump_wall(ms=1)
    await centre.bring(village.follow_up(Withdrawal(by="韦小芳")))
    (line,) = await listed(centre)
    (case,) = await centre.cases()
    assert (line.case, line.station, line.name) == (case["case"], village.node, "独山村")
    assert (line.applicant, line.title) == ("韦小芳", "养老保险参保登记")
    assert (line.state, line.outcome, line.unchecked) == ("complete", None, False)
    assert line.follow_ups == ["rating", "withdrawal"]


@pytest.mark.parametrize("name", ["\x00韦\u0007", " 韦 ", "韦" * 300])
async def test_whatever_a_form_calls_its_applicant_is_kept_as_a_name(
    centre: Centre, name: str
) -> None:
    village = await centre.village()
    form = '{"name": "' + "".join(f"\\u{ord(char):04x}" for char in name) + '"}'
    await centre.bring(village.submit(form=form))
    (row,) = await centre.rows(CaseRow)
    assert row.applicant == "韦" * min(name.count("韦"), 100)
    assert len(await listed(centre, name="韦")) == 1


async def test_what_is_no_place_or_state_is_refused(centre: Centre) -> None:
    page = centre.county.case_room.list.page
    for after in ("x", "1.2", "1.x.zz", "-1.a.00", f"{1 << 60}.a.00"):
        with pytest.raises(UsageError):
            await page(ListCases(after=after), limit=1)
    with pytest.raises(UsageError):
        await page(ListCases(state="lost"), limit=1)


PLANS = {  # what is asked for, and the index by which SQLite finds it
    "": "ix_county_case_received_ms",
    "state=open": "ix_county_case_open",
    "state=received": "ix_county_case_open",
    "state=returned": "ix_county_case_returned",
    "state=decided": "ix_county_case_received_ms",
    "item=pension": "ix_county_case_item_received_ms",
    "item=pension state=open": "ix_county_case_item ",
    "since=2026-01-01 state=open": "ix_county_case_open",
    "hub=here": "ix_county_case_station_received_ms",
    "hub=here state=open": "ix_county_case_station_open",
    "hub=here item=pension": "ix_county_case_station_received_ms",
}


@pytest.mark.parametrize("asked", PLANS)
async def test_each_way_to_ask_has_an_index_that_ends_with_the_time(
    centre: Centre, asked: str
) -> None:
    parts: dict[str, Any] = dict(one.split("=") for one in asked.split())
    wanted = ListCases(**parts)
    stations = ["a" * 16, "b" * 16] if wanted.hub else None
    where = [*lists._conditions(wanted), *lists._times(CaseRow, wanted)]
    (query,) = lists._queries(where, stations, 51)

    async def work(session: AsyncSession) -> list[str]:
        bound = query.compile(
            dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}
        )
        if centre.relay.store.dialect == "sqlite":
            return [row[3] for row in await session.execute(text(f"EXPLAIN QUERY PLAN {bound}"))]
        for way in ("seqscan", "bitmapscan", "sort"):  # an empty table needs no index else
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        return [row[0] for row in await session.execute(text(f"EXPLAIN {bound}"))]

    plan = await centre.relay.store.transact(work)
    if centre.relay.store.dialect != "sqlite":  # sorting again what is in order by time is flat
        scans = [line for line in plan if " on county_case" in line]
        assert scans
        assert all("using ix_county_case_" in line for line in scans), plan
        assert not [line for line in plan if line.strip().startswith(("Sort  ", "->  Sort  "))], (
            plan
        )
        return
    plan = [line for line in plan if "county_case" in line]
    assert plan
    assert all(PLANS[asked].strip() in line.replace("(", " ").split() for line in plan), plan
