"""The exchange with the parent: once on demand, or again and again while the agent runs.

The loop goes by the monotonic clock alone.

Source: docs/protocol.md section 9.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from protocol.errors import DiskFullError, YizhanError
from protocol.exchange.lanes import EVERY_LANE
from protocol.exchange.meter import Meter
from protocol.ports import Clock
from runtime.jobs.supervise import Heartbeat
from runtime.metrics.families import Counts
from station_agent.exchange.attempts import Attempts
from station_agent.exchange.line import ParentLine
from station_agent.exchange.pauses import Pauses
from station_agent.exchange.resting import Resting
from station_agent.exchange.turns import LineTurns
from station_agent.store import outbox
from station_agent.store.db import Database

if TYPE_CHECKING:
    from runtime.line.conversation import Tally
    from station_agent.exchange.line import Told

log = logging.getLogger(__name__)

_QUIET_S = 5.0  # after a failure not even new work calls again so soon


class ExchangeService:
    """Holds the line to the parent; one exchange at a time."""

    def __init__(
        self,
        *,
        line: ParentLine,
        attempts: Attempts,
        pauses: Pauses,
        pulse: Heartbeat,
        database: Database,
        meter: Meter,
        clock: Clock,
        linger_s: int,
        make_room: Callable[[], Awaitable[None]],
    ) -> None:
        self._line, self._attempts, self._pauses = line, attempts, pauses
        self._database, self._meter = database, meter
        self._linger_s, self._make_room = linger_s, make_room
        self._turns, self._resting = LineTurns(line), Resting(clock, pulse)
        self._failing = False  # the loop's last exchange did
        self.ended = Counts("exchanges_total", "Exchanges that ended: done, or a code.", "ended")

    @property
    def pulse(self) -> Heartbeat:
        """Of the loop."""
        return self._resting.pulse

    def new_work(self) -> None:
        """Something waits to be sent: wake whoever pauses or lingers."""
        self._resting.wake()
        self._line.wake()

    @property
    def connected(self) -> bool:
        """Whether an exchange is going on now, over a line that works."""
        return self._line.connected

    async def now(self, report: "Told" = lambda _tally: None) -> "Tally":
        """Exchange at once, and again while that moves what waits.

        Raises:
            LineError: the parent can't be reached, or the line broke.
            RefusedError: the parent refuses us, in words.
        """
        async with self._turns.of_caller():
            tally = await self._attempts.exchange(0, report)
            self.ended.add("done")
            while tally.items_up and await self._any_waiting():
                tally = await self._attempts.exchange(0, report)
        if self._linger_s or self._failing:
            self._resting.wake()  # the loop lingers again, or need not wait out its pause
        return tally

    async def run(self) -> None:
        """Exchange until :meth:`stop`."""
        while not self._resting.is_over:
            self._resting.begin()
            try:
                pause_s, patient = await self._once()
            except YizhanError as exc:
                self._failing = True
                self.ended.add(exc.code)
                _log_failure(exc)
                await self._relieve(exc)
                pause_s, patient = self._pauses.after_failure_s(exc), exc.retry_after_s > 0
                quiet_s = min(pause_s, _QUIET_S)  # each submit would try the dead line again
                await self._resting.pause(quiet_s, wakeable=False)
                pause_s -= quiet_s
            if pause_s:
                await self._resting.pause(pause_s, wakeable=not patient)

    def stop(self) -> None:
        """End the loop, and the running exchange in order."""
        self._resting.stop()
        self._line.stop()

    async def close(self) -> None:
        """Close the connection to the parent."""
        await self._line.close()

    async def _once(self) -> tuple[float, bool]:
        """One exchange of the loop; the pause after it, and whether the parent asked for it."""
        self._pauses.begin()
        self.pulse.wait_for_others()
        async with self._turns.of_loop:
            self.pulse.expect(self._linger_s)
            linger_s = 0 if self._turns.are_wanted else self._linger_s
            tally = await self._attempts.exchange(linger_s, self._note_progress)
        self._failing = False
        self.ended.add("done")
        pause_s = self._pauses.after_success_s(tally.retry_after_s, self._meter.opens_in_s())
        if tally.retry_after_s:
            return pause_s, True
        if tally.items_up and await self._any_waiting():
            return 0.0, False
        return pause_s, False

    async def _any_waiting(self) -> bool:
        """Whether something waits that the budget lets go today."""
        lanes = EVERY_LANE - self._meter.shut().keys()
        return await self._database.read(lambda tx: outbox.any_waiting(tx, lanes))

    async def _relieve(self, exc: YizhanError) -> None:
        """Give up what can be given up if the disk is full."""
        if isinstance(exc, DiskFullError):
            try:
                await self._make_room()
            except YizhanError as failed:
                _log_failure(failed)

    def _note_progress(self, tally: "Tally") -> None:
        self.pulse.expect(self._linger_s)
        self._pauses.progress(items=tally.items_up + tally.items_down)


def _log_failure(exc: YizhanError) -> None:
    log.warning(
        "exchange failed",
        extra={"event": "exchange.failed", **exc.fields()},
    )
