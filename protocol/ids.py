"""Names of things: how each identifier looks, and how one that comes from outside is checked.

Source: docs/protocol.md section 2.
"""

import re
from typing import NamedTuple, NewType, Self

from protocol.errors import UsageError
from protocol.text import identifier

NodeId = NewType("NodeId", str)
"""16 lower-case hex digits, random, given once at provisioning; outlives the division code."""

ApplicationId = NewType("ApplicationId", str)
"""32 lower-case hex digits (a UUID), made with the draft; the second key against duplicates."""

EnvelopeId = NewType("EnvelopeId", bytes)
"""32 bytes: SHA-256 of the signed bytes of an envelope."""

BlobId = NewType("BlobId", bytes)
"""32 bytes: SHA-256 of a blob's ciphertext (or of a public body, for a release)."""

Instance = NewType("Instance", bytes)
"""8 random bytes: one life of a node's database; new at every restore."""

Incarnation = NewType("Incarnation", bytes)
"""8 random bytes, opened by the first envelope that a process seals after it started."""

ExchangeId = NewType("ExchangeId", bytes)
"""8 random bytes, chosen by the child for each exchange."""


class BlobRef(NamedTuple):
    """One blob of one node: where two nodes name the same id, those are two blobs.

    Its id is no secret: anybody may announce it, so a blob belongs to whoever announced it.
    """

    origin: NodeId  # empty: the body of an edition, which proves itself
    blob: BlobId

    def __str__(self) -> str:
        """As lists of files name it."""
        return f"{self.origin}/{self.blob.hex()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """What :meth:`__str__` wrote.

        Raises:
            ValueError: something else.
        """
        origin, _, blob = text.partition("/")
        found = cls(NodeId(origin), BlobId(bytes.fromhex(blob)))
        if not _NODE.fullmatch(origin) or len(found.blob) != DIGEST_BYTES:
            raise ValueError("blob name")
        return found


NO_ORIGIN = NodeId("")
NODE_ID_DIGITS = 16
DIGEST_BYTES = 32
NONCE_BYTES = 8

_NODE = re.compile(r"[0-9a-f]{16}")
_APPLICATION = re.compile(r"[0-9a-f]{32}")
_DIVISION = re.compile(r"\d{6}|\d{9}|\d{12}")
DIVISION_DIGITS = 12


def node_id(text: str) -> NodeId:
    """Check a node id that was typed or read.

    Raises:
        UsageError: it is not 16 lower-case hex digits.
    """
    plain = identifier(text)
    if not _NODE.fullmatch(plain):
        raise UsageError(f"不是节点编号：{text[:40]!r}，应为16位0-9、a-f")
    return NodeId(plain)


def application_id(text: str) -> ApplicationId:
    """Check an application id; dashes and capitals of a pasted UUID are accepted.

    Raises:
        UsageError: it is not 32 hex digits.
    """
    plain = identifier(text).replace("-", "").lower()
    if not _APPLICATION.fullmatch(plain):
        raise UsageError(f"“{text[:50]}”不是申请编号，应为 32 位 0-9、a-f")
    return ApplicationId(plain)


def digest_of(text: str) -> bytes:
    """The id of an envelope or blob, as commands print it and take it.

    Raises:
        UsageError: it is not 64 hex digits.
    """
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_BYTES:
        raise UsageError(f"“{text[:80]}”不是编号，应为 {2 * DIGEST_BYTES} 位 0-9、a-f")
    return digest


def division_code(text: str) -> str:
    """A division code of 6, 9 or 12 digits, padded with zeros to 12 (GB/T 2260, GB/T 10114).

    Raises:
        UsageError: any other length, or something else than ASCII digits.
    """
    plain = identifier(text)
    if not (plain.isascii() and _DIVISION.fullmatch(plain)):
        raise UsageError(f"不是区划代码：{plain[:40]!r}，应为6、9或12位数字")
    return plain.ljust(DIVISION_DIGITS, "0")
