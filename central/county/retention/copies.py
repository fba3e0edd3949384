"""Copies from before an upgrade hold what citizens wrote: they are let go of after a month."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from provisioning.authority import FOLDER, Authority
from runtime.disk.kept import forget_old


def copies_watch(data: Path, authority: Authority) -> Callable[[], Awaitable[None]]:
    """A slow job; it does nothing while the county's date is in doubt."""
    paths = (data / "county.db", data / FOLDER / "authority.db")

    async def watch() -> None:
        if authority.watch.look():
            await asyncio.to_thread(forget_old, authority.clock.now_ms(), *paths)

    return watch
