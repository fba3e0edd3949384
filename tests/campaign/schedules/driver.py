"""Runs schedules, and makes a failing one as short as dropping actions leads to."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaign.commands import happen
from tests.campaign.fast import fast, run, settle_memory
from tests.campaign.judging.ears import listening
from tests.campaign.judging.oracle import fair_contact
from tests.campaign.judging.promises import Failure, Promise
from tests.campaign.places import Places, make_places
from tests.campaign.power import Grid, wired
from tests.campaign.schedules import following  # noqa: F401 - what follows can happen then
from tests.campaign.schedules.actions import Action, hubs, villages
from tests.campaign.world import MARK, World

_MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where there are such
_PATIENCE_S = 30.0  # of this process's own time, after which a schedule is held to hang
_TRIES = 60  # schedules played to shorten one


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a schedule went; ``reason`` is empty if every promise was kept."""

    seed: int
    schedule: Sequence[Action]
    reason: str = ""
    trace: str = ""
    broken: frozenset[Promise] = frozenset()
    counts: Counter[str] = field(default_factory=Counter)
    took_s: float = 0.0  # of the process's own time


class Hung(BaseException):
    """A schedule came to no end. No ``except Exception`` may hide it."""


@contextmanager
def _patience() -> Iterator[None]:
    """Raise Hung inside, after more of this process's time than any schedule takes."""

    def give_up(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Campaign:
    """Plays schedules on the same county, each from its beginning."""

    def __init__(self, places: Places, folder: Path) -> None:
        self._places, self._folder = places, folder

    def play(self, schedule: Sequence[Action], seed: int) -> Played:
        """Let ``schedule`` happen, then fair contact."""
        counts: Counter[str] = Counter(type(action).__name__ for action in schedule)
        reason, trace, broken, started_s = "", "", frozenset[Promise](), time.process_time()
        try:
            with _patience(), fast(), listening(MARK) as overheard:
                counts += run(self._story(schedule, seed, overheard))
        except Failure as exc:
            reason, trace, broken = str(exc), _trace(exc), exc.promises
        except (Exception, Hung) as exc:  # noqa: BLE001 - whatever it is, a program broke
            reason, trace = f"{type(exc).__name__}: {exc}", _trace(exc)
            broken = frozenset({Promise.RUNS})
        return Played(
            seed=seed,
            schedule=schedule,
            reason=reason,
            trace=trace,
            broken=broken,
            counts=counts,
            took_s=time.process_time() - started_s,
        )

    def shorten(self, failed: Played) -> Played:
        """The shortest schedule that still fails, of those that dropping actions leads to."""
        size, tries = max(1, len(failed.schedule) // 2), _TRIES
        while size and tries > 0:
            for start in range(0, len(failed.schedule), size):
                tries -= 1
                fewer = [*failed.schedule[:start], *failed.schedule[start + size :]]
                shorter = self.play(fewer, failed.seed)
                if shorter.reason:
                    failed = shorter
                    break
            else:
                size //= 2
        return failed

    async def _story(
        self, schedule: Sequence[Action], seed: int, overheard: Sequence[str]
    ) -> Counter[str]:
        grid = Grid()
        folder = self._folder / f"now-{os.getpid()}"
        with wired(grid):
            async with World(
                self._places,
                folder,
                grid,
                villages=villages(schedule),
                hubs=hubs(schedule),
                seed=seed,
                overheard=overheard,
            ) as world:
                for action in schedule:
                    await happen(action, world)
                    world.observe()
                await fair_contact(world)
                return world.counts + world.book.counts()


@contextmanager
def campaign() -> Iterator[Campaign]:
    """A campaign in a folder of its own, in memory if possible."""
    parent = _MEMORY if _MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="campaign-", dir=parent))
    try:
        places = asyncio.run(make_places(folder / "template"))
        settle_memory()
        yield Campaign(places, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trace(exc: BaseException) -> str:
    return "".join(traceback.format_exception(exc))
