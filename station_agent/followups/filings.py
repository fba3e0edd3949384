"""What is being written about an application or to the county, with pages of papers and photos.

It is kept on disk at every save, sealed for the vault; its pages are taken in as those of an
application are. Sending drops it in the transaction that stores what was sent.

Source: docs/operations.md, "What follows an application".
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.errors.clerk import FollowUpManyError, FollowUpTakenError, FollowUpUnknownError
from protocol.ids import ApplicationId
from protocol.ports import Clock
from station_agent.clerks.unlocking import Opened
from station_agent.store import filings, follow_ups
from station_agent.store.db import Database, Transaction
from station_agent.store.filings import FilingRow

MAX_FILINGS = 200  # that are open at a station; a clerk throws away what nobody wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One of them, opened."""

    filing: ApplicationId  # id of the follow-up that it becomes
    about: str  # name of its subject
    application: str  # that it follows; empty: none
    texts: Mapping[str, str] = field(repr=False)  # as they were typed
    clerk: str  # who typed last
    saved_ms: int  # by the local clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingService:
    """Keeps them at one station."""

    database: Database
    seal: Callable[[str, object], bytes]  # for the vault, under a context
    clock: Clock
    most: int = MAX_FILINGS

    async def save(
        self,
        opened: Opened,
        filing: ApplicationId,
        *,
        about: str,
        application: str,
        texts: Mapping[str, str],
    ) -> None:
        """Keep what was typed so far; it is on disk when this returns.

        Raises:
            FollowUpTakenError: it was sent already; nothing was kept.
            FollowUpManyError: too many are open.
            DiskFullError, StoreError: nothing was kept.
        """
        row = FilingRow(
            filing=filing,
            about=about,
            application=application,
            texts=self.seal(_context(filing), dict(texts)),
            clerk=opened.clerk,
            saved_ms=self.clock.now_ms(),
        )
        await self.database.write(lambda tx: _put(tx, row, self.most))

    async def find(self, opened: Opened, filing: ApplicationId) -> Filing:
        """One of them.

        Raises:
            FollowUpTakenError: it was sent.
            FollowUpUnknownError: there is none.
        """

        def read(tx: Transaction) -> FilingRow:
            _require_unsent(tx, filing)
            row = filings.get(tx, filing)
            if row is None:
                raise FollowUpUnknownError(filing)
            return row

        return _opened(opened, await self.database.read(read))

    async def every(self, opened: Opened) -> Sequence[Filing]:
        """All of them, what was begun first is first."""
        rows = await self.database.read(filings.every)
        return await asyncio.to_thread(lambda: [_opened(opened, one) for one in rows])

    async def throw_away(self, filing: ApplicationId) -> None:
        """It is not wanted any more; its pages go with it."""
        await self.database.write(lambda tx: filings.drop(tx, filing))


def _put(tx: Transaction, row: FilingRow, most: int) -> None:
    _require_unsent(tx, row.filing)
    if filings.get(tx, row.filing) is None and filings.count(tx) >= most:
        raise FollowUpManyError(str(most))
    filings.put(tx, row)


def _require_unsent(tx: Transaction, filing: ApplicationId) -> None:
    if follow_ups.known(tx, [filing]):
        raise FollowUpTakenError(filing)


def _context(filing: str) -> str:
    return f"filing/{filing}"


def _opened(opened: Opened, row: FilingRow) -> Filing:
    return Filing(
        filing=row.filing,
        about=row.about,
        application=row.application,
        texts=opened.vault.take_out(_context(row.filing), row.texts, dict[str, str]),
        clerk=row.clerk,
        saved_ms=row.saved_ms,
    )
