"""Nodes and authority of the vectors. Their secrets are public: made from their names."""

import hashlib

from protocol.envelope.keys import NodeKeys, SoftwareSigner
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.ids import NodeId

COUNTY = NodeId("c001451423000000")
HUB = NodeId("b001451423103000")
STATION = NodeId("5001451423103201")

INCARNATION, EARLIER_INCARNATION = (
    bytes.fromhex("1122334455667788"),
    bytes.fromhex("8877665544332211"),
)
INSTANCE, EXCHANGE = bytes.fromhex("a0a1a2a3a4a5a6a7"), bytes.fromhex("e0e1e2e3e4e5e6e7")
AT_MS = 1_790_000_000_000  # 2026-09-21, UTC


def some_bytes(label: str, size: int = 32) -> bytes:
    """``size`` bytes that look random and are the same each time."""
    blocks = (
        hashlib.sha256(f"yizhan vectors, {label} {n}".encode()) for n in range(-(-size // 32))
    )
    return b"".join(block.digest() for block in blocks)[:size]


def signer(name: str) -> SoftwareSigner:
    return SoftwareSigner(some_bytes(f"{name}, signing"))


def opening_key(name: str, suite: SuiteNumber) -> SoftwareOpeningKey:
    size = 96 if suite is SuiteNumber.XWING else 32
    return SoftwareOpeningKey(suite, some_bytes(f"{name}, suite {suite.value}", size))


def keys_of(name: str) -> NodeKeys:
    return NodeKeys(
        signer=signer(name), opening={suite: opening_key(name, suite) for suite in SuiteNumber}
    )
