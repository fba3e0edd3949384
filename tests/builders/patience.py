"""Waiting for something that another task does."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], *, pause_s: float = 0.001) -> None:
    """Let other tasks run until ``condition`` holds; pytest's timeout ends it otherwise.

    With ``pause_s=0`` it is looked at after every step of the others, and no time passes.
    """
    while not condition():
        await asyncio.sleep(pause_s)
