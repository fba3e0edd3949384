"""Who got an answer, and who rated: recorded once or not at all, and it can be recorded then."""

from dataclasses import dataclass
from pathlib import Path

from protocol.ids import ApplicationId
from protocol.records.followups import Delivered, Rating, Said, Telling, Way
from station_agent.answers.calls import RecordTelling, ShowLying
from station_agent.app import Station
from station_agent.originals.calls import ShowOriginals
from station_agent.ratings.calls import RateApplication
from tests.builders.clerk import CLERK
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.followups.test_service import shown
from tests.station_agent.originals.test_service import stop
from tests.station_agent.village import Village

TELLING = Telling(what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person="黄秀英")


@dataclass
class Place:
    """A station where an answer lies."""

    village: Village
    application: ApplicationId


async def with_an_answer(root: Path) -> Place:
    village = Village(root)
    async with village.open() as station:
        application = await village.submit(station)
        own = bytes.fromhex(application)
        village.parent.send(village.county.decision(own)[0])
        await village.exchange(station)
    return Place(village=village, application=application)


async def hands_over(station: Station, place: Place) -> None:
    wanted = RecordTelling(application=place.application, said=Said(subject=TELLING))
    await station.answers.record(CLERK, wanted)


async def hand_over(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await hands_over(station, place)


async def it_was_handed_over_once(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        lies = await station.answers.lying(CLERK, ShowLying())
        assert bool(lies) is not bool(await shown(station))
        if lies:
            assert not told
            await hands_over(station, place)
        assert await station.answers.lying(CLERK, ShowLying()) == []
        await hands_over(station, place)  # a second click
        await place.village.exchange(station)
    assert subjects(place) == [TELLING]


async def rates(station: Station, place: Place) -> None:
    wanted = RateApplication(application=place.application, said=Said(subject=Rating(level=2)))
    await station.ratings.rate(CLERK, wanted)


async def rate(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await rates(station, place)


async def it_was_rated_once(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        assert await station.ratings.is_rated(place.application) or not told
        await rates(station, place)
        await place.village.exchange(station)
    assert subjects(place) == [Rating(level=2)]


def subjects(place: Place) -> list[object]:
    """What the county opens of what was recorded."""
    return [
        place.village.county.open_follow_up(one).said.subject
        for one in place.village.parent.envelopes.values()
        if one.header.seq > 1 or one.header.pred is not None
    ]


async def pass_on(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.serving().originals.pass_on(CLERK, stop(place.application))


async def it_was_passed_on_once(place: Place, told: bool) -> None:
    wanted = ShowOriginals(application=place.application)
    async with place.village.open() as station:
        service = station.serving().originals
        assert len(await service.shown(CLERK, wanted)) == 1 or not told
        await service.pass_on(CLERK, stop(place.application))
        (one,) = await service.shown(CLERK, wanted)
    assert (one.giver, one.taker) == ("黄秀英", "韦小芳")


ACTIONS = [
    Action("station: hand over", with_an_answer, hand_over, it_was_handed_over_once),
    Action("station: pass an original on", with_an_answer, pass_on, it_was_passed_on_once),
    Action("station: rate", with_an_answer, rate, it_was_rated_once),
]
