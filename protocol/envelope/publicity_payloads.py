"""What a county asks a village to make public before it decides.

Source: docs/protocol.md section 6.
"""

from protocol.codec import Record
from protocol.limits import MAX_NUMBER_CHARS
from protocol.records.publicity import Poster
from protocol.records.texts import require_counted, require_texts

_APPLICATION_BYTES = 16


class Publicity(Record, frozen=True, kw_only=True, tag="publicity"):
    """County to station: put this up in the village."""

    application: bytes
    case: str
    poster: Poster
    n: int  # in the same count as decisions: of two, the higher one stands
    at_ms: int  # to show

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.case, MAX_NUMBER_CHARS), least=1)
        if len(self.application) != _APPLICATION_BYTES:
            raise ValueError("application id")
        require_counted(self.n, self.at_ms)
