"""A rating is given once, reaches the county, and is seen here in sums of five alone."""

import pytest

from protocol.errors import ApplicationUnknownError, LockedError, UsageError
from protocol.errors.answers import RatedAlreadyError
from protocol.ids import ApplicationId
from protocol.records.followups import Rating, Said, Withdrawal
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.followups.calls import SendFollowUp, ShowFollowUps
from station_agent.ratings.calls import RateApplication, RatingSums, ShowRatings
from tests.builders.clerk import CLERK
from tests.station_agent.village import Village

FANG, WORD = "韦小芳", "山歌好比春江水啊"


def rating(application: str, level: int = 5, words: str = "") -> RateApplication:
    said = Said(subject=Rating(level=level, words=words))
    return RateApplication(application=application, said=said)


async def rated(village: Village, station: Station, *levels: int) -> list[ApplicationId]:
    applications = [await village.submit(station) for _ in levels]
    for application, level in zip(applications, levels, strict=True):
        await station.ratings.rate(CLERK, rating(application, level))
    return applications


async def sums(station: Station) -> RatingSums:
    return await station.ratings.ratings(CLERK, ShowRatings())


async def test_four_ratings_show_nothing_and_five_show_their_sum(village: Village) -> None:
    async with village.open() as station:
        await rated(village, station, 5, 5, 1, 4)
        assert await sums(station) == RatingSums(counted=0, levels={}, kept_back=4, unrated=0)
        await rated(village, station, 2)
        five = {"5": 2, "4": 1, "3": 0, "2": 1, "1": 1}
        assert await sums(station) == RatingSums(counted=5, levels=five, kept_back=0, unrated=0)
        await rated(village, station, 1, 1, 1, 1)  # no sum differs from another by one person
        assert await sums(station) == RatingSums(counted=5, levels=five, kept_back=4, unrated=0)
        await rated(village, station, 3)
        ten = {"5": 2, "4": 1, "3": 1, "2": 1, "1": 5}
        assert await sums(station) == RatingSums(counted=10, levels=ten, kept_back=0, unrated=0)


async def test_an_application_is_rated_once_and_the_county_learns_how(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        assert not await station.ratings.is_rated(application)
        first = await station.ratings.rate(CLERK, rating(application, 2, "等得太久"))
        assert await station.ratings.is_rated(application)
        assert await station.ratings.rate(CLERK, rating(application, 2, "等得太久")) == first
        with pytest.raises(RatedAlreadyError):
            await station.ratings.rate(CLERK, rating(application, 5))
        await village.exchange(station)
    arrived = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    (opened,) = [village.county.open_follow_up(one) for one in arrived]
    assert opened.said.subject == Rating(level=2, words="等得太久")


async def test_a_rating_under_another_id_counts_too(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        other = SendFollowUp(
            follow_up=ApplicationId("0e" * 16),
            application=application,
            said=Said(subject=Rating(level=1)),
        )
        await station.follow_ups.send(CLERK, other)
        with pytest.raises(RatedAlreadyError):
            await station.ratings.rate(CLERK, rating(application))


async def test_no_rating_is_shown_by_itself(village: Village) -> None:
    async with village.open() as station:
        await rated(village, station, 1)
        (one,) = await station.follow_ups.shown(CLERK, ShowFollowUps())
    assert (one.about, one.said) == ("rating", None)


async def test_unrated_is_counted_apart_and_never_as_satisfied(village: Village) -> None:
    async with village.open() as station:
        await rated(village, station, 5, 5, 5, 5, 5)
        for _ in range(2):
            application = await village.submit(station)
            village.parent.send(village.county.decision(bytes.fromhex(application))[0])
        await village.exchange(station)
        found = await sums(station)
    assert (found.counted, sum(found.levels.values()), found.unrated) == (5, 5, 2)


async def test_what_can_not_be_rated_is_refused(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(ApplicationUnknownError):
            await station.ratings.rate(CLERK, rating("ff" * 16))
        with pytest.raises(UsageError):
            RateApplication(application="1", said=Said(subject=Withdrawal(by="农某")))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        with pytest.raises(LockedError):
            await sums(station)
        await station.ratings.ratings(CLERK, ShowRatings(clerk=FANG, password=WORD))
