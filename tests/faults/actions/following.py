"""After handing in, at the station: papers that follow and second versions leave once, or wait."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from protocol.envelope.payloads import FollowUp, Outcome, read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.ids import ApplicationId
from protocol.records.followups import Said, Supplement
from protocol.records.taken_in import Owed, TakenIn
from station_agent.app import Station
from station_agent.drafts.following import Begun, Following, FollowingDrafts
from station_agent.followups.calls import SendFollowUp
from station_agent.papers.earlier import EarlierPages
from station_agent.papers.pages import NewPage
from station_agent.papers.wanted import Wanted
from station_agent.store import versions
from station_agent.store.desk import owed
from tests.builders.clerk import CLERK
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.drafts.typing import FIRST, opened_by, types
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import in_pieces
from tests.station_agent.village import Village

UNTIL = "2099-01-31"
LETTER = TakenIn(owed=(Owed(material="letter", until=UNTIL),))


@dataclass
class Place:
    """A station with an application, and what follows it."""

    village: Village
    own: str = ""  # draft of what follows
    pages: list[str] = field(default_factory=list)


async def brings(station: Station, application: str, *widths: int) -> None:
    for width in widths:
        new = NewPage(application=ApplicationId(application), material="photo", wanted=Wanted())
        await station.papers.add(new, in_pieces(scans.picture(width)))


async def begins(place: Place, station: Station, kind: Following) -> Begun:
    following = FollowingDrafts(drafts=station.drafts, randomness=place.village.randomness)
    begun = await following.begin(opened_by(station), FIRST, kind)
    place.own = begun.draft
    return begun


async def handed_in(root: Path, taken: TakenIn, *widths: int) -> Place:
    """With a page of each width; each takes a process of its own."""
    place = Place(village=Village(root))
    async with place.village.open() as station:
        await types(station, {"name": "黄秀英"})
        await brings(station, FIRST, *widths)
        await hands_in(place, station, FIRST, taken)
        await place.village.exchange(station)
    return place


async def hands_in(
    place: Place, station: Station, own: str, taken: TakenIn, corrects: str = ""
) -> None:
    pages = await station.papers.sealed(opened_by(station).vault, ApplicationId(own))
    submission = place.village.submission(application=own)
    await station.intake.submit(replace(submission, taken=taken, corrects=corrects), pages=pages)


async def with_papers_to_send(root: Path) -> Place:
    place = await handed_in(root, LETTER)
    async with place.village.open() as station:
        await begins(place, station, Following.SUPPLEMENT)
        new = NewPage(application=ApplicationId(place.own), material="letter", wanted=Wanted())
        await station.papers.add(new, in_pieces(scans.picture(320)))
    return place


async def sends(place: Place, station: Station) -> None:
    own = ApplicationId(place.own)
    pages = await station.papers.sealed(opened_by(station).vault, own)
    said = Said(subject=Supplement())
    wanted = SendFollowUp(follow_up=own, application=FIRST, said=said)
    await station.follow_ups.send(CLERK, wanted, pages=pages)


async def send(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await sends(place, station)


async def they_reach_the_county_once(place: Place, told: bool) -> None:
    village = place.village
    async with village.open() as station:
        own = ApplicationId(place.own)
        sent = await station.follow_ups.application_of(own) == FIRST
        assert sent or not told
        assert (await station.drafts.find(opened_by(station), own) is None) is sent
        assert len(await station.database.read(owed.every)) == int(not sent)
        if not sent:
            await sends(place, station)
        await station.upkeep.housekeeping.hourly()
        await village.exchange(station)
        assert await station.database.read(owed.every) == []
    keys = village.county.keys.opening
    payloads = [
        read_payload(one.open(keys[SuiteNumber(one.header.suite)]))
        for one in village.parent.envelopes.values()
    ]
    (followed,) = [one for one in payloads if isinstance(one, FollowUp)]
    assert followed.follow_up.hex() == place.own
    assert [one.name for one in followed.attachments] == ["letter-1.jpg"]
    assert village.parent.whole() >= {one.blob for one in followed.attachments}


async def returned(root: Path) -> Place:
    place = await handed_in(root, TakenIn(), 200, 210)
    village = place.village
    async with village.open() as station:
        decision, _ = village.county.decision(bytes.fromhex(FIRST), outcome=Outcome.CORRECTION)
        village.parent.send(decision)
        await village.exchange(station)
    return place


async def begin(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await begins_with_pages(place, station)


async def begins_with_pages(place: Place, station: Station) -> None:
    begun = await begins(place, station, Following.CORRECTION)
    earlier = EarlierPages(station.papers)
    await earlier.bring(opened_by(station).vault, FIRST, begun.draft)


async def it_is_begun_once(place: Place, told: bool) -> None:
    async with place.village.open() as station:
        before = (await station.drafts.told(opened_by(station))).open
        assert len(before) <= 1
        assert before or not told
        await begins_with_pages(place, station)  # the clerk presses the button again
        (draft,) = (await station.drafts.told(opened_by(station))).open
        assert (draft.application, draft.earlier) == (place.own, FIRST)
        pages = await station.papers.pages(opened_by(station).vault, draft.application)
        assert [one.width for one in pages] == [200, 210]


async def corrected(root: Path) -> Place:
    place = await returned(root)
    async with place.village.open() as station:
        await begins_with_pages(place, station)
    return place


async def answer(place: Place, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await hands_in(place, station, place.own, LETTER, FIRST)


async def one_second_version_names_the_first(place: Place, told: bool) -> None:
    village = place.village
    async with village.open() as station:
        own = ApplicationId(place.own)
        sent = await station.drafts.is_handed_in(own)
        assert sent or not told
        if not sent:
            await hands_in(place, station, own, LETTER, FIRST)
        await village.exchange(station)
        assert await station.database.read(lambda tx: versions.later_of(tx, FIRST)) == own
        (paper,) = await station.database.read(owed.every)
        assert (paper.application, paper.until) == (own, UNTIL)
    assert village.county.open(village.envelope_of(own)).corrects.hex() == FIRST
    assert len(village.parent.envelopes) == 2


ACTIONS = [
    Action(
        "station: send papers that follow", with_papers_to_send, send, they_reach_the_county_once
    ),
    Action("station: begin a correction", returned, begin, it_is_begun_once),
    Action("station: hand in a correction", corrected, answer, one_second_version_names_the_first),
]
