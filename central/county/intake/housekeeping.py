"""Housekeeping: what lay long enough in quarantine goes; what never came is told to its station."""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.followups.custody import Custody
from central.county.intake.notices import NoticeBoard
from central.county.intake.queries import forget_quarantine
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.errors import BlobMissingError
from protocol.ids import NodeId
from protocol.limits import BLOB_WAIT_S
from protocol.ports import Clock

log = logging.getLogger(__name__)

_DAY_MS = 86_400_000
KEPT_DAYS = 365  # a year, in which a station may ask what became of its envelope
_AT_ONCE = 200  # attachments looked at in one transaction


class Housekeeping:
    """A slow job of the county."""

    def __init__(
        self,
        *,
        store: Store,
        notices: NoticeBoard,
        cases: Cases,
        custody: Custody,
        clock: Clock,
        believed: Callable[[], bool],
        kept_days: Callable[[], int] = lambda: KEPT_DAYS,
    ) -> None:
        self._kept_days = kept_days
        self._store, self._notices, self._clock = store, notices, clock
        self._cases, self._custody = cases, custody
        self._believed = believed  # whether the county's date can be believed now

    async def tidy(self) -> None:
        """Drop quarantined bytes that the policy keeps no longer; say which attachments never came.

        Nothing has an age while the county's own date is in doubt.
        """
        if not self._believed():
            log.warning("nothing is let go by this date", extra={"event": "clock.in-doubt"})
            return
        now_ms = self._clock.now_ms()

        async def forget(session: AsyncSession) -> None:
            await forget_quarantine(session, now_ms - self._kept_days() * _DAY_MS)

        await self._store.transact(forget)
        after: Key | None = ("", b"")
        while after is not None:
            after = await self._tell_some(after, now_ms)
        after = ("", b"")
        while after is not None:
            after = await self._tell_some_that_followed(after, now_ms)

    async def _tell_some(self, after: Key, now_ms: int) -> Key | None:
        """Speak of attachments behind ``after``; the last of them, None at the end."""

        async def work(session: AsyncSession) -> Key | None:
            before_ms = now_ms - BLOB_WAIT_S * 1000
            found = await self._cases.never_came(session, before_ms, after=after, limit=_AT_ONCE)
            await self._say(session, found, now_ms)
            return found[-1] if len(found) == _AT_ONCE else None

        return await self._store.transact(work)

    async def _tell_some_that_followed(self, after: Key, now_ms: int) -> Key | None:
        """The same of what followed an application."""

        async def work(session: AsyncSession) -> Key | None:
            before_ms = now_ms - BLOB_WAIT_S * 1000
            found, last = await self._custody.never_came(
                session, before_ms, after=after, limit=_AT_ONCE
            )
            await self._say(session, found, now_ms)
            return last

        return await self._store.transact(work)

    async def _say(
        self, session: AsyncSession, found: Sequence[tuple[NodeId, bytes]], now_ms: int
    ) -> None:
        for station, blob in found:
            await self._notices.say(
                session, station=station, blob=blob, code=BlobMissingError.code, now_ms=now_ms
            )
