"""What can be asked about waiting numbers. No name stands in any of it.

Source: docs/operations.md, "Market day".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ByClerk:
    """Something is done to the line."""

    clerk: str = ""  # who does it; may be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class OfNumber:
    """Something is done to one number."""

    number: int
    clerk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack:
    """Who was skipped is there after all."""

    number: int
    last: bool  # behind everybody who waits; else at the old place
    clerk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTaken:
    """A number that was given out."""

    number: int
    day: str  # 2026-01-31, Beijing
    proved: bool  # the day, by trusted time
    ahead: int  # people who are called before
    taken_ms: int  # by the local clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedShown:
    """A number that was called in vain."""

    number: int
    at_ms: int  # by the local clock
    clerk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShown:
    """Today's line."""

    day: str  # 2026-01-31, Beijing; empty: no number was given out yet
    proved: bool
    serving: int | None  # that was called and is not done
    waiting: Sequence[int]  # who is called next is first
    skipped: Sequence[SkippedShown]
    done: int  # how many
    last: int  # the highest that was given out; 0: none
    is_of_today: bool  # False: people of another day still wait, and nothing proves the day


QUEUE = Call("queue", Nothing, QueueShown, reads=True)
QUEUE_TAKE = Call("queue-take", ByClerk, NumberTaken)
QUEUE_CALL = Call("queue-call", ByClerk, QueueShown)
QUEUE_SKIP = Call("queue-skip", OfNumber, QueueShown)
QUEUE_BACK = Call("queue-back", ComeBack, QueueShown)
QUEUE_DONE = Call("queue-done", OfNumber, QueueShown)
QUEUE_ANEW = Call("queue-anew", ByClerk, QueueShown)
