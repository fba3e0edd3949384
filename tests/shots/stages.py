"""Console and board of one county, full of data, for whoever goes through all their pages."""

from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

from runtime.web.site import Site
from tests.builders.catalogue.full_item import CODE
from tests.shots import county, hub
from tests.shots.archive import filed
from tests.shots.bulk import start_bulk
from tests.shots.cases import CIRCULAR, LETTERS, shown_cases
from tests.shots.county import ShownCounty, open_county
from tests.shots.departments import PERSON_PAGE, TABLE, set_up
from tests.shots.drafts import propose_drafts
from tests.shots.fees import charged
from tests.shots.hub import open_hub
from tests.shots.numbers import start_issuing, stations_of
from tests.shots.offices import hubs_of
from tests.shots.paths import pages_of
from tests.shots.ratings import frozen, rated
from tests.shots.studio import Stage, opened
from tests.shots.supervision import looked_at
from tests.shots.tables import start_tables, uploads
from tests.shots.uploads import upload_tables

BEST = {  # who has most to do on a page
    **dict.fromkeys(("nodes-waiting", "nodes-2", "proposals", "numbers"), "李建国"),
    **{f"numbers-{number}": "李建国" for number in (1, 2, 3)},
    **{f"departments{which}": "李建国" for which in ("", "-of-1", "-delegations", "-table")},
    **{f"departments{which}": "李建国" for which in ("-table-check-1", "-table-check-2")},
    "departments-person": "李建国",
    **dict.fromkeys(("cases", "cases-1", "cases-2", "letters", "letters-1", "letters-2"), "陆经办"),
    **dict.fromkeys(
        ("circulars", "circulars-1", "telephone"),
        "陆经办",
    ),
    **dict.fromkeys(("supervision", "supervision-2", "fees", "cases-fee"), "陆经办"),
    **dict.fromkeys(("ratings", "ratings-of-1", "ratings-of-2"), "陆经办"),
    "supervision-1": "农秀英",
    **dict.fromkeys(("archive", "archive-1", "archive-2"), "陆经办"),
    **{f"catalogue-tables{which}": "韦编" for which in ("", "-1", "-2", "-3", "-4")},
}
EXTRA = {"no-such-page": "/no-such-page", "login": "/login"}


async def open_stages(
    stack: AsyncExitStack, root: Path, sites: Iterable[str], *, most: int | None = None
) -> list[Stage]:
    """Those of console and board that are among ``sites``, until ``stack`` closes.

    Args:
        most: as of ``open_county``.
    """
    _, stages = await open_world(stack, root, sites, most=most)
    return stages


async def open_world(
    stack: AsyncExitStack, root: Path, sites: Iterable[str], *, most: int | None = None
) -> tuple[ShownCounty, list[Stage]]:
    """The same, with the county behind them."""
    shown = await stack.enter_async_context(open_county(root, most=most))
    board = await stack.enter_async_context(open_hub(shown.nodes, shown.relay.editions.release))
    stages: list[Stage] = []
    if "console" in sites:
        url = await stack.enter_async_context(opened(shown.site, root / "console-tls"))
        samples = await _samples(shown)
        stages.append(_stage("console", shown.site, url, list(county.PEOPLE), samples))
    if "board" in sites:
        url = await stack.enter_async_context(opened(board, root / "board-tls"))
        samples = _works(board, hub.PEOPLE) | hub.SAMPLES
        stages.append(_stage("board", board, url, list(hub.PEOPLE), samples))
    return shown, stages


def _stage(
    name: str, site: Site, url: str, people: list[str], samples: dict[str, list[str]]
) -> Stage:
    best = {page: who for page, who in BEST.items() if who in people}
    pages = EXTRA | pages_of(site, samples)
    if name == "console":
        pages["departments-person"] = PERSON_PAGE
        pages["record-looks-of"] = f"/record/looks?case={samples['case'][0]}"
    return Stage(name=name, url=url, people=people, pages=pages, best=best)


async def _samples(shown: ShownCounty) -> dict[str, list[str]]:
    """Examples for what stands in addresses of the console."""
    stations = [one.node for one in shown.stations]
    await set_up(shown.county.departments)
    order, run = await start_bulk(
        shown.site, "陆经办", "451423-2026-WZ000003", "这个事项不能批量决定"
    )
    cases = await shown_cases(shown.county)
    return {
        "/departments/of/{code}:code": ["M01"],
        "/departments/table/check/{number}:number": [
            shown.site.uploads.put("李建国", "departments", table) for table in TABLE
        ],
        "node": [shown.nodes.hub.node, stations[0], stations[9], shown.relay.node],
        "case": cases[:2],
        "/worklist/bulk/{order}:order": [order],
        "/worklist/bulk/run/{number}:number": [run],
        "/cases/{case}/fee": [f"/cases/{await charged(shown.county)}/fee"],
        "/cases/{case}/beside/{other}": [f"/cases/{cases[1]}/beside/{cases[2]}"],
        "/ratings/of/{case}:case": await rated(shown.county),
        "/reports/{month}/{edition}": await frozen(shown.county),
        "/archive/{case}:case": await filed(shown),
        "card": await looked_at(shown.county),
        "/cases/{case}/act/{action}": [
            f"/cases/{cases[1]}/act/ask-correction",
            f"/cases/{cases[1]}/act/accept",
            f"/cases/{cases[1]}/act/hand-over",
            f"/cases/{cases[0]}/act/tell",
            f"/cases/{cases[1]}/act/deliver",
        ],
        "/cases/{case}/view/{of}/{position}": [f"/cases/{cases[0]}/view/application/0"],
        "letter": [letter.hex() for letter in LETTERS],
        "circular": [CIRCULAR],
        "code": [CODE, "451423-001", "451423-059"],
        "material": ["id-card"],
        "division": ["451423103", "451423205"],
        "number": county.start_works(shown),
        "/nodes/import/check/{number}:number": upload_tables(shown.site),
        "draft": await propose_drafts(shown),
        "release": ["1", "2"],
        "/catalogue/items/{code}/charges/{charge}": [
            f"/catalogue/items/{CODE}/charges/{charge}" for charge in ("1", "new")
        ],
        "/catalogue/tables/{number}:number": await start_tables(shown, "韦编", uploads()),
        "/offices/{node}/reclaim:node": hubs_of(shown.relay.editions.roster)[:1],
        "/numbers/{node}:node": await stations_of(shown.county.numbers),
        "/numbers/issue/{number}:number": await start_issuing(shown.site, shown.county.numbers),
        "/once/{number}:number": await county.show_once(shown),
    }


def _works(site: Site, people: Iterable[str]) -> dict[str, list[str]]:
    (first, *_) = people
    return {"number": [task.number for task in site.tasks.by(first)]}
