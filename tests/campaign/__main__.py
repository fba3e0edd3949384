"""Command line of the campaign: ``python -m tests.campaign --schedules 1000 --seed 1``.

Each seed stands for one schedule. A failing one is shortened and printed as a list that
``--replay`` plays again. The last line says what was run and found.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.pool import Pool
from pathlib import Path

from tests.campaign.actions import from_json
from tests.campaign.chance import Schedules
from tests.campaign.driver import Campaign, Played, campaign

_SHORTENED = 3  # failures that are shortened; the others are only named
_MEMORY_BYTES = 3 * 2**30  # of address space; a schedule needs a tenth of that
_EVERY = 50  # schedules between two words on how far it is


def main(argv: Sequence[str] | None = None) -> int:
    """Run schedules; 0 if every promise was kept, else 1."""
    args = _parser().parse_args(argv)
    with campaign() as one:
        if args.replay:
            return _replay(one, args.replay)
        return _run(one, args.seed, args.schedules, args.workers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the first one")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--replay", type=Path, help="a file with one schedule as it was printed")
    return parser


def _replay(one: Campaign, path: Path) -> int:
    played = one.play(from_json(path.read_text("utf-8")), 1)
    if played.trace:
        pass
    return 1 if played.reason else 0


def _run(one: Campaign, first: int, count: int, workers: int) -> int:
    started_s, counts, failed = time.monotonic(), Counter[str](), list[Played]()
    with _players(one, workers) as players:
        for done, played in enumerate(
            players.imap_unordered(_play, range(first, first + count)), 1
        ):
            counts += played.counts
            if played.reason:
                failed.append(played)
            if done % _EVERY == 0 or done == count:
                done / (time.monotonic() - started_s)
    for played in sorted(failed, key=lambda one: one.seed)[:_SHORTENED]:
        one.shorten(played)
    return 1 if failed else 0


def spare_memory() -> None:
    """In a worker: a schedule that would take all memory fails instead."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


_mine: list[Campaign] = []  # what a forked worker plays on


@contextmanager
def _players(one: Campaign, workers: int) -> Iterator[Pool]:
    """Processes that play; they inherit the county that was made here."""
    _mine[:] = [one]
    with multiprocessing.get_context("fork").Pool(workers, initializer=spare_memory) as pool:
        yield pool


def _play(seed: int) -> Played:
    return _mine[0].play(Schedules(seed).make(), seed)


if __name__ == "__main__":
    sys.exit(main())
