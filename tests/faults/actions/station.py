"""What a station writes: applications, what comes down, sticks, housekeeping."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from protocol.envelope.envelope import Envelope, read_envelope
from protocol.envelope.payloads import ReceiptState
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.ids import ApplicationId, BlobId
from protocol.limits import PART_BYTES
from protocol.trust.edition import Kind
from runtime.disk.space import DiskSpace
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.opening import recover_station
from station_agent.store import editions
from station_agent.store.db import Transaction
from station_agent.store.disk import Disk
from station_agent.upkeep.damaged_database import is_sound
from tests.builders.clerk import result_of, status_of
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.carrying import at_the_office, export, pack, take_in
from tests.station_agent.county import CATALOGUE, COUNTY
from tests.station_agent.village import Village

NONE = ApplicationId("")
PAPER = b"%PDF" * 40_000  # three parts


class SmallDisk(Disk):
    """Big enough to hold a ballast, which is a small one."""

    def room(self) -> DiskSpace:
        return DiskSpace(8_000_000, 10_000_000)


@dataclass
class Post:
    """A station with one application at the parent, and one more that is about to be made."""

    village: Village
    stick: Path
    earlier: ApplicationId = NONE
    next: Submission | None = None
    items: list[Item] = field(default_factory=list)

    async def saved(self, station: Station) -> set[str]:
        status = await status_of(station)
        return {one["application"] for one in status["applications"]}

    @property
    def submission(self) -> Submission:
        assert self.next is not None
        return self.next

    async def reaches_the_parent_once(self, station: Station) -> None:
        """Everything that is saved, with its files."""
        await self.village.exchange(station)
        envelopes = self.village.parent.envelopes.values()
        arrived = [self.village.county.open(one).application.hex() for one in envelopes]
        assert sorted(arrived) == sorted(await self.saved(station))
        named = {blob for one in envelopes for blob, _ in one.blobs}
        assert set(self.village.parent.whole()) == named


async def post(root: Path) -> Post:
    village = Village(root)
    made = Post(village=village, stick=root / "stick")
    async with village.open() as station:
        made.earlier = await village.submit(station, ("photo", village.file(3000)))
        await village.exchange(station)
    made.next = village.submission(files=[("photo", village.file(70_000))])
    return made


# an application


async def submit(place: Post, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.intake.submit(place.submission)


async def it_is_saved_once(place: Post, told: bool) -> None:
    async with place.village.open() as station:
        await station.upkeep.housekeeping.hourly()
        saved = await place.saved(station)
        assert saved - {place.submission.application} == {place.earlier}
        assert place.submission.application in saved or not told
        kept = [path for path in (place.village.data / "blobs").glob("*/*/*") if path.is_file()]
        assert len(kept) == len(saved)
        await station.intake.submit(place.submission)  # the clerk is not sure and tries again
        await place.reaches_the_parent_once(station)


async def first_post(root: Path) -> Post:
    """No application was ever made: journal and incarnations begin."""
    village = Village(root)
    async with village.open():
        pass
    submission = village.submission(files=[("photo", village.file(70_000))])
    return Post(village=village, stick=root / "stick", next=submission)


async def it_is_saved_first(place: Post, told: bool) -> None:
    async with place.village.open() as station:
        saved = await place.saved(station)
        assert saved == {place.submission.application} or (not saved and not told)
        await station.intake.submit(place.submission)
        await place.reaches_the_parent_once(station)


# what comes down


async def answered(root: Path) -> Post:
    """The county has decided: receipts, a result with a file, a new release, a new roster."""
    place = await post(root)
    village, county = place.village, place.village.county
    envelope = village.envelope_of(place.earlier)
    decision, blobs = county.decision(bytes.fromhex(place.earlier), file=PAPER)
    place.items = [
        EnvelopeItem(wire=county.receipt(envelope.id, ReceiptState.RECEIVED).wire),
        EnvelopeItem(wire=county.receipt(envelope.id, ReceiptState.COMPLETE).wire),
        EnvelopeItem(wire=decision.wire),
        *(part for blob, data in blobs.items() for part in parts(blob, data)),
        county.news(Kind.RELEASE, county.make_release(2, CATALOGUE | {"title": "second"})),
        county.news(Kind.ROSTER, county.make_roster(2)),
    ]
    return place


def parts(blob: BlobId, data: bytes) -> list[Part]:
    return [
        Part(
            origin=bytes.fromhex(COUNTY),
            blob=blob,
            size=len(data),
            offset=at,
            data=data[at : at + PART_BYTES],
        )
        for at in range(0, len(data), PART_BYTES)
    ]


async def arrive(place: Post, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            for number, item in enumerate(place.items, start=1):
                assert await station.exchanges.stores().store(b"exchange", number, [item]) == []


def version(tx: Transaction, kind: Kind) -> int:
    return editions.version(tx, kind)


async def it_arrived_whole(place: Post, told: bool) -> None:
    village = place.village
    async with village.open() as station:
        if told:
            assert await village.state(station, place.earlier) == "decided"
        exchange_store = station.exchanges.stores()
        refused = await exchange_store.store(b"exchang2", len(place.items), place.items)
        assert [code for _, code in refused] in ([], ["peer.unexpected"] * len(refused))
        await exchange_store.store(
            b"exchang3", len(place.items), place.items
        )  # a part may come too early
        assert await village.state(station, place.earlier) == "decided"
        held = {kind: await station.database.read(partial(version, kind=kind)) for kind in Kind}
        assert held == dict.fromkeys(Kind, 2)
        folder = village.data.parent / "result"
        await result_of(station, place.earlier, folder, None)
        assert [path.read_bytes() for path in folder.iterdir()] == [PAPER]


# housekeeping


async def settled(root: Path) -> Post:
    """What was handed in is SAFE and may go; the station was started again since."""
    place = await post(root)
    village = place.village
    place.village.disk = SmallDisk(root)
    async with village.open() as station:
        await station.intake.submit(place.submission)
        safe = village.county.receipt(village.envelope_of(place.earlier).id, ReceiptState.SAFE)
        await station.exchanges.stores().store(b"exchange", 1, [EnvelopeItem(wire=safe.wire)])
    return place


async def keep_house(place: Post, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await station.upkeep.housekeeping.hourly()
            await station.upkeep.housekeeping.daily()
            await station.upkeep.housekeeping.make_room()


async def nothing_needed_went(place: Post, told: bool) -> None:
    async with place.village.open() as station:
        assert await place.saved(station) == {place.earlier, place.submission.application}
        assert await place.village.state(station, place.earlier) in ("safe", "complete")
        await station.upkeep.housekeeping.hourly()
        await place.reaches_the_parent_once(station)
        files = [path for path in (place.village.data / "blobs").glob("*/*/*") if path.is_file()]
        assert len(files) == 1
        assert len(list((place.village.data / "journal").glob("*.log"))) == 1


# sticks


async def carry_out(place: Post, mains: Mains) -> None:
    async with place.village.open() as station:
        await station.intake.submit(place.submission)
        with mains.armed():
            await export(station, place.stick)


async def the_stick_is_valid(place: Post, told: bool) -> None:
    """What is on it can be taken in as it is, and after one more export all of it."""
    village = place.village
    async with village.open() as station:
        if place.stick.exists() and (place.stick / "yizhan").exists():
            carried = await at_the_office(village, place.stick)
            bad = set(carried.refused.values()) - {"stick.incomplete", "stick.unreadable"}
            assert not bad, carried.refused
            assert not (told and carried.refused)
        await export(station, place.stick)
        carried = await at_the_office(village, place.stick)
        assert carried.refused == {}
        await place.reaches_the_parent_once(station)


async def stick_with_answer(root: Path) -> Post:
    place = await answered(root)
    village = place.village
    envelopes = [read(item) for item in place.items if isinstance(item, EnvelopeItem)]
    joined: dict[BlobId, bytes] = {}
    for item in place.items:
        if isinstance(item, Part):
            joined[BlobId(item.blob)] = joined.get(BlobId(item.blob), b"") + item.data
    news = village.county.news(
        Kind.RELEASE, village.county.make_release(2, CATALOGUE | {"title": "second"})
    )
    roster = village.county.news(Kind.ROSTER, village.county.make_roster(2))
    place.stick = root.parent / "stick"  # not of this machine
    pack(village, place.stick, *envelopes, blobs=joined, editions=[news, roster])
    return place


def read(item: EnvelopeItem) -> Envelope:
    return read_envelope(item.wire)


async def carry_in(place: Post, mains: Mains) -> None:
    async with place.village.open() as station:
        with mains.armed():
            await take_in(station, place.stick)


async def it_was_carried_in(place: Post, told: bool) -> None:
    async with place.village.open() as station:
        if told:
            assert await place.village.state(station, place.earlier) == "decided"
        carried = await take_in(station, place.stick)
        assert carried.refused == {}
    await it_arrived_whole(place, told=False)


# salvage


async def damaged(root: Path) -> Post:
    place = await post(root)
    async with place.village.open() as station:
        await station.intake.submit(place.submission)
    path = root / "station.db"
    path.write_bytes(bytes(5000) + path.read_bytes()[5000:])
    return place


async def salvage(place: Post, mains: Mains) -> None:
    with mains.armed():
        await recover_station(place.village.data, randomness=place.village.randomness)


async def it_is_sound_again(place: Post, told: bool) -> None:
    path = place.village.data / "station.db"
    assert is_sound(path) or not told
    await recover_station(place.village.data, randomness=place.village.randomness)
    assert is_sound(path)
    assert (place.village.data / "damaged-1").is_dir()
    async with place.village.open() as station:
        assert await place.saved(station) == {place.earlier, place.submission.application}
        await place.reaches_the_parent_once(station)


# the first start


async def joined(root: Path) -> Post:
    return Post(village=Village(root), stick=root / "stick")


async def start(place: Post, mains: Mains) -> None:
    with mains.armed():
        async with place.village.open(catalogue=False):
            pass


async def it_works(place: Post, told: bool) -> None:
    async with place.village.open() as station:
        await place.village.submit(station)
        await place.reaches_the_parent_once(station)


ACTIONS = [
    Action("station: submit", post, submit, it_is_saved_once),
    Action("station: first submit", first_post, submit, it_is_saved_first),
    Action("station: arrival", answered, arrive, it_arrived_whole),
    Action("station: housekeeping", settled, keep_house, nothing_needed_went),
    Action("station: stick export", post, carry_out, the_stick_is_valid),
    Action("station: stick import", stick_with_answer, carry_in, it_was_carried_in),
    Action("station: salvage", damaged, salvage, it_is_sound_again),
    Action("station: migration", joined, start, it_works),
]
