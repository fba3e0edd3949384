"""Waiting for real processes: look until it is so, or fail loudly."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(
    condition: Callable[[], Awaitable[bool]], *, within_s: float = 120.0, every_s: float = 0.2
) -> None:
    """Return once ``condition`` holds.

    Raises:
        TimeoutError: it did not within ``within_s`` seconds.
    """
    ends = time.monotonic() + within_s
    while not await condition():
        if time.monotonic() > ends:
            raise TimeoutError(f"not so after {within_s:.0f} s")
        await asyncio.sleep(every_s)
