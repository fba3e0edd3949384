"""A case that a county gave to the office of a hub: as it lies there after its envelope came."""

import json
from collections.abc import Mapping
from typing import Any

from central.hub.offices.book import Book
from central.hub.offices.calls import ActAtOffice
from central.hub.offices.purging import OfficePurge
from central.hub.offices.ring import OfficeRing
from central.hub.offices.sending import Sending
from central.hub.offices.service import HubOffice
from central.hub.record import LogRecord
from central.relay.service import Relay
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.events.offices import OfficeGiven, OfficeReclaimed, OfficeWanted
from protocol.casework.events.opening import Received
from protocol.casework.events.wire import event_bytes
from protocol.envelope.attachments import Attachment
from protocol.envelope.office_payloads import OfficeCase, OfficeErase, OfficeNews
from protocol.ids import NodeId
from protocol.ports import Randomness
from runtime.actor import Actor

CASE, NAME = "451423-2026-EB000031", "水口镇社会事务办公室"
_OFFICE = {"tier": "township", "office": "社会事务办公室"}
ITEM = {
    "id": "low-income",
    "name": "最低生活保障审核确认",
    "department": "县民政局",
    "materials": [{"id": "income", "name": "家庭收入声明"}],
    "flow": [
        {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
        {"id": "r", "kind": "review", "name": "入户审核", **_OFFICE},
        {"id": "d", "kind": "decision", "name": "确认"},
    ],
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "申请人姓名"},
            "people": {"type": "integer", "title": "家庭人口"},
        },
        "required": ["name"],
    },
}

DECIDED_HERE = ITEM | {
    "flow": [
        {"id": "a", "kind": "acceptance", "name": "受理", **_OFFICE},
        {"id": "d", "kind": "decision", "name": "决定", **_OFFICE, "in_name": "township"},
    ]
}


def purge_of(hub: Relay) -> OfficePurge:
    """What lets go of old copies at this hub."""
    return OfficePurge(relay=hub, database=hub.queue.files.folder.parent / "hub.db")


def case_of(
    office: NodeId,
    *,
    station: NodeId,
    again: bool = False,
    number: str = CASE,
    application: bytes = bytes(16),
    at_ms: int = 1_790_000_000_000,
    item: Mapping[str, object] = ITEM,
) -> OfficeCase:
    """As the county seals it; ``again``: after it was taken back once."""
    given = OfficeGiven(office=office, name=NAME, key="0b" * 8)
    events = [
        Event(n=1, at_ms=at_ms, by="", body=Received()),
        Event(n=2, at_ms=at_ms + 60_000, by="", body=given),
    ]
    if again:
        bodies: tuple[AnyBody, ...] = (OfficeReclaimed(note="电脑损坏"), OfficeWanted(), given)
        events += [
            Event(n=n, at_ms=at_ms + n * 60_000, by="黄局", body=body)
            for n, body in enumerate(bodies, 3)
        ]
    paper = Attachment(
        material="income",
        name="收入声明.jpg",
        size=181_204,
        sha256=bytes(32),
        blob=bytes(32),
        key=bytes(32),
    )
    return OfficeCase(
        station=bytes.fromhex(station),
        application=application,
        turn=len(events),
        case=number,
        item="low-income",
        release=1,
        entry=json.dumps(item, ensure_ascii=False).encode(),
        form='{"name":"黄小明","people":3}',
        events=event_bytes(events),
        due="2026-12-11",
        attachments=(paper,),
    )


async def open_office(relay: Relay, chance: Randomness) -> Book:
    """A key for the office of the hub of ``relay``, and its book."""
    ring = OfficeRing.load(relay.queue.files.folder.parent)
    if not ring.pairs:
        await ring.make(chance)
    return Book(ring=ring)


async def give(relay: Relay, chance: Randomness, given: OfficeCase) -> None:
    """Let a case lie at the office."""
    book, now_ms = await open_office(relay, chance), relay.clock.now_ms()
    await relay.store.transact(lambda session: book.take(session, given, now_ms))


async def act(relay: Relay, chance: Randomness, case: str, action: str, **fields: Any) -> None:
    """Somebody at the office does something."""
    book = await open_office(relay, chance)
    office = HubOffice(
        relay=relay,
        book=book,
        sending=Sending.of(relay, book),
        randomness=chance,
        record=LogRecord(),
    )
    wanted = ActAtOffice(case=case, action=action, note="情况属实", fields=fields)
    await office.act(Actor.at_command_line("农梅"), wanted)


async def tell(relay: Relay, chance: Randomness, told: OfficeNews | OfficeErase) -> None:
    """Let what the county says of a case come, as its envelope brings it."""
    book = await open_office(relay, chance)
    take = book.came if isinstance(told, OfficeNews) else book.erase
    await relay.store.transact(lambda session: take(session, told))  # type: ignore[arg-type]
