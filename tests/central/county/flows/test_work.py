"""The work list: most urgent first, of the reader's places, each filter and page by its index."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, insert, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.departments.staffing import (
    Department,
    Person,
    Post,
    Power,
    Seat,
    Staffing,
    Substitution,
)
from central.county.flows.log import Acts, By
from central.county.flows.models import NEVER, StatusRow
from central.county.flows.place import Place
from central.county.flows.rights import Rights
from central.county.flows.service import Wanted
from central.county.flows.worklist import queries
from central.county.flows.worklist.calls import ListWork, WorkLines
from central.county.flows.worklist.paging import MAX_COUNTED
from central.county.flows.worklist.queries import Fits
from protocol.errors import UsageError
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import case_of, catalogue, on

POSTS = [str(Place("民政", f"岗{n}", Power.REVIEW)) for n in range(3)]
LED_BY = {"": "due", "places": "place"}  # others as they are called
ONLY_INDEX = re.compile("USING COVERING INDEX|Index Only Scan")
ROW = re.compile(r"(SEARCH|SCAN) case_status|(Seq|Index|Heap) Scan.* on case_status")
BY = By(name="韦兰")
STATES, ITEMS, LIGHTS, HOLDERS = (
    ("received", "accepted"),
    ("licence", "permit"),
    ("red", "green"),
    ("韦兰", ""),
)


def row(n: int, **values: Any) -> dict[str, object]:
    place = Place("民政", f"岗{n % 3}", Power.REVIEW)
    return {
        "station": "S1",
        "application": n.to_bytes(16, "big"),
        "n": 1,
        "state": STATES[n % 2],
        "is_open": True,
        "item": ITEMS[n // 2 % 2],
        "department": place.department,
        "node": "",
        "post": place.post,
        "place": str(place),
        "office": "",
        "holder": HOLDERS[n // 8 % 2],
        "since_ms": n,
        "due": NEVER if n % 5 == 0 else f"2027-01-{n % 28 + 1:02}",
        "light": LIGHTS[n // 4 % 2],
        **values,
    }


async def filled(centre: Centre, count: int) -> list[dict[str, object]]:
    rows = [row(n) for n in range(1, count + 1)]

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(StatusRow), rows)

    await centre.county.work.store.transact(work)
    return rows


def order(one: dict[str, object]) -> tuple[object, ...]:
    return one["due"], one["since_ms"], one["station"], one["application"]


async def led(centre: Centre, fits: Fits) -> Fits:
    return await centre.county.work.store.transact(lambda session: queries.led(session, fits))


async def walked(centre: Centre, fits: Fits) -> list[bytes]:
    """Every page, three cases each."""
    found: list[bytes] = []
    after = None
    while True:
        rows = await centre.county.work.store.transact(
            lambda session, at=after: queries.page(session, fits, at, 3)  # type: ignore[misc]
        )
        found += [one.application for one in rows]
        if len(rows) < 3:
            return found
        after = queries.spot_of(rows[-1])


async def test_each_pair_of_filters_gives_what_fits_in_order_and_once(centre: Centre) -> None:
    rows = await filled(centre, 48)
    asked = {"state": STATES[0], "item": ITEMS[0], "light": LIGHTS[0], "holder": HOLDERS[0]}
    some = [POSTS[0], POSTS[2]]
    for pair in itertools.combinations_with_replacement(asked, 2):
        values = {name: asked[name] for name in pair}
        for places in (None, some, []):
            fitting = [
                one
                for one in rows
                if all(one[name] == value for name, value in values.items())
                and (places is None or one["place"] in places)
            ]
            fits = await led(centre, Fits(places=places, **values))
            expected = [one["application"] for one in sorted(fitting, key=order)]
            assert await walked(centre, fits) == expected, (pair, places)
            counted = await centre.county.work.store.transact(
                lambda session, of=fits: queries.count(session, of, 5)  # type: ignore[misc]
            )
            assert counted == min(5, len(expected))


async def test_each_list_and_count_walks_its_index_alone(centre: Centre) -> None:
    """Whatever is asked for, and whatever of it leads: no row is read but those of the page."""
    after = ("2027-01-02", 5, "S1", bytes(16))
    await filled(centre, 400)

    async def plans(session: AsyncSession) -> None:
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text("ANALYZE case_status"))
            for way in ("seqscan", "bitmapscan", "sort"):  # a large table has no use for them
                await session.execute(text(f"SET LOCAL enable_{way} = off"))
        for fits in every_way_to_ask():
            index = f"ix_case_status_{LED_BY.get(fits.lead, fits.lead)} "
            sorts = fits.lead == "places"  # the pages of several
            page, count = queries.page_query(fits, after, 51), queries.count_query(fits, 9)
            for query, of_rows in ((page, 1), (count, 0)):
                found = await plan_of(session, query)
                walks = [one for one in found if "ix_case_status_" in one]
                any_index = not fits.lead and query is count  # each has them all
                assert all(any_index or index in one for one in walks), (fits, found)
                assert all(ONLY_INDEX.search(one) for one in walks), (fits, found)
                assert len(walks) == 1 + sorts, (fits, found)
                read = [one for one in found if ROW.search(one) and one not in walks]
                assert len(read) == of_rows, (fits, found)
                assert sorts or not any("TEMP B-TREE" in one for one in found), (fits, found)

    await centre.county.work.store.transact(plans)


def every_way_to_ask() -> Iterator[Fits]:
    """Every filter with every other, led by each of them that can."""
    values = {
        "places": (None, ["a", "b"]),
        "holder": (None, "", "韦兰"),
        "item": (None, "licence"),
        "light": (None, "red"),
        "state": (None, "accepted"),
    }
    for some in itertools.product(*values.values()):
        asked = dict(zip(values, some, strict=True))
        leads = [name for name, value in asked.items() if value] or [""]
        for lead in leads:
            yield Fits(**asked, lead=lead)  # type: ignore[arg-type]


async def plan_of(session: AsyncSession, query: Select[Any]) -> list[str]:
    render = {"render_postcompile": True}
    if session.get_bind().dialect.name == "sqlite":
        named = query.compile(dialect=sqlite.dialect(paramstyle="named"), compile_kwargs=render)
        rows = await session.execute(text(f"EXPLAIN QUERY PLAN {named}"), named.params)
        return [str(one[-1]) for one in rows]
    connection = await session.connection()
    asked = query.compile(dialect=connection.dialect, compile_kwargs=render)
    values = tuple(asked.params[name] for name in asked.positiontup or ())
    rows = await connection.exec_driver_sql(f"EXPLAIN {asked}", values)
    return [str(one[-1]) for one in rows]


@pytest.mark.parametrize(
    ("fits", "lead"),
    [
        (Fits(), ""),
        (Fits(holder=""), ""),
        (Fits(light="red", holder=""), "light"),
        (Fits(light="red", item="rare"), "item"),
        (Fits(light="rare", item="licence"), "light"),
        (Fits(places=[POSTS[0], POSTS[1]], light="rare"), "light"),
        (Fits(places=["rare"], light="red"), "places"),
        (Fits(places=[], item="licence"), ""),
        (Fits(places=[f"{n}" for n in range(99)], item="licence"), "item"),
        (Fits(places=[f"{n}" for n in range(99)]), ""),
        (Fits(places=["rare"], item="licence", state="rare", holder="韦兰"), "holder"),
    ],
)
async def test_the_rarest_that_is_asked_for_leads(centre: Centre, fits: Fits, lead: str) -> None:
    rare = dict.fromkeys(("light", "item", "place", "state"), "rare")
    rows = [row(1201), row(1202), {**row(1203), **rare}]

    async def work(session: AsyncSession) -> Fits:
        await session.execute(insert(StatusRow), rows)
        return await queries.led(session, fits)

    await filled(centre, 1200)  # each of which stands at one of three places
    assert (await centre.county.work.store.transact(work)).lead == lead


@pytest.mark.parametrize(
    ("fits", "lead"),
    [
        (Fits(light="green", state="accepted"), "light"),
        (Fits(light="green", state="received"), "state"),
        (Fits(light="red", state="accepted"), "light"),
        (Fits(light="green", item="licence"), "item"),
        (Fits(places=POSTS, state="accepted"), "places"),
    ],
)
async def test_of_what_is_frequent_the_usual_leads_last(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, fits: Fits, lead: str
) -> None:
    monkeypatch.setattr(queries, "_COUNTED", (2,))
    await filled(centre, 40)
    assert (await led(centre, fits)).lead == lead


async def test_supervision_lets_the_list_know_day_and_light(centre: Centre) -> None:
    village = await centre.village()
    release = await centre.county.catalogue.publish(catalogue())
    first = await case_of(centre, village, release)
    await on(centre, 2)
    second = await case_of(centre, village, release)
    await centre.county.flows.act(first, Wanted(action="accept"), BY)
    assert {one.case for one in (await page(centre)).cases} == {first, second}
    await on(centre, 40)
    late = await page(centre)
    assert [(one.case, one.light, one.state, one.due) for one in late.cases] == [
        (first, "deep-red", "accepted", "2026-09-29"),
        (second, "green", "accepted", ""),  # by silence, just now
    ]
    assert late.cases[0].title == "食品小作坊登记"
    assert (await page(centre, light="deep-red")).cases == late.cases[:1]


async def test_a_reader_sees_what_can_be_done_there_and_keeps_what_was_taken_on(
    centre: Centre,
) -> None:
    village = await centre.village()
    release = await centre.county.catalogue.publish(catalogue())
    waiting, looked = [await case_of(centre, village, release) for _ in range(2)]
    await centre.county.flows.act(looked, Wanted(action="accept"), BY)
    flows, work = centre.county.flows, centre.county.work
    flows.rights = rights_of(
        Staffing(
            able=frozenset({"韦兰", "农梅", "陆强"}),
            departments=[Department(code="1", name="县市场监管局")],
            posts=[
                Post(department="1", name="核查岗", powers=frozenset({Power.REVIEW})),
                Post(department="1", name="窗口", powers=frozenset({Power.ACCEPT})),
            ],
            persons=[Person(name=name) for name in ("韦兰", "农梅", "陆强")],
            seats=[
                Seat(department="1", post="核查岗", person="农梅"),
                Seat(department="1", post="窗口", person="韦兰"),
            ],
            substitutions=[
                Substitution(
                    person="农梅", substitute="陆强", start=date(2026, 1, 1), until=date(2030, 1, 1)
                )
            ],
        )
    )
    seeing = replace(work, rights=flows.rights)

    async def seen(reader: str, **wanted: Any) -> list[str]:
        found = await seeing.page(ListWork(**wanted), reader)
        assert found.counts[wanted.get("whose", "all")] == len(found.cases)
        return [one.case for one in found.cases]

    assert await seen("韦兰") == [waiting]
    assert await seen("农梅") == await seen("陆强") == [looked]
    await flows.act(looked, Wanted(action="take"), By(name="农梅", acts=Acts.ACCOUNT))
    assert await seen("农梅", whose="mine") == await seen("陆强") == [looked]
    assert await seen("陆强", whose="free") == await seen("陆强", whose="mine") == []
    assert await seen("韦兰", department="县民政局") == []
    assert set(await page_cases(centre)) == {waiting, looked}


async def test_counts_end_at_a_thousand_and_nonsense_is_refused(centre: Centre) -> None:
    rows = await filled(centre, MAX_COUNTED + 2)
    free = sum(not one["holder"] for one in rows)
    found = await page(centre, reader="韦兰", limit=1)
    assert found.counts == {
        "mine": len(rows) - free,
        "free": free,
        "all": MAX_COUNTED + 1,
    }
    for wanted in ({"after": "x"}, {"item": "\0"}, {"state": "x"}, {"whose": "x"}):
        with pytest.raises(UsageError):
            await page(centre, **wanted)


async def page(centre: Centre, reader: str = "", **wanted: Any) -> WorkLines:
    return await centre.county.work.page(ListWork(**wanted), reader)


async def page_cases(centre: Centre) -> list[str]:
    return [one.case for one in (await page(centre)).cases]


def rights_of(staffing: Staffing) -> Rights:
    class Staffed:
        today = date(2027, 1, 4)

        async def snapshot(self, session: AsyncSession) -> Staffing:
            return staffing

    return Rights(departments=Staffed())  # type: ignore[arg-type]
