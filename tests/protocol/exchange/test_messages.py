"""Messages can't be illegal: what no honest program sends is refused as it is read."""

from typing import Any

import msgspec
import pytest

from protocol.codec import pack, unpack
from protocol.errors import MalformedError
from protocol.exchange.messages import KINDS, EditionNews, Message
from protocol.limits import (
    MAX_BLOB_BYTES,
    MAX_EDITION_BYTES,
    MAX_ENVELOPE_BYTES,
    OFFER_IDS,
    PART_BYTES,
)

GOOD: dict[str, dict[str, Any]] = {
    "Hello": {"versions": [1], "instance": b"instance", "exchange": b"exchange"},
    "Offer": {"envelopes": [b"prefix-1"], "blobs": [b"station1prefix-2"]},
    "Want": {"have_envelopes": b"\1", "have_blob_bytes": [5]},
    "EnvelopeItem": {"wire": b"wire"},
    "Part": {"origin": b"station1", "blob": b"b" * 32, "size": 10, "offset": 4, "data": b"123456"},
    "EditionNews": {"kind": "release", "version": 2, "base": 1, "proof": b"p", "body": b"b"},
    "Ack": {"upto": 3, "refused": [[2, "peer.signature"]]},
    "Idle": {"sent": 3, "got": 4},
    "Bye": {"code": "line.busy", "retry_after_s": 60},
}
BY_NAME = {kind.__name__: kind for kind in KINDS.values()}


def read(name: str, fields: dict[str, Any]) -> Message:
    keys = {one.name: one.encode_name for one in msgspec.structs.fields(BY_NAME[name])}
    written = {keys.get(field, field): value for field, value in fields.items()}
    return unpack(pack(written), BY_NAME[name], limit=10**6)


def test_every_message_has_its_own_number() -> None:
    assert sorted(KINDS) == list(range(1, 10))
    assert all(tag == kind.TAG for tag, kind in KINDS.items())


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_message_is_taken(name: str) -> None:
    assert unpack(pack(read(name, GOOD[name])), BY_NAME[name]) == read(name, GOOD[name])


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("Hello", {"instance": b"short"}),
        ("Hello", {"exchange": b"too long to be one"}),
        ("Hello", {"seen": [b"short", 1]}),
        ("Hello", {"seen": [b"exchange", -1]}),
        ("Hello", {"seen": [b"exchange", 2**60]}),
        ("Hello", {"county": b"c"}),
        ("Hello", {"roster": -1}),
        ("Hello", {"release": 2**63}),
        ("Hello", {"time_n": -1}),
        ("Hello", {"time_n": 2**53}),
        ("Hello", {"time": bytes(129)}),
        ("Hello", {"linger_s": -1}),
        ("Hello", {"linger_s": 10**6}),
        ("Hello", {"must": ["new"], "new": 1}),
        ("Offer", {"envelopes": [b""]}),
        ("Offer", {"blobs": [b"b" * 32]}),
        ("Offer", {"blobs": [b"prefix-2"]}),
        ("Offer", {"envelopes": [b"prefix-1"] * OFFER_IDS}),
        ("Want", {"have_blob_bytes": ["5"]}),
        ("Want", {"have_blob_bytes": [-1]}),
        ("Want", {"have_blob_bytes": [2**53]}),
        ("EnvelopeItem", {"wire": bytes(MAX_ENVELOPE_BYTES + 1)}),
        ("Part", {"blob": b"short"}),
        ("Part", {"data": b""}),
        ("Part", {"offset": -1}),
        ("Part", {"offset": 5}),
        ("Part", {"size": MAX_BLOB_BYTES + 1, "offset": 0}),
        ("Part", {"origin": b"short"}),
        ("Part", {"size": 10**6, "data": bytes(PART_BYTES + 1)}),
        ("EditionNews", {"kind": "rumour"}),
        ("EditionNews", {"version": 0, "base": 0}),
        ("EditionNews", {"version": 2**53}),
        ("EditionNews", {"base": 2}),
        ("EditionNews", {"base": -1}),
        ("EditionNews", {"body": b""}),
        ("EditionNews", {"blob": b"b" * 32, "size": 5}),
        ("EditionNews", {"body": b"", "blob": b"b", "size": 5}),
        ("EditionNews", {"body": b"", "blob": b"b" * 32}),
        ("EditionNews", {"body": b"", "blob": b"b" * 32, "size": MAX_EDITION_BYTES + 1}),
        ("Ack", {"upto": "3"}),
        ("Ack", {"upto": -1}),
        ("Ack", {"upto": 2**53}),
        ("Ack", {"refused": [[2]]}),
        ("Ack", {"refused": [[2**64 - 1, "peer"]]}),
        ("Idle", {"got": None}),
        ("Idle", {"got": -1}),
        ("Idle", {"sent": 2**53}),
        ("Bye", {"retry_after_s": -5}),
        ("Bye", {"retry_after_s": 10**9}),
    ],
)
def test_a_message_that_no_honest_program_sends_is_refused(
    name: str, changed: dict[str, Any]
) -> None:
    with pytest.raises(MalformedError):
        read(name, GOOD[name] | changed)


def test_the_changes_of_an_edition_may_follow_as_a_blob() -> None:
    fields = GOOD["EditionNews"] | {"body": b"", "blob": b"b" * 32, "size": MAX_EDITION_BYTES}
    assert read("EditionNews", fields) == unpack(pack(fields), EditionNews)
