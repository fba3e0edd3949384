"""Hunts every mutant: ``python -m tests.campaign.hunt`` (``make mutants``).

Each is played against the schedules of seeds 1, 2, 3 ... until one fails, or the bound is
reached. Prints a table of the first failing schedules; the last line counts the caught ones.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.campaign.chance import Schedules
from tests.campaign.driver import Campaign, campaign
from tests.campaign.mutants import MUTANTS

_BOUND = 300
_WORDS = 110  # characters of a reason that are printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """The first schedule that a mutant failed; 0 if none."""

    name: str
    seed: int
    reason: str


def hunt(one: Campaign, name: str, bound: int) -> Caught:
    """Play schedules against a mutant until it is caught."""
    for seed in range(1, bound + 1):
        with MUTANTS[name]():
            played = one.play(Schedules(seed).make(), seed)
        if played.reason:
            return Caught(name=name, seed=seed, reason=played.reason)
    return Caught(name=name, seed=0, reason=f"survived {bound} schedules")


_mine: list[tuple[Campaign, int]] = []  # what a forked worker plays on, and how often


def _hunt(name: str) -> Caught:
    return hunt(_mine[0][0], name, _mine[0][1])


def main(argv: Sequence[str] | None = None) -> int:
    """Hunt the mutants; 0 if all are caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.hunt", description=__doc__)
    parser.add_argument("names", nargs="*", help="mutants to hunt (all)")
    parser.add_argument("--bound", type=int, default=_BOUND, help="schedules for each")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    args = parser.parse_args(argv)
    names = args.names or list(MUTANTS)
    caught = 0
    with campaign() as one:
        _mine[:] = [(one, args.bound)]
        with multiprocessing.get_context("fork").Pool(args.workers) as pool:
            for found in pool.imap(_hunt, names):
                caught += bool(found.seed)
    return 0 if caught == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
