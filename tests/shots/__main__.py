"""``make shots``: a picture of each page of each site, full of data, for people to look at.

The pages come from the sites' own tables of routes. The data is the same each time: made from a
seed, by a clock that stands still; only signatures and fingerprints of keys differ.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import click

from runtime.web.site import Site
from tests.builders.catalogue.full_item import CODE
from tests.shots import county, hub
from tests.shots.cases import LETTERS, shown_cases
from tests.shots.county import ShownCounty, open_county
from tests.shots.desk import open_desks
from tests.shots.drafts import propose_drafts
from tests.shots.hub import open_hub
from tests.shots.numbers import start_issuing, stations_of
from tests.shots.paths import pages_of
from tests.shots.studio import LANGUAGES, WIDTHS, Camera, Stage, browser, opened, show
from tests.shots.tables import start_tables, uploads

BEST = {  # who has most to do on a page
    **dict.fromkeys(("nodes-waiting", "nodes-2", "proposals", "numbers"), "李建国"),
    **{f"numbers-{number}": "李建国" for number in (1, 2, 3)},
    **dict.fromkeys(("cases", "cases-1", "cases-2", "letters", "letters-1", "letters-2"), "陆经办"),
    **{f"catalogue-tables{which}": "韦编" for which in ("", "-1", "-2", "-3", "-4")},
}
DESK = "desk"
SITES = ("console", "board", DESK)
README = {"console": "/nodes", "board": "/board"}
EXTRA = {"no-such-page": "/no-such-page", "login": "/login"}


def main(argv: Sequence[str] | None = None) -> int:
    """Take the pictures; 0 if every page could be shown and none is wider than its window."""
    parser = argparse.ArgumentParser(prog="make shots")
    parser.add_argument("--to", type=Path, default=Path("build/shots"))
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--pictures", type=Path, help="where the two of README.md go")
    parser.add_argument("--sites", default=",".join(SITES))
    parser.add_argument("--only", default="", help="pictures whose name holds this")
    args = parser.parse_args(argv)
    logging.disable(logging.ERROR)  # a browser that leaves a page drops its lines
    args.to.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_run(args))


async def _run(args: argparse.Namespace) -> int:
    camera = Camera(
        to=args.to,
        widths=[int(width) for width in args.widths.split(",")],
        languages=args.languages.split(","),
    )
    faults: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            stages = await _open(stack, Path(folder), args.sites.split(","))
            chrome = await stack.enter_async_context(browser())
            for stage in stages:
                named = {f"{stage.name}-{name}": name for name in stage.pages}
                pages = {
                    name: stage.pages[name] for full, name in named.items() if args.only in full
                }
                part = replace(stage, pages=pages)
                count += await camera.take_all(chrome, part)
                faults += part.faults
            if args.pictures:
                args.pictures.mkdir(parents=True, exist_ok=True)
                for stage in stages:
                    if stage.name in README:
                        await show(chrome, stage, README[stage.name], args.pictures)
    click.echo(f"{count} pictures in {args.to.resolve()}")
    for fault in faults:
        click.echo(f"to be mended: {fault}", err=True)
    return 1 if faults else 0


async def _open(stack: AsyncExitStack, root: Path, sites: Sequence[str]) -> list[Stage]:
    """The sites, full of data, until ``stack`` closes."""
    stages: list[Stage] = []
    if "console" in sites or "board" in sites:
        shown = await stack.enter_async_context(open_county(root))
        board = await stack.enter_async_context(open_hub(shown.nodes))
        url = await stack.enter_async_context(opened(shown.site, root / "console-tls"))
        samples = await _samples(shown)
        stages.append(_stage("console", shown.site, url, list(county.PEOPLE), samples))
        url = await stack.enter_async_context(opened(board, root / "board-tls"))
        stages.append(_stage("board", board, url, list(hub.PEOPLE), _works(board, hub.PEOPLE)))
    if DESK in sites:
        stages += await stack.enter_async_context(open_desks(root / DESK))
    return [stage for stage in stages if stage.name.partition("-")[0] in sites]


def _stage(
    name: str, site: Site, url: str, people: list[str], samples: dict[str, list[str]]
) -> Stage:
    best = {page: who for page, who in BEST.items() if who in people}
    pages = EXTRA | pages_of(site, samples)
    return Stage(name=name, url=url, people=people, pages=pages, best=best)


async def _samples(shown: ShownCounty) -> dict[str, list[str]]:
    """Examples for what stands in addresses of the console."""
    stations = [one.node for one in shown.stations]
    return {
        "node": [shown.nodes.hub.node, stations[0], stations[9], shown.relay.node],
        "case": await shown_cases(shown.county),
        "letter": [letter.hex() for letter in LETTERS],
        "code": [CODE, "451423-001", "451423-059"],
        "material": ["id-card"],
        "division": ["451423103", "451423205"],
        "number": county.start_works(shown),
        "/nodes/import/check/{number}:number": county.upload_tables(shown),
        "draft": await propose_drafts(shown),
        "release": ["1", "2"],
        "/catalogue/items/{code}/charges/{charge}": [
            f"/catalogue/items/{CODE}/charges/{charge}" for charge in ("1", "new")
        ],
        "/catalogue/tables/{number}:number": await start_tables(shown, "韦编", uploads()),
        "/numbers/{node}:node": await stations_of(shown.county.numbers),
        "/numbers/issue/{number}:number": await start_issuing(shown.site, shown.county.numbers),
        "/once/{number}:number": await county.show_once(shown),
    }


def _works(site: Site, people: Iterable[str]) -> dict[str, list[str]]:
    (first, *_) = people
    return {"number": [task.number for task in site.tasks.by(first)]}


if __name__ == "__main__":
    sys.exit(main())
