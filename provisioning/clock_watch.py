"""Watches the county's own clock: who signs the time for everybody must know when it jumped.

The date is compared with the monotonic clock while the program runs, and at a start with what it
was when a program ran last. After a jump nothing is signed and nothing falls due until an
administrator has looked. Beside the date the watch keeps *lived time*: what has passed since
founding as far as anybody can tell. No date moves it, so a code that was made in "2009" is not
expired once the date is right.

Source: docs/protocol.md section 9.4; docs/operations.md, "Wrong date"; docs/adr/0025-time.md.
"""

import logging
import threading
from dataclasses import asdict, dataclass
from typing import Protocol

from protocol.ports import Clock

log = logging.getLogger(__name__)

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
JUMP_MS = _HOUR_MS  # while running: by so much date and monotonic clock may differ
AWAY_MS = 30 * _DAY_MS  # at a start: for so long a county may have been off


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The county's date went another way than time."""

    expected_ms: int  # what the date should have been; at a start: what it was last
    found_ms: int  # what it was
    at_start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """What stands on disk."""

    seen_ms: int  # the date as it was seen last
    lived_ms: int
    jump: Jump | None


class Keep(Protocol):
    """Where the state is kept. Both calls block for the disk."""

    def clock_state(self) -> ClockState | None:
        """What was kept; None before the first time."""
        ...

    def keep_clock(self, state: ClockState) -> None:
        """Keep it; on disk when this returns."""
        ...


class ClockWatch:
    """Whether this machine's date can be believed. :meth:`look` is quick, :meth:`keep` blocks."""

    def __init__(self, clock: Clock, keep: Keep) -> None:
        self._clock, self._keep, self._lock = clock, keep, threading.Lock()
        now_ms = clock.now_ms()
        state = keep.clock_state() or ClockState(seen_ms=now_ms, lived_ms=0, jump=None)
        away_ms = now_ms - state.seen_ms
        self._jump = state.jump
        if self._jump is None and not 0 <= away_ms <= AWAY_MS:
            self._found(Jump(expected_ms=state.seen_ms, found_ms=now_ms, at_start=True))
        self._lived_ms = state.lived_ms + (away_ms if 0 <= away_ms <= AWAY_MS else 0)
        self._anchor_ms, self._anchor_s = now_ms, clock.ticks_s()

    @property
    def jump(self) -> Jump | None:
        """What nobody has confirmed yet; None: the date is believed."""
        return self._jump

    def look(self) -> bool:
        """Compare the two clocks; whether the date can be believed now."""
        with self._lock:
            now_ms, ran_ms = self._clock.now_ms(), self._ran_ms()
            expected_ms = self._anchor_ms + ran_ms
            if abs(now_ms - expected_ms) > JUMP_MS:
                if self._jump is None:
                    self._found(Jump(expected_ms=expected_ms, found_ms=now_ms, at_start=False))
                self._begin_anew(now_ms, ran_ms)
            return self._jump is None

    def lived_ms(self) -> int:
        """Time that has passed since founding, as far as it is known; never less than before."""
        return self._lived_ms + self._ran_ms()

    def keep(self) -> None:
        """Look, and put on disk what was seen."""
        self.look()
        seen_ms, jump = self._clock.now_ms(), self._jump
        self._keep.keep_clock(ClockState(seen_ms=seen_ms, lived_ms=self.lived_ms(), jump=jump))

    def confirm(self) -> Jump | None:
        """An administrator says that the date is right now; what was in doubt."""
        with self._lock:
            jump, self._jump = self._jump, None
            self._begin_anew(self._clock.now_ms(), self._ran_ms())
        self.keep()
        return jump

    def _ran_ms(self) -> int:
        return round((self._clock.ticks_s() - self._anchor_s) * 1000)

    def _begin_anew(self, now_ms: int, ran_ms: int) -> None:
        self._lived_ms += ran_ms
        self._anchor_ms, self._anchor_s = now_ms, self._clock.ticks_s()

    def _found(self, jump: Jump) -> None:
        self._jump = jump
        log.critical(
            "the clock of the county jumped", extra={"event": "clock.jump", **asdict(jump)}
        )
