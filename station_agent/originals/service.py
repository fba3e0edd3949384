"""Originals that travel in the bag: what, from whom, to whom, when. A record of this station.

Each stop is written down when both have signed on paper; what was written stays. Nothing of it
goes to the county: the paper with the signatures travels with the originals.

Source: docs/operations.md, "Originals".
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from protocol.errors import UsageError
from protocol.errors.clerk import ApplicationUnknownError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.originals.calls import (
    ORIGINALS,
    PASS_ON,
    PassedOn,
    PassOn,
    ShowOriginals,
    StopShown,
)
from station_agent.store import applications
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import originals
from station_agent.store.desk.clerks import Purpose
from station_agent.store.desk.originals import StopRow
from station_agent.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What is sealed of a stop."""

    what: str
    giver: str
    taker: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalService:
    """Of one station."""

    database: Database
    vault: Vault
    unlocking: UnlockingService
    now_ms: Callable[[], int]

    async def pass_on(self, _: Actor, wanted: PassOn, __: Report = silent) -> PassedOn:
        """Write down that an original was passed on; on disk when this returns.

        Raises:
            ApplicationUnknownError: no such application here.
            ClerkUnknownError: nobody of this name works here; nothing was stored.
            DiskFullError, StoreError: nothing was stored.
        """
        if wanted.clerk and self.vault.clerks and wanted.clerk not in self.vault.clerks:
            raise ClerkUnknownError(wanted.clerk)
        said = _Said(what=wanted.what, giver=wanted.giver, taker=wanted.taker, day=wanted.day)
        sealed = self.vault.put_in(_context(wanted.stop), said)

        def work(tx: Transaction) -> ApplicationId:
            own = _found(tx, wanted.application)
            row = StopRow(
                stop=wanted.stop,
                application=own,
                sealed=sealed,
                at_ms=self.now_ms(),
                clerk=wanted.clerk,
            )
            originals.add(tx, row)
            return own

        return PassedOn(stop=wanted.stop, application=await self.database.write(work))

    async def shown(self, _: Actor, wanted: ShowOriginals, __: Report = silent) -> list[StopShown]:
        """The stops, for whoever opens the vault.

        Raises:
            ApplicationUnknownError: no such application here.
            LockedError, PasswordWrongError, ClerkWaitError: they stay closed.
        """
        return await self.of(await self.unlocking.unlock(wanted), wanted.application)

    async def of(self, opened: Opened, application: str) -> list[StopShown]:
        """The same for whoever opened it. Raises ApplicationUnknownError."""

        def read(tx: Transaction) -> tuple[ApplicationId, list[StopRow]]:
            own = _found(tx, application)
            return own, originals.of_application(tx, own)

        own, rows = await self.database.read(read)
        await self.unlocking.note(opened, Purpose.RESULT, own)
        return [_shown(opened, row) for row in rows]

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(PASS_ON, self.pass_on), Handler(ORIGINALS, self.shown))


def _context(stop: str) -> str:
    return f"original/{stop}"


def _shown(opened: Opened, row: StopRow) -> StopShown:
    said = opened.vault.take_out(_context(row.stop), row.sealed, _Said)
    return StopShown(
        stop=row.stop,
        what=said.what,
        giver=said.giver,
        taker=said.taker,
        at_ms=row.at_ms,
        day=said.day,
        clerk=row.clerk,
    )


def _found(tx: Transaction, name: str) -> ApplicationId:
    """The application of this name. Raises ApplicationUnknownError."""
    with suppress(UsageError):
        if (view := applications.find(tx, name)) is not None:
            return view.application
    raise ApplicationUnknownError(name[:50])
