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

from tests.campaign.schedules.actions import from_json, to_json
from tests.campaign.schedules.chance import Schedules
from tests.campaign.schedules.driver import Campaign, Played, campaign

_SHORTENED = 3  # failures that are shortened; the others are only named
_MEMORY_BYTES = 3 * 2**30  # of address space; a schedule needs a tenth of that
_EVERY_S = 30.0  # between two words on how far it is


def main(argv: Sequence[str] | None = None) -> int:
    """Run schedules; 0 if every promise was kept, else 1."""
    args = _parser().parse_args(argv)
    with campaign() as one:
        if args.replay:
            return _replay(one, args.replay)
        return _run(one, range(args.seed, args.seed + args.schedules), args.jobs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the first one")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    parser.add_argument("--replay", type=Path, help="a file with one schedule as it was printed")
    return parser


def _replay(one: Campaign, path: Path) -> int:
    played = one.play(from_json(path.read_text("utf-8")), 1)
    print(played.trace or "campaign: every promise was kept")
    return 1 if played.reason else 0


def _run(one: Campaign, seeds: range, jobs: int) -> int:
    started_s = said_s = time.monotonic()
    counts, failed, done, busy_s = Counter[str](), list[Played](), 0, 0.0
    with players(one, jobs) as pool:
        for played in pool.imap_unordered(_play, seeds):
            done, counts, busy_s = done + 1, counts + played.counts, busy_s + played.took_s
            if played.reason:
                failed.append(played)
                print(f"seed {played.seed}: {played.reason}", flush=True)
            if time.monotonic() - said_s > _EVERY_S:
                said_s = time.monotonic()
                print(f"{done} of {len(seeds)}, {done / (said_s - started_s):.1f}/s", flush=True)
    rate = len(seeds) / (time.monotonic() - started_s)
    for played in sorted(failed, key=lambda one: one.seed)[:_SHORTENED]:
        _show(one.shorten(played))
    speed = f"{rate:.1f} schedules/s, {len(seeds) / busy_s:.1f} a second of a core"
    print(_summary(seeds, counts, failed, speed))
    return 1 if failed else 0


def _show(shorter: Played) -> None:
    print(f"\nseed {shorter.seed}, shortened: {shorter.reason}\n{to_json(shorter.schedule)}")
    print(shorter.trace)


def _summary(seeds: range, counts: Counter[str], failed: Sequence[Played], speed: str) -> str:
    happened = {name: count for name, count in counts.most_common() if not name.startswith("(")}
    also = {name: count for name, count in counts.most_common() if name.startswith("(")}
    kinds = ", ".join(f"{name} {count}" for name, count in happened.items())
    rest = ", ".join(f"{name.strip('()')} {count}" for name, count in also.items())
    names = f" (seeds {', '.join(str(one.seed) for one in failed[:20])})" if failed else ""
    return (
        f"campaign: {len(seeds)} schedules, seeds {seeds[0]} to {seeds[-1]};"
        f" {sum(happened.values())} actions ({kinds}); {rest};"
        f" {speed}; {len(failed)} failures{names}"
    )


def spare_memory() -> None:
    """In a player: a schedule that would take all memory fails instead."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


_mine: list[Campaign] = []  # what a forked player plays on


@contextmanager
def players(one: Campaign, jobs: int) -> Iterator[Pool]:
    """Processes that play; they inherit the county that was made here."""
    _mine[:] = [one]
    with multiprocessing.get_context("fork").Pool(jobs, initializer=spare_memory) as pool:
        yield pool


def _play(seed: int) -> Played:
    return _mine[0].play(Schedules(seed).make(), seed)


if __name__ == "__main__":
    sys.exit(main())
