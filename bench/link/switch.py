"""Whether a line is up: by hand, or cut again and again by a plan."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from bench.link.plan import CutKind, Cuts


class Switch:
    """Tells ``cut`` when the line goes down, and ``mended`` when it is up again and how it was cut.

    Cuts by hand are blackouts.
    """

    def __init__(self, *, cut: Callable[[], None], mended: Callable[[CutKind], None]) -> None:
        self._cut, self._mended = cut, mended
        self._cutting: asyncio.Task[None] | None = None
        self._down_since_s: float | None = None
        self._down_s = 0.0
        self.cuts = 0

    @property
    def up(self) -> bool:
        """Whether anything passes now."""
        return self._down_since_s is None

    @property
    def down_s(self) -> float:
        """Seconds that it was down since :meth:`begin`."""
        now = 0.0 if self._down_since_s is None else time.monotonic() - self._down_since_s
        return self._down_s + now

    def take_down(self) -> None:
        """Nothing passes any more."""
        if self.up:
            self._down_since_s = time.monotonic()
            self._cut()

    def bring_up(self, kind: CutKind = CutKind.BLACKOUT) -> None:
        """Everything passes again."""
        if self._down_since_s is not None:
            self._down_s += time.monotonic() - self._down_since_s
            self._down_since_s = None
            self._mended(kind)

    def begin(self, cuts: Cuts | None) -> None:
        """Up from now on, but for ``cuts``; counts from nothing."""
        self.bring_up()
        self._down_s, self.cuts = 0.0, 0
        if cuts is not None:
            self._cutting = asyncio.create_task(self._cut_again_and_again(cuts))

    async def end(self) -> None:
        """No more cuts."""
        if self._cutting is not None:
            self._cutting.cancel()
            with suppress(asyncio.CancelledError):
                await self._cutting

    async def _cut_again_and_again(self, cuts: Cuts) -> None:
        while True:
            await asyncio.sleep(cuts.up_s)
            self.cuts += 1
            self.take_down()
            await asyncio.sleep(cuts.down_s)
            self.bring_up(cuts.kind)
