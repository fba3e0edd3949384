"""What can be asked about ratings; light, for commands that load no county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCallbacks:
    """Ask for a page of bad ratings; what is empty says nothing."""

    state: str = ""  # open, taken, closed; empty: all that are not closed
    department: str = ""
    overdue: bool = False  # only what is past its day
    after: str = ""  # the last one of the page before
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCallback:
    """Ask for one bad rating, with what was said."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoCallback:
    """Something that is done about a bad rating."""

    case: str
    kind: str  # of words.STEPS
    detail: str = ""  # of words.DETAILS
    words: str = field(default="", repr=False)
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was done."""

    kind: str
    detail: str
    by: str
    at_ms: int
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackShown:
    """A bad rating; with what was said where it was asked for alone."""

    case: str
    item: str
    department: str
    level: int
    rated_ms: int
    call_day: str
    close_day: str
    due: str  # the day that counts now; empty: closed
    light: str  # empty: closed
    state: str
    holder: str
    tries: int  # calls that reached nobody
    reached: bool
    finding: str
    mended: bool
    answered: bool
    words: str = field(default="", repr=False)  # of the citizen
    rated: Sequence[str] = ()  # accounts that handled the case
    missing: Sequence[str] = ()  # what is to be done before it can be closed, in words
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbacksShown:
    """A page of bad ratings, the oldest first."""

    callbacks: Sequence[CallbackShown]
    more: str  # behind which the next page goes on; empty: no more
    open: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSums:
    """Ask for sums of the ratings of cases that were done in some months."""

    by: str = "item"  # of words.DIMENSIONS
    month: str = ""  # the first, as 2027-01; empty: this one
    until: str = ""  # the last; empty: the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Ratings of one group."""

    key: str  # empty: of several groups that are too small to be shown
    name: str
    done: int  # cases that could be rated
    rated: int | None  # None, as all that follows: too few to be shown
    levels: Sequence[int] | None  # from very satisfied to not at all
    excluded: int | None  # ratings that were a mistake or malicious: in none of the sums
    satisfied: float | None  # share of those who rated, in per cent; the unrated are not in it
    response: float | None  # share of the cases that were rated, in per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsShown:
    """Sums by one dimension."""

    by: str
    first: str
    last: str
    sums: list[Sum]
    whole: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimits:
    """Other limits, as limits are written: ``5wd``; empty: the usual ones."""

    call: str = ""
    close: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsShown:
    """The limits that count, in words, and as they are written."""

    call: str
    close: str
    words: Mapping[str, str]


LIST = Call("county.ratings", ListCallbacks, CallbacksShown, reads=True)
SHOW = Call("county.rating", ShowCallback, CallbackShown)
DO = Call("county.rating-do", DoCallback, CallbackShown)
SUMS = Call("county.rating-sums", ShowSums, SumsShown, reads=True)
SHOW_LIMITS = Call("county.rating-limits", Nothing, LimitsShown, reads=True)
SET_LIMITS = Call("county.rating-set-limits", SetLimits, LimitsShown)
