"""How far a long piece of work has got, in bytes; and how it is ended in the middle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from protocol.errors import StoreError
from protocol.limits import MIB
from runtime.control.done import Done
from runtime.control.owner import Report

T = TypeVar("T")
_TOLD_BYTES = 4 * MIB  # between two words


class Meter:
    """Adds up what is done, from whichever thread, and reports it.

    Each step is reported before it begins, in the thread of the loop.
    """

    def __init__(self, report: Report) -> None:
        self._report, self._loop = report, asyncio.get_running_loop()
        self._step = ""
        self._done = self._total = self._base = self._told = 0
        self._stopped = False

    def begin(self, step: str, size: int = 0) -> None:
        """The next step, of ``size`` bytes."""
        self._step, self._base = step, self._done
        self._total += size
        self._tell()

    def moved(self, size: int) -> None:
        """So many bytes more are done.

        Raises:
            StoreError: whoever waited for this work was cancelled.
        """
        if self._stopped:
            raise StoreError("stopped")
        self._done += size
        if self._done - self._told >= _TOLD_BYTES:
            self._told = self._done
            self._loop.call_soon_threadsafe(self._tell)

    def reached(self, done: int, total: int) -> None:
        """So many bytes of how many of this step are done; raises as :meth:`moved`."""
        self._total = self._base + total
        self.moved(self._base + done - self._done)

    async def watch(self, work: Awaitable[T]) -> T:
        """The result of ``work``, which calls :meth:`moved`.

        A cancelled caller ends it at its next word, and leaves only when it has ended.
        """
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._stopped = True
            await asyncio.gather(task, return_exceptions=True)
            raise

    async def in_thread(self, work: Callable[[], T]) -> T:
        """The same for a function that blocks."""
        return await self.watch(asyncio.to_thread(work))

    def _tell(self) -> None:
        self._report(Done(self._done, self._total, self._step))
