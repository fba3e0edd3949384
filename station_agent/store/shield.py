"""Work that runs to its end even if the one who asked for it is cancelled.

A cancelled write may have happened all the same, so "cancelled" never tells whether something
was stored. Work that must not stop half-way runs here, and whoever closes the store waits for it.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Shield:
    """Runs such work, and knows what is still running."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``, which goes on even if this call is cancelled."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def idle(self) -> None:
        """Return once nothing is running."""
        while self._running:
            await asyncio.wait(set(self._running))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waits gets it; nobody else needs a warning
