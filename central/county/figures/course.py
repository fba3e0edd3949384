"""What is counted of a case, from its log alone: pure.

Source: docs/ratings.md, "What is counted".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from central.county.ports.keys import Key
from protocol.casework.clocks import What, running
from protocol.casework.events.log import Event
from protocol.casework.fold import follow
from protocol.casework.lights import is_over
from protocol.casework.rules import CaseRules
from protocol.casework.states import UNDECIDED
from protocol.casework.status import Status
from protocol.catalogue.calendars.workdays import Calendar
from protocol.trust.schedule import local_time

RATEABLE = ("approved", "refused", "not-accepted")
"""Ways in which a case is done that answer the applicant: these could be rated."""

_COUNTED = (What.ACCEPTANCE, What.PROMISED, What.LEGAL)


class Pace(StrEnum):
    """Whether a case was done in time."""

    OPEN = ""  # not done yet
    IN_TIME = "in-time"
    PROMISE = "promise"  # later than was promised
    LAW = "law"  # later than the law allows
    FREE = "free"  # its item sets no limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A case in whose log something was written."""

    key: Key
    number: str  # empty where the case was just opened
    item: str
    events: Sequence[Event]
    before: Status | None  # as it stood; None: it was just opened
    status: Status
    rules: CaseRules

    @property
    def new(self) -> Sequence[Event]:
        """What was just written."""
        return self.events[self.before.n :] if self.before else self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The moment from which on the applicant had nothing to wait for."""

    at_ms: int
    way: str  # an outcome, or the state in which it ended
    before: Status  # as it stood just before


def is_moved(course: Course) -> bool:
    """Whether anything that is counted may be different now."""
    before = course.before
    if before is None:
        return True
    after = course.status
    return (
        (before.state in UNDECIDED) != (after.state in UNDECIDED)
        or before.release != after.release
        or before.rating != after.rating
        or bool(before.spans) != bool(after.spans)
    )


def figures_of(course: Course, calendars: Mapping[int, Calendar]) -> dict[str, object]:
    """The columns that follow from a log."""
    done = _done(course.events) if course.status.state not in UNDECIDED else None
    return {
        "department": course.rules.department,
        "done_day": day_of(done.at_ms) if done else "",
        "way": done.way if done else "",
        "pace": _pace(done, course.rules, calendars).value if done else "",
        "stopped": bool(course.status.spans),
        "level": course.status.rating,
    }


def day_of(at_ms: int) -> str:
    """As it is counted: the day in China."""
    return f"{local_time(at_ms):%Y-%m-%d}"


def _done(events: Sequence[Event]) -> Done | None:
    """When a case was done last."""
    status, found = Status(), None
    for event in events:
        before, status = status, follow(status, event)
        if before.state in UNDECIDED and status.state not in UNDECIDED:
            way = status.outcome.value if status.outcome else status.state.value
            found = Done(at_ms=event.at_ms, way=way, before=before)
    return found


def _pace(done: Done, rules: CaseRules, calendars: Mapping[int, Calendar]) -> Pace:
    """By the limits that ran at the moment in which it was done."""
    now = local_time(done.at_ms).replace(tzinfo=None)
    runs = [
        one for one in running(done.before, rules, calendars, now) if one.budget.what in _COUNTED
    ]
    late = {one.budget.what for one in runs if is_over(one, now)}
    if What.LEGAL in late:
        return Pace.LAW
    return Pace.PROMISE if late else Pace.IN_TIME if runs else Pace.FREE
