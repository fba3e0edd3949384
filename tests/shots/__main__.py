"""``make shots``: a picture of each page of each site, full of data, for people to look at.

The pages come from the sites' own tables of routes. The data is the same each time: made from a
seed, by a clock that stands still; only signatures and fingerprints of keys differ.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import click

from tests.shots.desk import open_desks
from tests.shots.stages import open_stages
from tests.shots.studio import LANGUAGES, WIDTHS, Camera, Stage, browser, show

DESK = "desk"
SITES = ("console", "board", DESK)
README = {"console": "/nodes", "board": "/board"}


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
        stages += await open_stages(stack, root, sites)
    if DESK in sites:
        stages += await stack.enter_async_context(open_desks(root / DESK))
    return [stage for stage in stages if stage.name.partition("-")[0] in sites]


if __name__ == "__main__":
    sys.exit(main())
