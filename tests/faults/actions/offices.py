"""What a hub writes of its township's office: a key, cases that come, steps, and copies that go."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest import mock

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.book import Book
from central.hub.offices.calls import AskKey
from central.hub.offices.mail import OfficeMail
from central.hub.offices.models import OfficeCaseRow, OfficeEventRow
from central.hub.offices.purging import purged
from central.hub.offices.ring import OfficeRing
from central.hub.offices.sending import Sending
from central.hub.offices.service import HubOffice
from central.hub.record import LogRecord
from central.hub.renewal import HubRenewal
from central.relay.ports.role import RelayRole
from central.relay.store.models import SpoolRow
from central.store.migrate import HUB, migrate
from protocol.casework.events.log import Event, kind_of
from protocol.casework.events.wire import read_events
from protocol.codec import altered
from protocol.envelope.envelope import Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeEvents,
    OfficeRequest,
    OfficeTold,
)
from protocol.envelope.payloads import Payload, payload_bytes, read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.ids import BlobRef
from protocol.limits import PART_BYTES
from runtime.actor import Actor
from tests.builders.disks.lasting import lasting_folder
from tests.builders.disks.mains import Mains
from tests.central import nodes as scenery
from tests.central.hub.giving import CASE, act, case_of, purge_of
from tests.central.nodes import NodeRelay
from tests.faults.action import Action
from tests.faults.actions.relay import BLOB, BLOB_ID, Ground, ground, migrated_already

DAY_MS = 86_400_000
STEPS = ("accept", "pass")
DONE = ["accepted", "passed", "office-returned"]


@dataclass
class Office:
    """A hub in a folder with a key of its office, and what its county has sealed for it."""

    root: Path
    items: list[Item]
    answer: list[Item]

    @asynccontextmanager
    async def hub(self) -> AsyncIterator[NodeRelay]:
        nodes = ground().nodes
        with mock.patch.object(scenery, "migrate", migrated_already):
            async with nodes.relay(nodes.hub, name=str(self.root)) as relay:
                book = Book(ring=OfficeRing.load(relay.queue.files.folder.parent))
                renewal = HubRenewal(relay, nodes.scene.randomness)
                mail = OfficeMail(renewal, book, Sending.of(relay, book), relay.clock)
                relay.serve(RelayRole(deliver=mail))
                yield relay

    async def comes(self, hub: NodeRelay, items: list[Item]) -> None:
        """One commit for each thing, as over a slow line; what is here already is passed over."""
        for item in items:
            exchange = hub.queue.randomness.token(8)
            store = hub.exchanges.store_for(ground().nodes.scene.county)
            await store.store(exchange, 1, [item])


@cache
def _pattern() -> Path:
    """Of a hub with the tables of an office: made once, copied often."""
    return lasting_folder("office") / "pattern"


async def office(root: Path) -> Office:
    """A hub whose office has a key, and for which a case is on its way."""
    made, pattern = ground(), _pattern()
    if not pattern.exists():
        await made.copy_to(pattern, made.nodes.hub)
        with mock.patch.object(scenery, "migrate", migrated_already):
            async with made.nodes.relay(made.nodes.hub, name=str(pattern)) as relay:
                await migrate(relay.store, HUB)
                await OfficeRing.load(pattern).make(made.nodes.scene.randomness)
    shutil.copytree(pattern, root)
    given = case_of(made.nodes.hub.node, station=made.village.node)
    (paper,) = given.attachments
    given = altered(given, attachments=(altered(paper, blob=bytes(BLOB_ID)),))
    told = OfficeAnswer(
        station=given.station, application=given.application, turn=2, upto=5, over=True
    )
    ring = OfficeRing.load(root)
    items: list[Item] = [
        _sealed(made, ring, given, 1, with_blob=True),
        *_parts(made.nodes.scene.county),
    ]
    return Office(root=root, items=items, answer=[_sealed(made, ring, told, 2)])


def _parts(county: str) -> list[Part]:
    origin, size = bytes.fromhex(county), len(BLOB)
    return [
        Part(origin=origin, blob=BLOB_ID, size=size, offset=at, data=BLOB[at : at + PART_BYTES])
        for at in range(0, size, PART_BYTES)
    ]


def _sealed(
    made: Ground, ring: OfficeRing, told: OfficeTold, seq: int, *, with_blob: bool = False
) -> EnvelopeItem:
    """By the county, for the office's key."""
    scene, nodes = made.nodes.scene, made.nodes
    request = ring.request(name="", at_ms=0)
    header = Header(
        version=1,
        suite=int(SuiteNumber.XWING),
        origin=bytes.fromhex(scene.county),
        incarnation=b"county!!",
        seq=seq,
        to=bytes.fromhex(nodes.hub.node),
        lane=int(Lane.RESULTS),
        created=(0, None),
        key=key_name(request.xwing),
        blobs=((BLOB_ID, len(BLOB)),) if with_blob else (),
    )
    signer = scene.secrets.node_keys().signer
    return EnvelopeItem(wire=seal_envelope(payload_bytes(told), header, request.xwing, signer).wire)


