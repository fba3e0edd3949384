"""Trusted time: what the county signed last, carried on by the node's own monotonic clock.

A village PC may believe that it is 2009 or 2035. Once the county's word has come, this process
counts on from there in monotonic seconds, which no change of the date disturbs. A later process on
the same machine knows only how far the date was off then. What a neighbour says of the time is
kept apart: it may open a window of a budget, and nothing else.

Source: docs/protocol.md section 9.4.
"""

from dataclasses import dataclass

from protocol.errors import PeerError
from protocol.limits import MAX_TIME_MS, TIME_S, TIME_SURE_S
from protocol.ports import Clock
from protocol.trust.time_statement import TimeStatement, open_time


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTime:
    """A statement, and what our own clocks said when it came."""

    statement: TimeStatement
    signed: bytes
    local_ms: int  # date of this machine, right or wrong
    run_ms: int  # how long this node had run then, all its processes together
    fresh: bool  # it came over a line, from a parent whose own clock does not contradict


class TrustedClock:
    """Says what time it really is, as far as the county has told us.

    Args:
        held: the statement that is on disk.
        run_ms: how long this node had run before this process.
    """

    def __init__(self, clock: Clock, held: HeldTime | None = None, run_ms: int = 0) -> None:
        self.clock = clock
        self.held = held
        self._began_s, self._run_ms = clock.ticks_s(), run_ms
        self._came_s: float | None = None  # ticks, if ``held`` came to this process
        self._hint: tuple[int, float] | None = None  # a neighbour's clock, and ticks then
        self._judged: tuple[bytes, tuple[bytes, ...]] = (b"", ())  # statement, by these keys
        self._disowned = False
        self._age_ms: int | None = None  # of the statement when it came, if its parent's clock told

    @property
    def n(self) -> int:
        """Number of the statement that is held; 0: none, or that of a key that counts no more."""
        return self.held.statement.n if self.held and not self._disowned else 0

    @property
    def signed(self) -> bytes:
        """The same as it was signed; empty: none that counts."""
        return self.held.signed if self.held and not self._disowned else b""

    def shows(self, n: int | None, county: bytes) -> bool:
        """Whether a neighbour above should be shown what is held: it proves a county set back.

        Args:
            n: number of what that neighbour holds; None: as ours.
            county: the instance that it names; empty: it knows none.
        """
        if n is not None and n != self.n:
            return n < self.n
        held = self.held if self.n else None
        return held is not None and county not in (b"", held.statement.instance)

    @property
    def run_ms(self) -> int:
        """How long this node has run, all its processes together."""
        return self._run_ms + round((self.clock.ticks_s() - self._began_s) * 1000)

    @property
    def heard(self) -> bool:
        """Whether the county's time has come to this process."""
        return self._came_s is not None

    def now_ms(self) -> int | None:
        """UTC in ms; None while the county's time has never come."""
        if self.held is None:
            return None
        if self._came_s is None:
            passed_ms = self.clock.now_ms() - self.held.local_ms
        else:
            passed_ms = round((self.clock.ticks_s() - self._came_s) * 1000)
        return min(max(self.held.statement.at_ms + passed_ms, 0), MAX_TIME_MS)

    def number(self) -> int:
        """For words that only grow in number: the county's time in ms; 0 while none has come.

        The date of this machine has no part in it: one start with a date far ahead would lift the
        number for ever. A statement comes every ten minutes, so a later process begins above what
        an earlier one said.
        """
        if self.held is None:
            return 0
        now_ms = self.now_ms()
        if self.heard and now_ms is not None:
            return now_ms
        return self.held.statement.at_ms + TIME_S * 1000

    def lagging_ms(self) -> int | None:
        """UTC in ms, for what begins on a day: late rather than early; None: nothing proves a time.

        While it is not sure, the date of this machine has no part in it.
        """
        if self.proved is None:
            return None
        return self.now_ms() if self.is_sure else self.number()

    @property
    def is_sure(self) -> bool:
        """Whether :meth:`now_ms` is shown as it is; else people read "about" (约) before it."""
        if self.held is None or self._disowned or not self.held.fresh:
            return False
        if self._came_s is None:
            return 0 <= self.clock.now_ms() - self.held.local_ms <= TIME_SURE_S * 1000
        return self.clock.ticks_s() - self._came_s <= TIME_SURE_S

    def best_ms(self) -> int:
        """For windows of budgets: trusted time if it is sure, else the neighbour's, else our own.

        There is always one: no lane is shut for want of time.
        """
        now_ms = self.now_ms()
        if now_ms is not None and self.is_sure:
            return now_ms
        if self._hint is not None:
            hint_ms, at_s = self._hint
            return hint_ms + round((self.clock.ticks_s() - at_s) * 1000)
        return self.clock.now_ms()

    @property
    def error_ms(self) -> int | None:
        """How far this machine's clock is ahead of trusted time; None: that is not known.

        A statement is signed every ten minutes, so it has an age when it comes. Over a line the
        parent's clock tells it, within those ten minutes; else only so much more counts as ahead.
        One that came in another way may be older: then a clock that is behind is all we can tell.
        """
        now_ms = self.now_ms()
        if self.held is None or now_ms is None:
            return None
        error_ms = self.clock.now_ms() - now_ms
        if not self.held.fresh:
            return min(error_ms, 0)
        if self._age_ms is not None:
            return error_ms - self._age_ms
        return error_ms if not 0 < error_ms <= TIME_S * 1000 else 0

    def hint(self, time_ms: int) -> None:
        """A neighbour says that it is ``time_ms``; what no clock says is not listened to."""
        if 0 < time_ms <= MAX_TIME_MS:
            self._hint = time_ms, self.clock.ticks_s()

    @property
    def proved(self) -> HeldTime | None:
        """What is held, if the county still stands by it: only that lets anything go."""
        return None if self._disowned else self.held

    def require_signer(self, keys: tuple[bytes, ...]) -> None:
        """The county signs with one of ``keys`` now: the word of another counts for nothing.

        Time goes on from it, as "about"; its number is nothing to be above, so that whoever had
        stolen a key can't leave a wrong date behind for good.
        """
        if self.held is None or self._judged == (self.held.signed, keys):
            return
        self._judged = (self.held.signed, keys)
        try:
            open_time(keys, self.held.signed)
        except PeerError:
            self._disowned = True
        else:
            self._disowned = False

    def hear(self, signed: bytes, statement: TimeStatement, *, hint_ms: int | None) -> bool:
        """The county's word has come; False if it is no newer than what is held.

        Args:
            hint_ms: what the clock of the parent says that brought it over a line; None: it came
                in another way, which may have taken weeks.
        """
        if statement.n <= self.n:
            return False
        agrees = hint_ms is not None and abs(hint_ms - statement.at_ms) <= TIME_SURE_S * 1000
        self.held = HeldTime(
            statement=statement,
            signed=signed,
            local_ms=self.clock.now_ms(),
            run_ms=self.run_ms,
            fresh=agrees,
        )
        self._came_s = self.clock.ticks_s()
        self._disowned = False
        self._age_ms = None
        if agrees and hint_ms is not None:
            self._age_ms = min(max(hint_ms - statement.at_ms, 0), TIME_S * 1000)
        return True
