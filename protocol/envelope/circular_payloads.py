"""What a county says to everybody who works at a desk, and each of them confirms by name.

Source: docs/protocol.md section 6.
"""

from protocol.codec import Record
from protocol.limits import MAX_COUNT, MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.records.texts import require_texts

_ID_BYTES = 16


class Circular(Record, frozen=True, kw_only=True, tag="circular"):
    """County to station: read this, each of you. It is never changed: a second id says more."""

    circular: bytes  # its id
    title: str
    words: str
    at_ms: int  # when it was sent, to show

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.title, MAX_NAME_CHARS), (self.words, MAX_NOTE_CHARS), least=1)
        if len(self.circular) != _ID_BYTES or not 0 <= self.at_ms < MAX_COUNT:
            raise ValueError("id or time")
