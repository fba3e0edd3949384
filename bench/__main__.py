"""``python -m bench [name…]``: run all measures or the named ones, one after the other.

Prints one table and writes it to ``bench/results.json``. Exit 1 if a budget does not hold.
"""

import asyncio
import compileall
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from bench import (
    agent,
    catalogue,
    chain,
    desk,
    enrolment,
    finding,
    growth,
    herd,
    kept,
    numbers,
    papers,
)
from bench.badline import measure as badline
from bench.report import Row, Say, notes, table, write_json

RESULTS = Path(__file__).parent / "results.json"
MEASURES: dict[str, Callable[[Say], Awaitable[list[Row]]]] = {
    "agent": agent.measure,
    "chain": chain.measure,
    "enrolment": enrolment.measure,
    "kept": kept.measure,
    "finding": finding.measure,
    "catalogue": catalogue.measure,
    "growth": growth.measure,
    "numbers": numbers.measure,
    "desk": desk.measure,
    "papers": papers.measure,
    "herd": herd.measure,
    "bad-line": badline.measure_bad,
    "slow-line": badline.measure_slow,
}
_PACKAGES = ("protocol", "provisioning", "runtime", "central", "station_agent")
_IDLE_LOAD = 0.25  # of each core; above that the figures are worth less
_WIDTH = 160  # columns where there is no terminal to ask


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASURES)))
def main(names: tuple[str, ...]) -> None:
    """Run all measures, or the named ones."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it started, as Ctrl+C
    for package in _PACKAGES:  # as an installation has them; else each start compiles them again
        compileall.compile_dir(RESULTS.parents[1] / package, quiet=1)
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    rows = asyncio.run(_measure(names or tuple(MEASURES)))
    _print(rows)
    if load > cores * _IDLE_LOAD:
        print(f"* The machine was busy with something else: load {load:.1f} on {cores} cores.")
    sys.exit(any(row.holds is False for row in rows))


async def _measure(names: Sequence[str]) -> list[Row]:
    """The rows of all measures; written after each, so that a later fault costs no figure."""
    rows: list[Row] = []
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        for name in names:
            task = progress.add_task(name)

            def say(text: str, name: str = name, task: TaskID = task) -> None:
                progress.update(task, description=f"{name}: {text}")
                if not console.is_terminal:
                    console.print(f"{name}: {text}", highlight=False, soft_wrap=True)

            rows += await MEASURES[name](say)
            say("done")
            progress.stop_task(task)
            write_json(rows, RESULTS)
    return rows


def _print(rows: Sequence[Row]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    console.print(table(rows))
    for note in notes(rows):
        console.print(f"* {note}", soft_wrap=True)


if __name__ == "__main__":
    main()
