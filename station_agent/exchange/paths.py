"""Which path to take: the parent, or, while it is silent, another node of our roster entry.

The parent has been silent for a set time by the monotonic clock: then each turn tries it first and
the others behind it, so a village whose own line was cut does not leave its hub when the line is
back. Away, the parent is called again and again with growing pauses, and one answer of it suffices.

A refusal in words is an answer, and opens no other path: the parent works, and people must act.
But a parent that does not know us (``peer.not-on-roster``) may only hold an old roster.

Source: docs/protocol.md section 9.5.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from protocol.errors import (
    BusyError,
    LineError,
    NotOnRosterError,
    RefusedError,
    SignatureError,
    StoreError,
    YizhanError,
)
from protocol.exchange.pace.backoff import Backoff
from protocol.ports import Clock, Randomness
from station_agent.exchange.calls import LastPath
from station_agent.exchange.parent import Target

if TYPE_CHECKING:
    from protocol.ids import NodeId

_FIRST_RETURN_S = 60.0  # ceiling of the first pause before the parent is called from elsewhere


def is_silence(exc: YizhanError) -> bool:
    """Whether ``exc`` means that nobody who serves us answered."""
    if isinstance(exc, BusyError):
        return False
    return isinstance(exc, LineError | NotOnRosterError | SignatureError)


class Paths:
    """Says whom to call next, and learns from what came of it."""

    def __init__(
        self,
        *,
        parent: Callable[[], Target],
        others: Callable[[], Sequence[Target]],
        clock: Clock,
        randomness: Randomness,
        after_s: float,
    ) -> None:
        self._parent, self._others = parent, others
        self._clock, self._after_s = clock, after_s
        self._heard_s = clock.ticks_s()  # the parent answered then, or we began
        self._heard: NodeId | None = None  # which parent that is about
        self._away: NodeId | None = None  # the other node that serves us
        self._return = Backoff(randomness, min(after_s, _FIRST_RETURN_S))
        self._return_s = 0.0  # when the parent is called next from elsewhere
        self.last: LastPath | None = None

    def candidates(self) -> list[Target]:
        """Whom to call in this turn, in order, until one answers.

        Raises:
            NotJoinedError: neither the roster nor the kit names a parent.
        """
        parent, others = self._parent(), self._others()
        now_s = self._clock.ticks_s()
        if self._heard not in (None, parent.parent):  # a new one has its time, too
            self._heard_s, self._away = now_s, None
        self._heard = parent.parent
        host = [other for other in others if other.parent == self._away]
        if host:
            return [parent, *host] if now_s >= self._return_s else host
        self._away = None
        return [parent, *others] if now_s - self._heard_s >= self._after_s else [parent]

    def linger_s(self, wanted_s: int) -> int:
        """How long a silent exchange may stay open: away, only until the parent is due."""
        if self._away is None:
            return wanted_s
        return max(0, min(wanted_s, int(self._return_s - self._clock.ticks_s())))

    def answered(self, target: Target) -> None:
        """``target`` serves us."""
        home = target.parent == self._heard
        if home:
            self._heard_s, self._away = self._clock.ticks_s(), None
        elif self._away is None:
            self._return.succeeded()
            self._return_s = self._clock.ticks_s() + self._pause_s()
        if not home:
            self._away = target.parent
        self.last = LastPath(node=target.parent, by_other=not home, at_ms=self._clock.now_ms())

    def failed(self, target: Target, exc: YizhanError) -> bool:
        """No exchange with ``target``; whether the next one may be called.

        Not if the parent has answered in words, nor if the fault is our own.
        """
        answer = not is_silence(exc)
        if answer and (
            isinstance(exc, StoreError) or not isinstance(exc, BusyError | RefusedError)
        ):
            return False
        if target.parent != self._heard:
            self._away = None  # the next turn tries them all, the parent first
            return True
        if answer:
            self._heard_s, self._away = self._clock.ticks_s(), None
            return False
        if self._away is not None:
            self._return_s = self._clock.ticks_s() + self._pause_s()
        return True

    def _pause_s(self) -> float:
        """Before the parent is called again from elsewhere: never longer than its silence was."""
        return min(self._return.failed(), self._after_s)
