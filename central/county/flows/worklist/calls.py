"""What can be asked of the work list; light, for commands that must not load the county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runtime.control.calls import Call

MINE, FREE, ALL = "mine", "free", "all"
WHOSE = (MINE, FREE, ALL)
"""What the reader has taken on; what nobody has; both, and what others of the place have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWork:
    """Open cases, the most urgent first; everything is asked for unless a field says less."""

    whose: str = ALL  # of WHOSE
    holder: str = ""  # an account
    state: str = ""  # of protocol.casework.states.State
    item: str = ""  # its id
    department: str = ""  # as items name it
    light: str = ""  # of protocol.casework.lights.Light
    by: str = ""  # account whose list it is; empty: whoever asks
    after: str = ""  # ``WorkLines.more`` of the page before
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """An open case in the list: nothing that says whose it is."""

    case: str  # its number
    item: str  # its id
    title: str  # as it is called where others see it
    state: str
    department: str
    post: str
    holder: str  # account; empty: nobody's
    due: str  # the handler's day; empty: no limit runs
    light: str
    since_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLines:
    """A page of the list."""

    cases: Sequence[WorkLine]
    counts: Mapping[str, int] = field(default_factory=dict)  # of WHOSE; MAX_COUNTED + 1: or more
    departments: Sequence[str] = ()  # that the reader sees something of
    more: str = ""  # behind which the next page goes on; empty: this was the last


WORK = Call("county.work", ListWork, WorkLines, reads=True)
