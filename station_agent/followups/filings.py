"""What is being written about an application or to the county, with pages of papers and photos.

It is kept on disk at every save, sealed for the vault; its pages are taken in as those of an
application are. Sending drops it in the transaction that stores what was sent.

Source: docs/operations.md, "What follows an application".
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.errors.clerk import FollowUpManyError, FollowUpTakenError, FollowUpUnknownError
from protocol.errors.drafts import FillingBinnedError
from protocol.ids import ApplicationId
from protocol.limits import BIN_MS
from protocol.ports import Clock
from station_agent.clerks.unlocking import Opened
from station_agent.store import follow_ups
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import filings
from station_agent.store.desk.filings import FilingRow

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
    goes_ms: int | None  # when it leaves the bin for good; None: it is open


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingService:
    """Keeps them at one station."""

    database: Database
    seal: Callable[[str, object], bytes]  # for the vault, under a context
    clock: Clock
    run_ms: Callable[[], int]  # how long this station has run
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
            FillingBinnedError: it lies in the bin; nothing was kept.
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
            FillingBinnedError: it lies in the bin.
        """

        def read(tx: Transaction) -> FilingRow:
            _require_unsent(tx, filing)
            row = filings.get(tx, filing)
            if row is None:
                raise FollowUpUnknownError(filing)
            _require_open(row)
            return row

        return _opened(opened, await self.database.read(read))

    async def every(self, opened: Opened) -> Sequence[Filing]:
        """Those that are open, what was begun first is first."""
        return [one for one in await self._all(opened) if one.goes_ms is None]

    async def in_bin(self, opened: Opened) -> Sequence[Filing]:
        """Those that nobody wanted, and that may still be put back."""
        return [one for one in await self._all(opened) if one.goes_ms is not None]

    async def throw_away(self, filing: ApplicationId) -> None:
        """Into the bin, with its pages."""
        now_ms, run_ms = self.clock.now_ms(), self.run_ms()
        await self.database.write(lambda tx: filings.put_in_bin(tx, filing, now_ms, run_ms))

    async def put_back(self, filing: ApplicationId) -> None:
        """Out of the bin, as it was."""
        await self.database.write(lambda tx: filings.put_back(tx, filing))

    async def drop(self, filing: ApplicationId) -> None:
        """It is gone for good, and its pages with it."""
        await self.database.write(lambda tx: filings.drop(tx, filing))

    async def _all(self, opened: Opened) -> Sequence[Filing]:
        rows = await self.database.read(filings.every)
        return await asyncio.to_thread(lambda: [_opened(opened, one) for one in rows])


def _put(tx: Transaction, row: FilingRow, most: int) -> None:
    _require_unsent(tx, row.filing)
    known = filings.get(tx, row.filing)
    if known is None and filings.count(tx) >= most:
        raise FollowUpManyError(str(most))
    if known is not None:
        _require_open(known)
    filings.put(tx, row)


def _require_open(row: FilingRow) -> None:
    if row.binned_ms is not None:
        raise FillingBinnedError(row.filing[:8])


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
        goes_ms=None if row.binned_ms is None else row.binned_ms + BIN_MS,
    )
