"""Errors by a peer's bare word: what a peer can know is taken as it says, and nothing else.

A peer knows that it is busy or full, that it refuses us, or that what we sent was wrong. It does
not know how our disk, our vault or our clerk is doing: such a code tells of its own trouble, or is
a lie. People read our words for its code; what it wrote itself is a quotation for the log.

Source: docs/protocol.md section 8.6.
"""

import re

from protocol.errors import (
    BusyError,
    DiskFullError,
    KitForeignError,
    LineError,
    NoRoomError,
    PeerError,
    RefusedError,
    StoreError,
    YizhanError,
    from_code,
)
from protocol.limits import MAX_CODE_CHARS

TROUBLE_S = 60  # before a peer whose store fails is called again

_CODE = re.compile(r"[a-z]+(\.[a-z-]+)?")
_DETAIL_CHARS = 300


def is_code(code: str) -> bool:
    """Whether ``code`` looks like one of ours, or of a newer program: people read it on screens."""
    return len(code) <= MAX_CODE_CHARS and _CODE.fullmatch(code) is not None


def from_peer(code: str, detail: str) -> YizhanError:
    """The error that a peer named by its code, as far as it can know."""
    quote = "".join(char if char.isprintable() else " " for char in detail[:_DETAIL_CHARS])
    return _known(code).quoting(quote)


def _known(code: str) -> YizhanError:
    error = from_code(code, "")
    if isinstance(error, LineError | PeerError | KitForeignError):
        return error
    if not isinstance(error, StoreError):
        return RefusedError(f"对方不受理（{code}）")
    trouble = NoRoomError() if isinstance(error, DiskFullError) else BusyError()
    return trouble.asks_pause(TROUBLE_S)
