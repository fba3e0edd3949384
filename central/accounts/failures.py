"""Failed logins for the record: the first at once, those that follow as one entry with their count.

A flood of guesses must neither fill the record nor cost a synced write each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from central.accounts.limits import MAX_NOTED_NAMES, NOTED_EACH_S
from protocol.ports import Clock

Note = Callable[[str, str, dict[str, Any]], Awaitable[None]]
"""Told the account, the code of the refusal, and a detail."""

OTHERS = "*"  # names that were too many to be told apart


@dataclass(slots=True)
class _Counted:
    count: int = 0  # since the entry that was written
    address: str = ""  # of the last one


class FailedLogins:
    """Counts failed logins by account and reason, for entries at intervals."""

    def __init__(self, clock: Clock, note: Note) -> None:
        self._clock, self._note = clock, note
        self._counted: dict[tuple[str, str], _Counted] = {}
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, account: str, code: str, *, address: str) -> None:
        """One more; written before this returns if it is the first of its kind for a while."""
        key = (account, code)
        if key not in self._counted and len(self._counted) >= MAX_NOTED_NAMES:
            key = (OTHERS, code)
        if key in self._counted:
            counted = self._counted[key]
            counted.count, counted.address = counted.count + 1, address
            return
        self._counted[key] = _Counted()
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_later())
        await self._note(key[0], code, {"count": 1, "from": address})

    async def close(self) -> None:
        """Write what was only counted so far."""
        if self._flushing is not None:
            self._flushing.cancel()
        await self._flush()

    async def _flush_later(self) -> None:
        await self._clock.sleep(NOTED_EACH_S)
        await self._flush()

    async def _flush(self) -> None:
        counted, self._counted = self._counted, {}
        for (account, code), one in counted.items():
            if one.count:
                await self._note(account, code, {"count": one.count, "from": one.address})