async def said(hub: NodeRelay) -> list[Payload]:
    """What the hub has sealed for its county, oldest first."""
    key = ground().nodes.scene.keys.opening[SuiteNumber.XWING]

    async def work(session: AsyncSession) -> list[bytes | None]:
        query = select(SpoolRow.wire).where(SpoolRow.origin == hub.node)
        return list(await session.scalars(query.order_by(SpoolRow.position)))

    wires = await hub.store.transact(work)
    return [read_payload(read_envelope(wire).open(key)) for wire in wires if wire]


async def events_of(hub: NodeRelay) -> list[Event]:
    """All that the county can know of, each number once: said again it is the same."""
    found: dict[int, Event] = {}
    for one in await said(hub):
        assert isinstance(one, OfficeEvents)
        for event in read_events(one.events):
            assert found.setdefault(event.n, event) == event
    return [found[n] for n in sorted(found)]


async def rows(hub: NodeRelay) -> tuple[int, int]:
    """Cases and events."""

    async def work(session: AsyncSession) -> tuple[int, int]:
        count = [
            await session.scalar(select(func.count()).select_from(one)) or 0
            for one in (OfficeCaseRow, OfficeEventRow)
        ]
        return count[0], count[1]

    return await hub.store.transact(work)


# a key


async def _ask(hub: NodeRelay, *, anew: bool) -> str:
    book = Book(ring=OfficeRing.load(hub.queue.files.folder.parent))
    service = HubOffice(
        relay=hub,
        book=book,
        sending=Sending.of(hub, book),
        randomness=hub.queue.randomness,
        record=LogRecord(),
    )
    return (await service.ask_key(Actor.at_command_line("农梅"), AskKey(anew=anew))).key


async def ask(place: Office, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await _ask(hub, anew=True)


async def the_key_that_was_asked_for_is_here(place: Office, told: bool) -> None:
    async with place.hub() as hub:
        found = [one for one in await said(hub) if isinstance(one, OfficeRequest)]
        asked = [key_name(one.xwing).hex() for one in found]
        assert asked or not told
        key = await _ask(hub, anew=False)
        assert [one for one in asked if one != key] == []


# a case comes


async def come(place: Office, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await place.comes(hub, place.items)


async def it_is_there_once(place: Office, _: bool) -> None:
    async with place.hub() as hub:
        await place.comes(hub, place.items)
        assert await rows(hub) == (1, 0)
        blob = BlobRef(ground().nodes.scene.county, BLOB_ID)
        assert b"".join(hub.queue.files.pieces(blob)) == BLOB


# steps


async def with_case(root: Path) -> Office:
    place = await office(root)
    async with place.hub() as hub:
        await place.comes(hub, place.items)
    return place


async def do_steps(place: Office, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            for step in STEPS:
                await act(hub, hub.queue.randomness, CASE, step)


async def each_step_was_done_once(place: Office, told: bool) -> None:
    async with place.hub() as hub:
        before = [kind_of(one.body) for one in await events_of(hub)]
        assert before in ([], DONE[:1], DONE)
        assert before == DONE or not told
        assert await rows(hub) == (1, len(before))  # nothing is done that is not sealed
        for step in STEPS[min(len(before), len(STEPS)) :]:
            await act(hub, hub.queue.randomness, CASE, step)
        found = await events_of(hub)
        assert [kind_of(one.body) for one in found] == DONE
        assert [one.n for one in found] == [3, 4, 5]


# copies go


async def given_back(root: Path) -> Office:
    place = await with_case(root)
    async with place.hub() as hub:
        for step in STEPS:
            await act(hub, hub.queue.randomness, CASE, step)
        await place.comes(hub, place.answer)
    return place


async def let_go(place: Office, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await purge_of(hub).erase(hub.clock.now_ms() + 91 * DAY_MS)


async def nothing_is_left(place: Office, told: bool) -> None:
    async with place.hub() as hub:
        assert await rows(hub) in ([(0, 0)] if told else [(0, 0), (1, 3)])
        await purge_of(hub).erase(hub.clock.now_ms() + 91 * DAY_MS)
        assert await rows(hub) == (0, 0)
        assert await hub.store.transact(purged) == 1
        assert not hub.queue.files.has(BlobRef(ground().nodes.scene.county, BLOB_ID))


ACTIONS = [
    Action("hub: ask for a key of the office", office, ask, the_key_that_was_asked_for_is_here),
    Action("hub: a case comes to the office", office, come, it_is_there_once),
    Action("hub: steps of the office", with_case, do_steps, each_step_was_done_once),
    Action("hub: copies of the office go", given_back, let_go, nothing_is_left),
]
