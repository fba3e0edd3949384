"""Waiting numbers: what was said is kept, and no number is given twice."""

from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Nothing
from station_agent.queueing.calls import ByClerk, OfNumber, QueueShown
from tests.builders.clerk import CLERK
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.village import Village

BY = ByClerk(clerk="韦小芳")


@dataclass
class Crowd:
    """A station with a line in front of it."""

    village: Village
    before: QueueShown


async def waiting(root: Path) -> Crowd:
    village = Village(root)
    async with village.open(catalogue=False) as station:
        for _ in range(3):
            await station.queueing.take(CLERK, BY)
        return Crowd(village=village, before=await station.queueing.call(CLERK, BY))


async def take(crowd: Crowd, mains: Mains) -> None:
    async with crowd.village.open(catalogue=False) as station:
        with mains.armed():
            await station.queueing.take(CLERK, BY)


async def no_number_is_given_twice(crowd: Crowd, told: bool) -> None:
    async with crowd.village.open(catalogue=False) as station:
        found = await station.queueing.shown(CLERK, Nothing())
        assert found.serving == crowd.before.serving
        assert list(found.waiting) in ([2, 3], [2, 3, 4])
        assert found.last == 4 or not told
        assert (await station.queueing.take(CLERK, BY)).number == found.last + 1


async def skip_and_call(crowd: Crowd, mains: Mains) -> None:
    async with crowd.village.open(catalogue=False) as station:
        with mains.armed():
            await station.queueing.skip(CLERK, OfNumber(number=1))
            await station.queueing.call(CLERK, BY)


async def nobody_is_lost(crowd: Crowd, told: bool) -> None:
    async with crowd.village.open(catalogue=False) as station:
        found = await station.queueing.shown(CLERK, Nothing())
        skipped = [one.number for one in found.skipped]
        states = [(1, [2, 3], []), (None, [2, 3], [1]), (2, [3], [1])]
        seen = (found.serving, list(found.waiting), skipped)
        assert seen in states
        assert seen == states[-1] or not told


ACTIONS = [
    Action("station: give out a waiting number", waiting, take, no_number_is_given_twice),
    Action("station: skip a waiting number", waiting, skip_and_call, nobody_is_lost),
]
