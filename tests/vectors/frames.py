"""Vectors of frames: every message of an exchange, bare and with all its fields."""

import struct
from collections.abc import Callable
from functools import partial

import msgpack

from protocol.exchange.messages import (
    KINDS,
    Ack,
    Bye,
    EditionNews,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
    Want,
)
from protocol.exchange.wire import FrameReader, encode
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Heard
from tests.vectors.actors import AT_MS, EXCHANGE, HUB, INSTANCE, STATION, some_bytes
from tests.vectors.plain import Vector, fields, record

MESSAGES: dict[str, Message] = {
    "hello": Hello(versions=(1,), instance=INSTANCE, exchange=EXCHANGE),
    "hello-answer": Hello(instance=INSTANCE),
    "hello-all-fields": Hello(
        versions=(1, 2),
        instance=INSTANCE,
        exchange=EXCHANGE,
        seen=(some_bytes("earlier exchange", 8), 300),
        roster=12,
        release=70_000,
        county=some_bytes("county instance", 8),
        time_ms=AT_MS,
        time_n=70_000,
        time=some_bytes("signed time", 97),
        linger_s=55,
    ),
    "hello-health": Hello(
        versions=(1,),
        instance=INSTANCE,
        exchange=EXCHANGE,
        heard=(
            Heard(node=bytes.fromhex(HUB), age_s=0, word=some_bytes("word", 130)),
            Heard(node=bytes.fromhex(STATION), age_s=None),
        ),
    ),
    "offer": Offer(),
    "offer-all-fields": Offer(
        envelopes=tuple(
            some_bytes(f"offered {n}", 8) for n in range(20)
        ),  # 20: a longer array head
        blobs=(bytes.fromhex(STATION) + some_bytes("offered blob", 8),),
    ),
    "want": Want(),
    "want-all-fields": Want(have_envelopes=b"\0\1" * 10, have_blob_bytes=(0, 49_152, 20_971_520)),
    "envelope": EnvelopeItem(wire=some_bytes("wire", 300)),
    "part": Part(
        origin=bytes.fromhex(STATION),
        blob=some_bytes("blob id"),
        size=65_568,
        offset=49_152,
        data=some_bytes("data", 40),
    ),
    "part-of-edition": Part(
        blob=some_bytes("edition id"), size=65_568, offset=49_152, data=some_bytes("data", 40)
    ),
    "edition-inline": EditionNews(
        kind=Kind.ROSTER,
        version=3,
        base=2,
        proof=some_bytes("proof", 200),
        body=some_bytes("body", 70),
    ),
    "edition-as-blob": EditionNews(
        kind=Kind.RELEASE,
        version=8,
        base=0,
        proof=some_bytes("proof", 200),
        blob=some_bytes("edition blob"),
        size=150_000,
    ),
    "ack": Ack(upto=128),
    "ack-all-fields": Ack(upto=300, refused=((2, "signature"), (299, "form.invalid"))),
    "idle": Idle(sent=0, got=65_536),
    "bye": Bye(code="busy"),
    "bye-all-fields": Bye(code="busy", retry_after_s=900),
}


def _frame(message: Message) -> Vector:
    return {
        "kind": "frame",
        "message": type(message).__name__,
        "type": message.TAG,
        "fields": fields(message),
        "frame": encode(message),
    }


def check_frame(vector: Vector) -> None:
    kind, frame = KINDS[vector["type"]], vector["frame"]
    message = record(kind, vector["fields"])
    assert kind.__name__ == vector["message"]
    assert encode(message) == frame
    assert list(FrameReader().feed(frame)) == [message]
    assert struct.unpack_from(">IB", frame) == (len(frame) - 5, vector["type"])
    assert msgpack.unpackb(frame[5:]) == vector["fields"]


MAKE: dict[str, Callable[[], Vector]] = {
    f"frame-{name}": partial(_frame, message) for name, message in MESSAGES.items()
}
CHECK = {"frame": check_frame}
