"""Copies from before an upgrade hold what citizens wrote: they are let go of after a month."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from provisioning.authority import FOLDER, Authority
from runtime.disk.kept import forget_old

log = logging.getLogger(__name__)

KEPT_DAYS = 30


def copies_watch(data: Path, authority: Authority) -> Callable[[], Awaitable[None]]:
    """A slow job; it does nothing while the county's date is in doubt."""
    paths = (data / "county.db", data / FOLDER / "authority.db")

    async def watch() -> None:
        if not authority.watch.look():
            return
        now_ms = authority.clock.now_ms()
        gone = [await asyncio.to_thread(forget_old, path, now_ms, KEPT_DAYS) for path in paths]
        if any(gone):
            extra = {"event": "upgrade.forgotten", "count": sum(gone)}
            log.warning("copies from before an upgrade are gone", extra=extra)

    return watch
