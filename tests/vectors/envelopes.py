"""Vectors of envelopes, of their headers, and of the payloads inside."""

import hashlib
from collections.abc import Callable
from functools import partial

import msgpack

from protocol.codec import pack, unpack
from protocol.envelope.envelope import Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import Context, Signed, SoftwareSigner, key_name
from protocol.envelope.payloads import (
    Payload,
    payload_bytes,
    read_payload,
)
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.ids import NodeId
from tests.vectors import actors
from tests.vectors.actors import AT_MS, COUNTY, STATION, some_bytes
from tests.vectors.payloads import BLOB, PAYLOADS
from tests.vectors.plain import Vector, fields, record

_NAMES = {COUNTY: "county", STATION: "station"}


def _header(
    *,
    suite: SuiteNumber = SuiteNumber.XWING,
    origin: NodeId = STATION,
    to: NodeId = COUNTY,
    seq: int = 1,
    lane: Lane = Lane.APPLICATIONS,
    created: tuple[int, int | None] = (AT_MS, None),
    pred: tuple[bytes, int] | None = None,
    blobs: tuple[tuple[bytes, int], ...] = (),
) -> Header:
    return Header(
        version=1,
        suite=suite,
        origin=bytes.fromhex(origin),
        incarnation=actors.INCARNATION,
        seq=seq,
        to=bytes.fromhex(to),
        lane=lane,
        created=created,
        key=key_name(actors.opening_key(_NAMES[to], suite).public_bytes()),
        pred=pred,
        blobs=blobs,
    )


def _full_header() -> Header:
    return _header(
        created=(AT_MS, AT_MS + 1),
        pred=(actors.EARLIER_INCARNATION, 300),
        blobs=(BLOB, (some_bytes("another blob"), 16)),
    )


def _down(payload: str, suite: SuiteNumber, lane: Lane) -> Vector:
    header = _header(suite=suite, origin=COUNTY, to=STATION, seq=65_536, lane=lane)
    return _envelope(payload, header)


def _envelope(payload: str, header: Header) -> Vector:
    origin = actors.signer(_NAMES[NodeId(header.origin.hex())])
    suite = SuiteNumber(header.suite)
    recipient = actors.opening_key(_NAMES[NodeId(header.to.hex())], suite)
    plain = payload_bytes(PAYLOADS[payload])
    envelope = seal_envelope(plain, header, recipient.public_bytes(), origin)
    return {
        "kind": "envelope",
        "origin_secret": origin.secret,
        "origin_public": origin.public_bytes(),
        "recipient_secret": recipient.secret,
        "recipient_public": recipient.public_bytes(),
        "header": fields(header),
        "header_bytes": envelope.header_bytes,
        "payload": plain,
        "wire": envelope.wire,
        "signature": envelope.signature,
        "id": envelope.id,
    }


def check_envelope(vector: Vector) -> None:
    envelope, header = read_envelope(vector["wire"]), record(Header, vector["header"])
    assert envelope.header == header
    assert pack(header) == vector["header_bytes"] == envelope.header_bytes
    assert pack([envelope.header_bytes, envelope.sealed]) == envelope.signed
    assert pack(Signed(body=envelope.signed, signature=envelope.signature)) == vector["wire"]
    assert hashlib.sha256(envelope.signed).digest() == vector["id"] == envelope.id

    origin = SoftwareSigner(vector["origin_secret"])
    assert origin.public_bytes() == vector["origin_public"]
    assert origin.sign(Context.ENVELOPE, envelope.signed) == vector["signature"]
    assert envelope.signature == vector["signature"]
    envelope.check(vector["origin_public"])

    recipient = SoftwareOpeningKey(SuiteNumber(header.suite), vector["recipient_secret"])
    assert recipient.public_bytes() == vector["recipient_public"]
    assert envelope.open(recipient) == vector["payload"]
    again = seal_envelope(vector["payload"], header, vector["recipient_public"], origin)
    assert again == read_envelope(again.wire)
    assert again.open(recipient) == vector["payload"]


def _header_vector(header: Header) -> Vector:
    return {"kind": "header", "header": fields(header), "bytes": pack(header)}


def check_header(vector: Vector) -> None:
    header = record(Header, vector["header"])
    assert pack(header) == vector["bytes"]
    assert unpack(vector["bytes"], Header) == header
    assert msgpack.unpackb(vector["bytes"]) == vector["header"]


def _payload_vector(payload: Payload) -> Vector:
    return {"kind": "payload", "payload": fields(payload), "bytes": payload_bytes(payload)}


def check_payload(vector: Vector) -> None:
    payload = read_payload(vector["bytes"])
    assert fields_as_lists(payload) == vector["payload"]
    assert payload_bytes(record(type(payload), vector["payload"])) == vector["bytes"]


def fields_as_lists(payload: Payload) -> object:
    """As JSON has them, which knows no tuples."""
    return msgpack.unpackb(msgpack.packb(fields(payload)))


MAKE: dict[str, Callable[[], Vector]] = {
    "envelope-suite-1": lambda: _envelope("application", _header()),
    "envelope-suite-1-all-fields": lambda: _envelope("application-attached", _full_header()),
    "envelope-suite-1-down": lambda: _down("decision", SuiteNumber.XWING, Lane.RESULTS),
    "envelope-suite-2": lambda: _envelope("application", _header(suite=SuiteNumber.X25519, seq=2)),
    "envelope-suite-2-down": lambda: _down("receipt", SuiteNumber.X25519, Lane.CONTROL),
    "header-usual": lambda: _header_vector(_header()),
    "header-all-fields": lambda: _header_vector(_full_header()),
    "header-largest-numbers": lambda: _header_vector(
        _header(seq=2**53 - 1, created=(2**53 - 1, 0), lane=Lane.RESULTS)
    ),
    **{f"payload-{name}": partial(_payload_vector, payload) for name, payload in PAYLOADS.items()},
}
CHECK = {"envelope": check_envelope, "header": check_header, "payload": check_payload}
