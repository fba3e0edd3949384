"""Words: small records that a node signs about itself and that others pass up as they came.

A word carries a number that only grows, so one that comes late, or twice, changes nothing.

Source: docs/protocol.md sections 9.5 and 9.7.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from protocol.codec import unpack
from protocol.envelope.keys import Context, Publics, Signed, open_signed
from protocol.errors import SignatureError
from protocol.ids import NodeId


class SignedReport(Protocol):
    """What a word of any kind has."""

    @property
    def reporter(self) -> NodeId:
        """Whose word it is."""
        ...


W = TypeVar("W", bound=SignedReport)


def open_word(
    word: bytes,
    kind: type[W],
    key_of: Callable[[NodeId], Publics | None],
    *,
    context: Context,
    limit: int,
) -> W:
    """The word, after the signature of the node that it speaks of was checked.

    Raises:
        SignatureError: not signed by the node that it speaks of, or that has no key.
        MalformedError, TooLargeError: not a ``kind`` of at most ``limit`` bytes.
    """
    found = unpack(unpack(word, Signed, limit=limit).body, kind)
    key = key_of(found.reporter)
    if key is None:
        raise SignatureError(f"{found.reporter} has no key")
    open_signed(key, context, word, limit=limit)
    return found
