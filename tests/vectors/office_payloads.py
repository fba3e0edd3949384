"""The payloads between county and township offices."""

from protocol.casework.events.log import Event
from protocol.casework.events.offices import OfficeGiven
from protocol.casework.events.opening import Accepted, Received
from protocol.casework.events.wire import event_bytes
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeApproved,
    OfficeCase,
    OfficeErase,
    OfficeEvents,
    OfficeNews,
    OfficeRequest,
)
from protocol.envelope.payloads import Attachment, Payload
from protocol.records.followups import NewContact, Said
from protocol.records.taken_in import TakenIn
from tests.vectors.actors import AT_MS, some_bytes

_RECEIVED = Event(n=1, at_ms=AT_MS, by="", body=Received())
_GIVEN = Event(
    n=2,
    at_ms=AT_MS,
    by="",
    body=OfficeGiven(office="a1" * 8, name="水口镇社会事务办公室", key="0b" * 8),
)
_ACCEPTED = Event(
    n=3, at_ms=AT_MS, by="农梅", right="水口镇社会事务办公室", body=Accepted(node="look")
)

OFFICE_PAYLOADS: dict[str, Payload] = {
    "office-request": OfficeRequest(
        xwing=some_bytes("office key", 1216), x25519=some_bytes("office"), name="农梅", at_ms=AT_MS
    ),
    "office-approved": OfficeApproved(key=some_bytes("office key", 8)),
    "office-case": OfficeCase(
        station=some_bytes("station", 8),
        application=some_bytes("application", 16),
        turn=2,
        case="451423-2026-000001",
        given="451423-2026-SL041000085",
        item="low-income",
        release=3,
        entry='{"name":"最低生活保障"}'.encode(),
        library={"material:id-card": '{"name":"居民身份证"}'.encode()},
        form='{"name":"黄小明"}',
        taken=TakenIn(clerk="韦小芳"),
        events=event_bytes([_RECEIVED, _GIVEN]),
        due="2026-12-11",
        attachments=(
            Attachment(
                material="id-card",
                name="身份证.jpg",
                size=5,
                sha256=some_bytes("file"),
                blob=some_bytes("blob"),
                key=some_bytes("content key"),
            ),
        ),
    ),
    "office-events": OfficeEvents(
        station=some_bytes("station", 8),
        application=some_bytes("application", 16),
        turn=2,
        first=3,
        events=event_bytes([_ACCEPTED]),
    ),
    "office-news": OfficeNews(
        station=some_bytes("station", 8),
        application=some_bytes("application", 16),
        turn=2,
        ref="0c" * 16,
        said=Said(subject=NewContact(phone="19900000001"), clerk="农梅"),
        came_ms=AT_MS,
    ),
    "office-erase": OfficeErase(
        station=some_bytes("station", 8), application=some_bytes("application", 16), turn=2
    ),
    "office-answer": OfficeAnswer(
        station=some_bytes("station", 8),
        application=some_bytes("application", 16),
        turn=2,
        upto=3,
        over=True,
        code="case.reclaimed",
        words="乡镇电脑损坏",
    ),
}
