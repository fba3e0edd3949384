"""What is written about an application: kept before or after, and sent once or still to be sent."""

from dataclasses import dataclass
from pathlib import Path

from protocol.errors.clerk import FollowUpTakenError
from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.calls import Proof
from tests.builders.clerk import CLERK
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.followups.test_filings import PHOTO, VISIT
from tests.station_agent.followups.test_service import OWN, shown, wanted
from tests.station_agent.followups.test_unseen import WORDS, unseen
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import in_pieces
from tests.station_agent.village import Village

BEFORE, AFTER = {"words": "屋顶漏"}, {"words": "屋顶漏雨"}


@dataclass
class Place:
    """A station with an application, and perhaps with something that is written about it."""

    village: Village
    application: ApplicationId


async def saves(station: Station, place: Place, texts: dict[str, str]) -> None:
    opened = await station.unlocking.unlock(Proof())
    await station.serving().filings.save(
        opened, OWN, about="visit", application=place.application, texts=texts
    )


async def begun(root: Path) -> Place:
    village = Village(root)
    async with village.open() as station:
        place = Place(village=village, application=await village.submit(station))
        await saves(station, place, BEFORE)
        await station.papers.add(PHOTO, in_pieces(scans.picture()))
    return place


async def save(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await saves(station, place, AFTER)


async def it_says_either(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        opened = await station.unlocking.unlock(Proof())
        found = await station.serving().filings.find(opened, OWN)
        assert found.texts == AFTER or (found.texts == BEFORE and not told)


async def sends(station: Station, place: Place) -> None:
    vault = (await station.unlocking.unlock(Proof())).vault
    pages = await station.papers.sealed(vault, OWN)
    await station.follow_ups.send(CLERK, wanted(VISIT, place.application), pages=pages)


async def send(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await sends(station, place)


async def it_is_sent_once_with_its_photo(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        opened = await station.unlocking.unlock(Proof())
        sent = await shown(station)
        try:
            await station.serving().filings.find(opened, OWN)
        except FollowUpTakenError:
            assert sent
        else:
            assert not told
            assert not sent
            await sends(station, place)  # the clerk finds it as it was, and sends it
        (one,) = await shown(station)
        assert one.said is None or one.said.subject == VISIT  # None: only the journal had it
        await place.village.exchange(station)
    (arrived,) = [
        place.village.county.open_follow_up(one)
        for one in place.village.parent.envelopes.values()
        if one.header.seq > 1 or one.header.blobs
    ]
    assert arrived.said.subject == VISIT
    (photo,) = arrived.attachments
    assert photo.blob in place.village.parent.blobs


async def send_unseen(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.follow_ups.send(CLERK, unseen(place.application))


async def it_was_sent_unseen_or_not_at_all(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        found = [one for one in await shown(station) if one.about == "objection"]
        assert len(found) == 1 or not told
        assert all(one.unseen or one.said is None for one in found)  # None: from the journal
    for path in place.village.data.rglob("*"):
        assert not path.is_file() or WORDS.encode() not in path.read_bytes()


async def throw_away(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.serving().filings.throw_away(OWN)


async def it_lies_in_the_bin_or_not_and_comes_back(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        opened, filings = await station.unlocking.unlock(Proof()), station.serving().filings
        assert len(await filings.in_bin(opened)) == 1 or not told
        await filings.put_back(OWN)
        found = await filings.find(opened, OWN)
        assert found.texts == BEFORE
        assert len(await station.papers.pages(opened.vault, OWN)) == 1


ACTIONS = [
    Action("station: keep what is written", begun, save, it_says_either),
    Action(
        "station: put what is written into the bin",
        begun,
        throw_away,
        it_lies_in_the_bin_or_not_and_comes_back,
    ),
    Action("station: send what was written", begun, send, it_is_sent_once_with_its_photo),
    Action("station: send unseen", begun, send_unseen, it_was_sent_unseen_or_not_at_all),
]
