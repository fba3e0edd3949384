"""Runs schedules, and makes a failing one as short as it can be."""

import asyncio
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.campaign.actions import Action
from tests.campaign.deeds import happen
from tests.campaign.fast import fast, run, settle_memory
from tests.campaign.oracle import fair_contact
from tests.campaign.places import Places, make_places
from tests.campaign.power import Grid, wired
from tests.campaign.talk import Failure
from tests.campaign.world import World

_MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where there are such


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """How a schedule failed."""

    seed: int
    schedule: Sequence[Action]
    reason: str
    trace: str


class Campaign:
    """Everything that schedules share. Made by :func:`campaign`."""

    def __init__(self, places: Places, folder: Path) -> None:
        self._places, self._folder = places, folder

    def play(self, schedule: Sequence[Action], seed: int) -> Broken | None:
        """Let ``schedule`` happen, then fair contact; how it failed, if it did."""
        try:
            with fast():
                run(self._story(schedule, seed))
        except (Failure, Exception) as exc:  # noqa: BLE001 - whatever it is, it is a failure
            reason = str(exc) if isinstance(exc, Failure) else f"{type(exc).__name__}: {exc}"
            trace = "".join(traceback.format_exception(exc))
            return Broken(seed=seed, schedule=schedule, reason=reason, trace=trace)
        return None

    def shorten(self, broken: Broken, tries: int = 300) -> Broken:
        """The same failure with as few actions as dropping leads to."""
        size = max(1, len(broken.schedule) // 2)
        while size and tries > 0:
            for start in range(0, len(broken.schedule), size):
                fewer = [*broken.schedule[:start], *broken.schedule[start + size :]]
                tries -= 1
                shorter = self.play(fewer, broken.seed)
                if shorter is not None:
                    broken = shorter
                    break
            else:
                size //= 2
        return broken

    async def _story(self, schedule: Sequence[Action], seed: int) -> None:
        grid = Grid()
        with wired(grid):
            async with World(self._places, self._folder / "now", grid, seed=seed) as world:
                for action in schedule:
                    await happen(action, world)
                    world.observe()
                await fair_contact(world)


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
