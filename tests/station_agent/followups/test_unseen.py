"""What is written unseen is at the county, and nowhere at the station: not on disk, not shown."""

import pytest

from protocol.errors import UsageError
from protocol.errors.clerk import FollowUpTakenError
from protocol.records.followups import Letter, LetterKind, Objection, Rating
from station_agent.followups.calls import SendFollowUp
from station_agent.followups.service import _digest
from tests.builders.clerk import CLERK
from tests.station_agent.followups.test_service import OWN, arrived, shown, wanted
from tests.station_agent.village import Village

WORDS, BY, PHONE = "他家有小汽车，不该享受低保", "陆某某", "13900001111"
OBJECTION = Objection(words=WORDS, by=BY, phone=PHONE)


def unseen(application: str, words: str = WORDS) -> SendFollowUp:
    said = wanted(Objection(words=words, by=BY, phone=PHONE), application).said
    return SendFollowUp(follow_up=OWN, application=application, said=said, unseen=True)


async def test_the_county_reads_it_and_the_station_only_that_one_was_sent(
    village: Village,
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, unseen(own))
        (one,) = await shown(station)
        await village.exchange(station)
    assert (one.follow_up, one.application, one.about) == (OWN, own, "objection")
    assert one.unseen
    assert one.said is not None
    assert not {WORDS, BY, PHONE} & set(str(one.said).split("'"))
    assert one.said.at_ms
    (opened,) = arrived(village)
    assert opened.said.subject == OBJECTION


async def test_nothing_of_it_lies_on_the_disk_even_for_who_guesses_the_words(
    village: Village,
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, unseen(own))
    guessed = _digest(unseen(own).said, own, [])
    for path in village.data.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert guessed not in data
        assert not any(word.encode() in data for word in (WORDS, BY, PHONE))


async def test_it_is_sent_once_and_never_compared(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await station.follow_ups.send(CLERK, unseen(own))
        for words in (WORDS, "别的话"):
            with pytest.raises(FollowUpTakenError):
                await station.follow_ups.send(CLERK, unseen(own, words))
        await village.exchange(station)
    assert len(arrived(village)) == 1


async def test_only_what_may_be_unseen_is(village: Village) -> None:
    SendFollowUp(
        follow_up=OWN,
        application="",
        said=wanted(Letter(kind=LetterKind.COMPLAINT, words="x")).said,
        unseen=True,
    )
    with pytest.raises(UsageError):
        SendFollowUp(follow_up=OWN, application="", said=wanted(Rating(level=5)).said, unseen=True)
