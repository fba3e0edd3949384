"""The states of a case, and what people call them.

Source: docs/casework.md; 行政许可法 articles 29 to 44.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a case stands. The last event that moves it says which."""

    RECEIVED = "received"  # nobody has said yet whether it is accepted
    CORRECTION = "correction"  # the applicant was told, once and for all, what is missing
    PAID_FIRST = "paid-first"  # help was given in an emergency, and papers are still to come
    ACCEPTED = "accepted"  # it goes through the nodes of its item
    SUSPENDED = "suspended"  # a special procedure runs, and the clock stands still
    DECIDED = "decided"
    CLOSED = "closed"  # nothing is left to be made: certificate and payment are there
    DELIVERED = "delivered"
    NOT_ACCEPTED = "not-accepted"
    TRANSFERRED = "transferred"  # another authority answers for it
    CONTINUED = "continued"  # another case goes on with it
    LAPSED = "lapsed"  # a correction never came
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"  # nothing can be decided any more: the applicant has died
    ARCHIVED = "archived"


STATE_WORDS: Mapping[State, str] = {
    State.RECEIVED: "待受理",
    State.CORRECTION: "待补正",
    State.PAID_FIRST: "已先行救助",
    State.ACCEPTED: "在办",
    State.SUSPENDED: "特别程序中",
    State.DECIDED: "已决定",
    State.CLOSED: "已办结",
    State.DELIVERED: "已送达",
    State.NOT_ACCEPTED: "不予受理",
    State.TRANSFERRED: "已转送",
    State.CONTINUED: "已并入另一件",
    State.LAPSED: "逾期未补正",
    State.WITHDRAWN: "已撤回",
    State.TERMINATED: "已终止",
    State.ARCHIVED: "已归档",
}

UNDECIDED = frozenset(
    {
        State.RECEIVED,
        State.CORRECTION,
        State.PAID_FIRST,
        State.ACCEPTED,
        State.SUSPENDED,
    }
)
"""States in which the applicant waits for a decision."""

TO_DELIVER = frozenset({State.DECIDED, State.CLOSED})
"""States in which the applicant waits for what was decided."""

OPEN = UNDECIDED | TO_DELIVER
"""States in which somebody has to do something."""

ENDED = frozenset(State) - OPEN
"""States in which nobody has to do anything but file it."""
