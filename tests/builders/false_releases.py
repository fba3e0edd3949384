"""Releases that no honest county has signed so, or not for now: what every node refuses."""

from collections.abc import Iterator

from protocol.codec import altered
from protocol.exchange.messages import EditionNews

CODES = {"peer.signature", "peer.digest", "peer.malformed", "peer.rollback", "peer.too-large"}
"""What an altered release is refused with, by the place of its bit."""


def flipped(data: bytes, bit: int) -> bytes:
    """``data`` with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def with_a_bit_changed(news: EditionNews, *, step: int = 13) -> Iterator[EditionNews]:
    """Every bit of what is signed, and of the body every so many.

    Two bits of a frame mean nothing to zstd: with them changed it is the same release.
    """
    for bit in range(8 * len(news.proof)):
        yield altered(news, proof=flipped(news.proof, bit))
    for bit in range(0, 8 * len(news.body), step):
        if bit not in _unused(news.body):
            yield altered(news, body=flipped(news.body, bit))


def _unused(body: bytes) -> range:
    """The bits of a zstd frame's descriptor that no reader looks at (RFC 8878, 3.1.1.1.1)."""
    descriptor = 8 * 4
    assert body[:4] == b"\x28\xb5\x2f\xfd"
    return range(descriptor + 4, descriptor + 6)


def pretending(news: EditionNews, held: int) -> Iterator[EditionNews]:
    """An old release under a newer number than the one that is held, which nobody has signed."""
    for version in (held + 1, held + 100, 2**31):
        yield altered(news, version=version)
