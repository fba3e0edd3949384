"""Hunts every mutant: ``python -m tests.campaign.hunt`` (``make mutants``).

Each is played against the schedules of seeds 1, 2, 3 ... until one breaks a promise that the
mutant's rule protects, or the bound is reached. A program that only breaks off is counted, and
proves nothing. The last line says how many were caught.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.campaign.__main__ import spare_memory
from tests.campaign.mutants.table import MUTANTS
from tests.campaign.schedules.chance import Schedules
from tests.campaign.schedules.driver import Campaign, campaign

_BOUND = 1200
_WORDS = 100  # characters of a reason that are printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """The first schedule that showed a mutant for what it is; seed 0 if none did."""

    name: str
    seed: int
    reason: str
    otherwise: int  # schedules before it that failed in another way


def hunt(one: Campaign, name: str, seeds: range) -> Hunted:
    """Play schedules against a mutant until it is shown."""
    otherwise, last = 0, ""
    for seed in seeds:
        with MUTANTS[name].breaking():
            played = one.play(Schedules(seed).make(), seed)
        if played.broken & MUTANTS[name].shown_by:
            return Hunted(name=name, seed=seed, reason=played.reason, otherwise=otherwise)
        if played.reason:
            otherwise, last = otherwise + 1, played.reason
    return Hunted(name=name, seed=0, reason=last, otherwise=otherwise)


_mine: list[tuple[Campaign, range]] = []  # what a forked worker plays on


def _hunt(name: str) -> Hunted:
    return hunt(_mine[0][0], name, _mine[0][1])


def main(argv: Sequence[str] | None = None) -> int:
    """Hunt the mutants; 0 if all are caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.hunt", description=__doc__)
    parser.add_argument("names", nargs="*", help="mutants to hunt (all)")
    parser.add_argument("--bound", type=int, default=_BOUND, help="schedules for each")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    args = parser.parse_args(argv)
    names, played, survived = args.names or list(MUTANTS), 0, []
    with campaign() as one:
        _mine[:] = [(one, range(1, args.bound + 1))]
        context = multiprocessing.get_context("fork")
        with context.Pool(args.jobs, initializer=spare_memory) as pool:
            for found in pool.imap(_hunt, names):
                _show(found)
                played += found.seed or args.bound
                survived += [] if found.seed else [found.name]
    left = f"; not shown: {', '.join(survived)}" if survived else ""
    caught = len(names) - len(survived)
    print(f"mutants: {caught} of {len(names)} caught, in {played} schedules{left}")
    return 1 if survived else 0


def _show(found: Hunted) -> None:
    how = f"schedule {found.seed}" if found.seed else "not shown"
    other = f" ({found.otherwise} failed otherwise)" if found.otherwise else ""
    print(f"{found.name}: {how}{other}: {found.reason[:_WORDS]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
