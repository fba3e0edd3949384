"""What can be asked of letters; light, for commands that must not load the county."""

from dataclasses import dataclass, field
from enum import Enum

from central.county.casework.calls import FollowUpShown
from runtime.control.calls import Call, Nothing


class Which(Enum):
    """Which letters a list holds, and in which order."""

    ALL = "all"  # the oldest first
    OPEN = "open"  # without an answer, the oldest first
    ANSWERED = "answered"  # the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Letters that came behind ``after``, a page of them."""

    after: str = ""  # id of a letter; empty: from the first
    which: Which = Which.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLetter:
    """One letter."""

    letter: str  # its id


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLetter:
    """Answer a letter, once."""

    letter: str  # its id
    words: str = field(repr=False)  # who wrote it reads them


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterShown:
    """A letter as a handler sees it."""

    station: str
    name: str  # of the station
    case: str | None  # number of the case that it is about; None: about none, or not here
    letter: FollowUpShown
    answer: str | None
    answered_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A letter that has its answer."""

    letter: str
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedCount:
    """How often a station sent somebody home with a paper on which everything missing stands."""

    item: str
    station: str
    village: str  # division code of the village served; empty: the station's own
    count: int


LETTERS = Call("county.letters", Letters, list[LetterShown], reads=True)
SHOW_LETTER = Call("county.letter", ShowLetter, LetterShown, reads=True)
ANSWER = Call("county.answer", AnswerLetter, Answered)
ADVISED = Call("county.advised", Nothing, list[AdvisedCount], reads=True)
