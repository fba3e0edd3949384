"""Market day: no number is given twice, no row of a batch is lost or handed in twice."""

from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Nothing
from runtime.node.identity import has_identity
from station_agent.opening import open_station
from station_agent.queueing.calls import ByClerk, OfNumber, QueueShown
from station_agent.training.calls import MakeTraining
from tests.builders.clerk import CLERK, status_of
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.batches.market import BATCH, begins, found, opened, service_of
from tests.station_agent.drafts.two_items import publish
from tests.station_agent.village import Village

NAMES, MORE = ["黄秀英", "陆大山"], "1\t韦三\n2\t农四\n"
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


@dataclass
class Hall:
    """A station with a batch of people."""

    village: Village


async def gathered(root: Path) -> Hall:
    village = Village(root)
    async with village.open() as station:
        await publish(village, station)
        await begins(station)
    return Hall(village=village)


async def paste(hall: Hall, mains: Mains) -> None:
    async with hall.village.open() as station:
        with mains.armed():
            await service_of(station).paste(CLERK, opened(station), BATCH, MORE)


async def all_rows_or_none(hall: Hall, told: bool) -> None:
    async with hall.village.open() as station:
        names = [row.who for row in (await found(station)).rows]
        assert names in (NAMES, [*NAMES, "韦三", "农四"])
        assert len(names) > len(NAMES) or not told


async def hand_in(hall: Hall, mains: Mains) -> None:
    async with hall.village.open() as station:
        with mains.armed():
            await station.gathering().hand_in(CLERK, opened(station), BATCH)


async def each_is_handed_in_once(hall: Hall, told: bool) -> None:
    async with hall.village.open() as station:
        rows = (await found(station)).rows
        assert [row.who for row in rows] == NAMES
        states = [row.state for row in rows]
        assert set(states) <= {"draft", "saved"}
        assert "draft" not in states or not told
        done = await station.gathering().hand_in(CLERK, opened(station), BATCH)
        assert (done.handed_in, done.before) == (states.count("draft"), states.count("saved"))
        assert (await status_of(station))["counts"]["saved"] == len(NAMES)


async def with_catalogue(root: Path) -> Hall:
    village = Village(root / "station")
    async with village.open():
        return Hall(village=village)


async def make_training(hall: Hall, mains: Mains) -> None:
    async with hall.village.open() as station:
        with mains.armed():
            await station.training().make(CLERK, _training(hall))


async def it_is_made_or_can_be_made_again(hall: Hall, told: bool) -> None:
    wanted = _training(hall)
    if not has_identity(wanted.folder):
        assert not told
        async with hall.village.open() as station:
            await station.training().make(CLERK, wanted)
    village = hall.village
    async with open_station(
        wanted.folder, clock=village.clock, randomness=village.randomness
    ) as station:
        await station.intake.submit(village.submission("黄秀英"))
        status = await status_of(station)
        assert (status["release"], status["counts"]["saved"]) == (1, 1)


def _training(hall: Hall) -> MakeTraining:
    return MakeTraining(folder=hall.village.data.parent / "training")


ACTIONS = [
    Action(
        "station: make a folder for training",
        with_catalogue,
        make_training,
        it_is_made_or_can_be_made_again,
    ),
    Action("station: paste rows into a batch", gathered, paste, all_rows_or_none),
    Action("station: hand in a batch", gathered, hand_in, each_is_handed_in_once),
    Action("station: give out a waiting number", waiting, take, no_number_is_given_twice),
    Action("station: skip a waiting number", waiting, skip_and_call, nobody_is_lost),
]
