"""What comes over a line: frames, messages, envelopes, payloads, blobs, refusals.

Where a signature or a seal stands before a parser, the target signs or seals the damaged bytes
anew: an attacker may be a node with keys of its own.
"""

import json
from collections.abc import Iterator, Sequence

from protocol.codec import altered, pack, unpack
from protocol.envelope.blob import open_chunks, seal_chunks
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import read_envelope
from protocol.envelope.keys import Context, Signed
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedBlock,
    VoidedRun,
    Wanted,
)
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeApproved,
    OfficeEvents,
    OfficeRequest,
)
from protocol.envelope.payloads import (
    Answer,
    Application,
    Attachment,
    Decision,
    FollowUp,
    Mark,
    Outcome,
    Payload,
    Receipt,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Statement,
    open_mark,
    open_statement,
    payload_bytes,
    read_payload,
    sign_statement,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.envelope.suites import SuiteNumber
from protocol.envelope.vault_county import CountySlot
from protocol.errors import LineError
from protocol.exchange.messages import (
    KINDS,
    Ack,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
    Want,
)
from protocol.exchange.refusal import read_refusal, refusal_bytes, refusal_of
from protocol.exchange.session import Session
from protocol.exchange.wire import FrameReader, encode
from protocol.numbers.number import Number, NumberKind
from protocol.records.followups import Said, Visit
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from protocol.records.taken_in import Mode, Page, TakenIn
from protocol.trust.reports.health import Health, Heard, read_health, sign_health
from tests.builders.envelopes import COUNTY, STATION, keys_of, make_header, seal
from tests.fuzz.target import Target

NAME, DIGEST = b"12345678", b"d" * 32
COUNTY_KEYS, STATION_KEYS = keys_of(COUNTY), keys_of(STATION)
COUNTY_PUBLIC = COUNTY_KEYS.signer.public_bytes()
HELLO = Hello(versions=(1,), instance=NAME, exchange=NAME, seen=(NAME, 3), roster=1)
HEALTH = Health(
    node=bytes.fromhex(STATION),
    number=7,
    program="0.1.0",
    roster=1,
    release=2,
    clock_error_ms=-3,
    conditions=("disk-low",),
)
ATTACHMENT = Attachment(
    material="id-card", name="a.jpg", size=10, sha256=DIGEST, blob=DIGEST, key=DIGEST
)
HEARD = (Heard(node=NAME, age_s=3, word=b"word"), Heard(node=b"abcdefgh", age_s=None))
MESSAGES: Sequence[Message] = (
    HELLO,
    altered(HELLO, heard=HEARD),
    Offer(envelopes=(NAME, b"abcdefgh"), blobs=(NAME + NAME,)),
    Want(have_envelopes=b"\x00\x01", have_blob_bytes=(5,)),
    EnvelopeItem(wire=b"wire" * 20),
    Part(blob=DIGEST, size=100, offset=3, data=b"data"),
    Ack(upto=2, refused=((1, "peer.malformed"),)),
    Idle(sent=1, got=2),
)
STATEMENT = Statement(
    county=bytes.fromhex(COUNTY),
    instance=NAME,
    at_ms=1,
    lines=(ReceiptLine(envelope=DIGEST, state=ReceiptState.SAFE, number=1, case="1"),),
)
NUMBER = "451423-2026-1-041000017-482915-45"
NUMBERS = NumberBlock(
    block=NAME, issuer="451423", kind=NumberKind.CASE, year=2026, first=1, last=100, start=NAME
)
PAYLOADS: Sequence[Payload] = (
    Application(
        application=b"a" * 16,
        item="pension",
        release=1,
        form=json.dumps({"name": "样福丽", "age": 61}),
        attachments=(ATTACHMENT,),
        taken=TakenIn(clerk="农小芳", mode=Mode.AGENT, pages=(Page(attachment=0),)),
    ),
    FollowUp(
        follow_up=b"f" * 16,
        application=b"a" * 16,
        said=Said(subject=Visit(visitors=("甲", "乙"), words="属实"), at_ms=1),
        attachments=(ATTACHMENT,),
    ),
    Answer(follow_up=b"f" * 16, words="已查明。", n=1, at_ms=1),
    sign_statement(COUNTY_KEYS.signer, STATEMENT),
    Decision(
        application=b"a" * 16,
        case="1",
        outcome=Outcome.APPROVED,
        note="准予",
        n=1,
        at_ms=1,
        attachments=(ATTACHMENT,),
    ),
    Rejection(envelope=DIGEST, code="peer.unopenable", detail="why", n=1, at_ms=1),
    Rejection(
        envelope=DIGEST,
        code="review.rejected",
        detail="",
        n=1,
        at_ms=1,
        application=DIGEST[:16],
    ),
    NumberReport(
        uses=(
            BlockUse(block=NUMBERS, next=9, voided=(VoidedRun(first=2, last=3, reason="写坏"),)),
        ),
        wanted=(Wanted(kind=NumberKind.CASE, year=2026),),
        number=NUMBER,
        application=b"a" * 16,
    ),
    DeskRequest(
        vault=DIGEST,
        slot=CountySlot(suite=2, key=NAME, sealed=b"slot"),
        desk=DIGEST,
        clerk="韦小芳",
        at_ms=1,
    ),
    DeskRelease(desk=DIGEST, sealed=b"release"),
    OfficeRequest(xwing=bytes(1216), x25519=DIGEST, name="农梅"),
    OfficeApproved(key=NAME),
    OfficeEvents(station=NAME, application=DIGEST[:16], turn=2, first=3, events=(b"e",)),
    OfficeAnswer(station=NAME, application=DIGEST[:16], turn=2, upto=2, over=True),
    Publicity(
        application=DIGEST[:16],
        case="c",
        poster=Poster(
            title="低保",
            days=7,
            unit=WindowUnit.DAYS,
            lines=(PosterLine(label="姓名", text="黄小明"),),
        ),
        n=1,
        at_ms=1,
    ),
    Circular(circular=DIGEST[:16], title="停电", words="明天停电。", at_ms=1),
    Numbers(blocks=(NUMBERS,), voided=(VoidedBlock(block=NAME, reason="电脑已更换"),)),
)
_KEY = b"k" * 32
_PIECE = 700  # bytes in which a line delivers


def _number(data: bytes) -> None:
    """As somebody types it, or another node's payload has it."""
    Number.read(data.decode("utf-8", "replace"))


def _frames(data: bytes) -> None:
    reader = FrameReader()
    for at in range(0, len(data), _PIECE):
        list(reader.feed(data[at : at + _PIECE]))


def _message(data: bytes) -> None:
    """The first byte says which message the rest is taken for."""
    if data:
        unpack(data[1:], KINDS[data[0] % len(KINDS) + 1])


def _session(data: bytes) -> None:
    """Frames in any order, as a hostile peer may send them."""
    session = Session(HELLO)
    for message in FrameReader().feed(data):
        session.receive(message)
        if not session.caught_up:
            session.stored(session.arrived)
        session.data_to_send()


def _envelope(data: bytes) -> None:
    read_envelope(data).check(STATION_KEYS.signer.public_bytes())


def _signed_envelope(data: bytes) -> None:
    signature = STATION_KEYS.signer.sign(Context.ENVELOPE, data)
    envelope = read_envelope(pack(Signed(body=data, signature=signature)))
    envelope.check(STATION_KEYS.signer.public_bytes())
    envelope.open(COUNTY_KEYS.opening[SuiteNumber.X25519])


def _sealed_payload(data: bytes) -> None:
    envelope = seal(data[:30_000], make_header(suite=SuiteNumber.X25519))
    payload = read_payload(envelope.open(COUNTY_KEYS.opening[SuiteNumber.X25519]))
    if isinstance(payload, Receipt):
        open_statement(COUNTY_PUBLIC, payload)


def _statement(data: bytes) -> None:
    signature = COUNTY_KEYS.signer.sign(Context.RECEIPT, data)
    open_statement(COUNTY_PUBLIC, Receipt(statement=pack(Signed(body=data, signature=signature))))


def _mark(data: bytes) -> None:
    signature = COUNTY_KEYS.signer.sign(Context.MARK, data)
    open_mark(COUNTY_PUBLIC, pack(Signed(body=data, signature=signature)))


def _health(data: bytes) -> None:
    read_health(data, lambda _: STATION_KEYS.signer.public_bytes())


def _health_signed_anew(data: bytes) -> None:
    signature = STATION_KEYS.signer.sign(Context.HEALTH, data)
    _health(pack(Signed(body=data, signature=signature)))


def _blob(data: bytes) -> None:
    for _ in open_chunks(_KEY, [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]):
        pass


def _refusal(data: bytes) -> None:
    read_refusal(data, None)
    read_refusal(data, COUNTY_PUBLIC)


def targets() -> Iterator[Target]:
    """The parsers of an exchange."""
    frames = [encode(message) for message in MESSAGES]
    bodies = [bytes([m.TAG - 1]) + encode(m)[5:] for m in MESSAGES]
    good = seal(payload_bytes(PAYLOADS[0]), make_header(suite=SuiteNumber.X25519))
    thick = seal(payload_bytes(PAYLOADS[1]), make_header())
    payloads = [payload_bytes(payload) for payload in PAYLOADS]
    blobs = [b"".join(seal_chunks(_KEY, [b"x" * size])) for size in (0, 100, 70_000)]
    error = refusal_of(LineError("busy"), node=COUNTY, at_ms=1, retry_after_s=30)
    refusal = refusal_bytes(COUNTY_KEYS.signer, error)
    yield Target(name="frames", corpus=[*frames, b"".join(frames)], parse=_frames)
    yield Target(name="message", corpus=bodies, parse=_message)
    yield Target(name="number", corpus=[NUMBER.encode()], parse=_number)
    yield Target(name="session", corpus=[b"".join(frames), *frames], parse=_session)
    yield Target(name="envelope", corpus=[good.wire, thick.wire], parse=_envelope)
    signed = [good.signed, thick.signed]
    yield Target(name="envelope, signed anew", corpus=signed, parse=_signed_envelope)
    yield Target(name="payload", corpus=payloads, parse=read_payload)
    yield Target(name="payload, sealed anew", corpus=payloads, parse=_sealed_payload)
    yield Target(name="statement, signed anew", corpus=[pack(STATEMENT)], parse=_statement)
    mark = Mark(county=NAME, instance=NAME, number=7)
    yield Target(name="mark, signed anew", corpus=[pack(mark)], parse=_mark)
    word = sign_health(STATION_KEYS.signer, HEALTH)
    yield Target(name="health", corpus=[word], parse=_health)
    yield Target(name="health, signed anew", corpus=[pack(HEALTH)], parse=_health_signed_anew)
    yield Target(name="blob", corpus=blobs, parse=_blob)
    yield Target(name="refusal", corpus=[refusal], parse=_refusal)
