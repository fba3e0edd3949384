"""What the agent asks of the process that looks at one page, and what that answers.

::

    to it    one line of JSON: Wanted | the file, to its end
    from it  one line of JSON: Prepared or Refused | the page as it is to be kept

Both sides load nothing but this: the process lives for one page.
"""

import json
from dataclasses import asdict, dataclass

from protocol.limits import MAX_FILE_BYTES
from station_agent.papers.limits import MAX_EDGE

JPEG, PDF = "image/jpeg", "application/pdf"
MAX_LINE_BYTES = 4096
WHOLE = 1000  # parts of an edge: a crop names its edges so


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """What of a picture is kept, after it was turned: its edges in thousandths."""

    left: int = 0
    top: int = 0
    right: int = WHOLE
    bottom: int = WHOLE

    def __post_init__(self) -> None:
        """Raise ValueError unless something is left of it."""
        if not (0 <= self.left < self.right <= WHOLE and 0 <= self.top < self.bottom <= WHOLE):
            raise ValueError(f"no crop: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How one page is to be kept."""

    edge: int = MAX_EDGE  # most pixels of the longer edge
    gray: bool = False
    max_bytes: int = MAX_FILE_BYTES
    turn: int = 0  # degrees clockwise: 0, 90, 180 or 270
    crop: Crop | None = None

    def line(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Wanted":
        """As :meth:`line` made it."""
        raw = json.loads(line)
        crop = raw.pop("crop")
        return cls(**raw, crop=None if crop is None else Crop(**crop))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A page as it is to be kept."""

    kind: str  # JPEG or PDF
    width: int = 0  # pixels; 0: a PDF
    height: int = 0
    pages: int = 1
    size: int = 0  # bytes that follow

    def line(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why it can't be taken."""

    code: str  # of protocol.errors.scans
    detail: str = ""

    def line(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"


def read_answer(line: bytes) -> Prepared | Refused:
    """What the process answered.

    Raises:
        ValueError: that is no answer.
    """
    raw = json.loads(line)
    try:
        return Refused(**raw) if "code" in raw else Prepared(**raw)
    except TypeError as exc:
        raise ValueError(str(exc)) from None
