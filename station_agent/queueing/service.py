"""Waiting numbers: given out, called, skipped, back again, done; each on disk when a call returns.

A line is of one day. Only trusted time ends a day: a PC that comes up in 2009 after a power cut
goes on where it was while somebody of that line is still to be served.

Source: docs/operations.md, "Market day".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from protocol.errors.market import WaitingFullError, WaitingLeftError, WaitingNumberError
from protocol.ports import Clock
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.queueing.calls import (
    QUEUE,
    QUEUE_ANEW,
    QUEUE_BACK,
    QUEUE_CALL,
    QUEUE_DONE,
    QUEUE_SKIP,
    QUEUE_TAKE,
    ByClerk,
    ComeBack,
    NumberTaken,
    OfNumber,
    QueueShown,
    SkippedShown,
)
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import waiting
from station_agent.store.desk.waiting import Change, Line, Place, Waiting

MAX_NUMBERS = 999  # of one day: three digits, which a crowd can read from afar
_STILL_THERE = frozenset((Place.WAITING, Place.CALLED, Place.SKIPPED))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueService:
    """The line in front of one desk."""

    database: Database
    clock: Clock
    day: Callable[[], tuple[date, bool]]  # today, and whether trusted time proves it

    async def shown(self, _: Actor, __: Nothing, ___: Report = silent) -> QueueShown:
        """Today's line."""
        return await self.database.read(self._shown)

    async def take(self, _: Actor, wanted: ByClerk, __: Report = silent) -> NumberTaken:
        """Give out the next number.

        Raises:
            WaitingFullError: there were as many today as there may be.
        """

        def work(tx: Transaction) -> NumberTaken:
            line = self._line(tx) or self._begin(tx)
            found = waiting.every(tx, line)
            if len(found) >= MAX_NUMBERS:
                raise WaitingFullError(str(MAX_NUMBERS))
            done = self._change(Place.WAITING, wanted.clerk)
            return NumberTaken(
                number=waiting.add(tx, line, done),
                day=line.day,
                proved=line.proved,
                ahead=len(_in(found, Place.WAITING)),
                taken_ms=done.at_ms,
            )

        return await self.database.write(work)

    async def taken(self, number: int) -> NumberTaken:
        """One of today's numbers, for its paper. Raises WaitingNumberError."""

        def work(tx: Transaction) -> NumberTaken:
            line, one = self._of(tx, number)
            numbers = [each.number for each in _in(waiting.every(tx, line), Place.WAITING)]
            return NumberTaken(
                number=number,
                day=line.day,
                proved=line.proved,
                ahead=numbers.index(number) if number in numbers else 0,
                taken_ms=one.taken_ms,
            )

        return await self.database.read(work)

    async def call(
        self, _: Actor, wanted: ByClerk, __: Report = silent, *, after: int | None = None
    ) -> QueueShown:
        """Call who waits at the front; whoever was called before is done.

        Args:
            after: the number that the clerk saw as called, 0 for nobody. If it is another by now,
                as another page called it, nothing is done. None: whoever it is.
        """

        def work(tx: Transaction) -> QueueShown:
            line = self._line(tx)
            found = waiting.every(tx, line) if line else []
            if after is not None and after != max(
                (one.number for one in _in(found, Place.CALLED)), default=0
            ):
                return self._shown(tx)
            if line is not None:
                for one in _in(found, Place.CALLED):
                    waiting.change(tx, line, one.number, self._change(Place.DONE, wanted.clerk))
                for one in _in(found, Place.WAITING)[:1]:
                    waiting.change(tx, line, one.number, self._change(Place.CALLED, wanted.clerk))
            return self._shown(tx)

        return await self.database.write(work)

    async def skip(self, _: Actor, wanted: OfNumber, __: Report = silent) -> QueueShown:
        """Nobody came: the number waits aside. Raises WaitingNumberError."""
        return await self._move(wanted, Place.CALLED, Place.SKIPPED)

    async def done(self, _: Actor, wanted: OfNumber, __: Report = silent) -> QueueShown:
        """Who was called has been served. Raises WaitingNumberError."""
        return await self._move(wanted, Place.CALLED, Place.DONE)

    async def back(self, _: Actor, wanted: ComeBack, __: Report = silent) -> QueueShown:
        """Who was skipped waits again. Raises WaitingNumberError."""
        moved = OfNumber(number=wanted.number, clerk=wanted.clerk)
        return await self._move(moved, Place.SKIPPED, Place.WAITING, last=wanted.last)

    async def anew(self, _: Actor, wanted: ByClerk, __: Report = silent) -> QueueShown:
        """Begin with number 1 again, when nothing proves that it is another day.

        Raises:
            WaitingLeftError: somebody waits or is being served.
        """
        del wanted

        def work(tx: Transaction) -> QueueShown:
            line = self._line(tx)
            found = waiting.every(tx, line) if line else []
            left = len(_in(found, Place.WAITING)) + len(_in(found, Place.CALLED))
            if left:
                raise WaitingLeftError(str(left))
            self._begin(tx)
            return self._shown(tx)

        return await self.database.write(work)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(QUEUE, self.shown),
            Handler(QUEUE_TAKE, self.take),
            Handler(QUEUE_CALL, self.call),
            Handler(QUEUE_SKIP, self.skip),
            Handler(QUEUE_BACK, self.back),
            Handler(QUEUE_DONE, self.done),
            Handler(QUEUE_ANEW, self.anew),
        )

    async def _move(
        self, wanted: OfNumber, was: Place, becomes: Place, *, last: bool = False
    ) -> QueueShown:
        def work(tx: Transaction) -> QueueShown:
            line, one = self._of(tx, wanted.number)
            if one.state is not was:
                raise WaitingNumberError(str(wanted.number))
            if last:
                waiting.to_the_end(tx, line, one.number)
            waiting.change(tx, line, one.number, self._change(becomes, wanted.clerk))
            return self._shown(tx)

        return await self.database.write(work)

    def _of(self, tx: Transaction, number: int) -> tuple[Line, Waiting]:
        line = self._line(tx)
        one = waiting.get(tx, line, number) if line else None
        if line is None or one is None:
            raise WaitingNumberError(str(number))
        return line, one

    def _line(self, tx: Transaction) -> Line | None:
        """The line that counts now; None: the next number is the first of its day."""
        line, (day, proved) = waiting.newest(tx), self.day()
        if line is None or line.day == str(day):
            return line
        if proved and line.proved:
            return None
        found = waiting.every(tx, line)
        return line if not found or any(one.state in _STILL_THERE for one in found) else None

    def _begin(self, tx: Transaction) -> Line:
        day, proved = self.day()
        return waiting.begin(tx, str(day), proved=proved, at_ms=self.clock.now_ms())

    def _change(self, state: Place, clerk: str) -> Change:
        return Change(state=state, at_ms=self.clock.now_ms(), clerk=clerk)

    def _shown(self, tx: Transaction) -> QueueShown:
        line = self._line(tx)
        found = waiting.every(tx, line) if line else []
        called = _in(found, Place.CALLED)
        return QueueShown(
            day=line.day if line else "",
            proved=bool(line and line.proved),
            serving=called[-1].number if called else None,
            waiting=[one.number for one in _in(found, Place.WAITING)],
            skipped=[
                SkippedShown(number=one.number, at_ms=one.changed_ms, clerk=one.clerk)
                for one in _in(found, Place.SKIPPED)
            ],
            done=len(_in(found, Place.DONE)),
            last=max((one.number for one in found), default=0),
            is_of_today=line is None or line.day == str(self.day()[0]),
        )


def _in(found: Sequence[Waiting], state: Place) -> list[Waiting]:
    return [one for one in found if one.state is state]
