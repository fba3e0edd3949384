"""By which time codes of telephones are judged, and which other times explain a wrong one.

Where the county's signed time has come to this process it is carried on by the monotonic clock,
and no date of the machine has a part in it. Else there is only the date, with what it was off by
when the county was heard last. A telephone knows the time better than a hub whose battery is empty;
so a code that fits another time that may be meant says that a clock is wrong, and is no guess.
"""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.trust.trusted_clock import TrustedClock

_DAY_MS = 86_400_000  # somebody set the clock to another time zone, or another day


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTimes:
    """Times in ms UTC at one moment."""

    right: tuple[int, ...]  # a code of one of these is right
    likely: tuple[tuple[int, int], ...] = ()  # one between these says that a clock is wrong


Times = Callable[[], CodeTimes]


def county_times(trusted: TrustedClock) -> Times:
    """Of a node that the county tells the time."""

    def times() -> CodeTimes:
        now_ms, own_ms = trusted.now_ms(), trusted.clock.now_ms()
        if now_ms is None or trusted.held is None:
            return _around(own_ms)
        said_ms = trusted.held.statement.at_ms
        right = (now_ms,) if trusted.heard else (now_ms, own_ms)
        return _around(*right, more=(said_ms, said_ms + _DAY_MS), own_ms=own_ms)

    return times


def _around(
    *right: int, more: tuple[int, int] | None = None, own_ms: int | None = None
) -> CodeTimes:
    near = {*right} if own_ms is None else {*right, own_ms}
    likely = [(at_ms - _DAY_MS, at_ms + _DAY_MS) for at_ms in sorted(near)]
    return CodeTimes(right=right, likely=(*likely, *([more] if more else [])))
