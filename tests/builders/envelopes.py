"""Nodes with keys from a seed, and envelopes between them, with honest defaults."""

from functools import cache

from protocol.envelope.envelope import Envelope, Header, Lane, seal_envelope
from protocol.envelope.keys import NodeKeys, key_name, new_signer
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.ids import NodeId
from tests.builders.chance import SeededRandomness

COUNTY = NodeId("c0c0c0c0c0c0c0c0")
HUB = NodeId("ab00000000000001")
STATION = NodeId("5a00000000000001")
OTHER_STATION = NodeId("5a00000000000002")

_SEEDS = {COUNTY: 1, HUB: 2, STATION: 3, OTHER_STATION: 4}


@cache
def keys_of(node: NodeId) -> NodeKeys:
    """The keys of one of the nodes above, always the same."""
    chance = SeededRandomness(_SEEDS[node])
    return NodeKeys(
        signer=new_signer(chance),
        opening={suite: new_opening_key(suite, chance) for suite in SuiteNumber},
    )


def make_header(
    *,
    seq: int = 1,
    origin: NodeId = STATION,
    to: NodeId = COUNTY,
    suite: SuiteNumber = SuiteNumber.XWING,
    lane: Lane = Lane.APPLICATIONS,
    incarnation: bytes = b"incarnat",
    pred: tuple[bytes, int] | None = None,
    blobs: tuple[tuple[bytes, int], ...] = (),
    created: tuple[int, int | None] = (1_790_000_000_000, None),
) -> Header:
    """A header of an application on its way from a station to the county."""
    return Header(
        version=1,
        suite=suite,
        origin=bytes.fromhex(origin),
        incarnation=incarnation,
        seq=seq,
        pred=pred,
        to=bytes.fromhex(to),
        lane=lane,
        created=created,
        key=key_name(keys_of(to).public().sealing(suite)),
        blobs=blobs,
    )


def seal(payload: bytes, header: Header | None = None) -> Envelope:
    """A sealed envelope, read back as a receiver sees it."""
    header = header or make_header()
    recipient, origin = NodeId(header.to.hex()), NodeId(header.origin.hex())
    public = keys_of(recipient).public().sealing(SuiteNumber(header.suite))
    return seal_envelope(payload, header, public, keys_of(origin).signer)
