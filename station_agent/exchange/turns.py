"""Whose turn on the line to the parent it is: one exchange at a time, and callers go first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from station_agent.exchange.line import ParentLine

_NUDGE_S = 0.2  # how often a lingering exchange is asked to end


class LineTurns:
    """The loop's turns, and those of callers beside it."""

    def __init__(self, line: ParentLine) -> None:
        self._line, self._turn = line, asyncio.Lock()
        self._callers = 0  # who wants the line now

    @property
    def are_wanted(self) -> bool:
        """Whether somebody waits for the loop's turn to end."""
        return self._callers > 0

    @property
    def of_loop(self) -> AbstractAsyncContextManager[None]:
        """A turn of the loop."""
        return self._turn

    @asynccontextmanager
    async def of_caller(self) -> AsyncIterator[None]:
        """The next turn, for a caller."""
        self._callers += 1
        try:
            await self._take()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._callers -= 1

    async def _take(self) -> None:
        """Get the line next, asking an exchange that only lingers to end."""
        taking = asyncio.ensure_future(self._turn.acquire())
        try:
            while not taking.done():
                if self._turn.locked():
                    self._line.stop()
                await asyncio.wait({taking}, timeout=_NUDGE_S)
        except BaseException:
            if not taking.cancel():
                self._turn.release()
            raise
