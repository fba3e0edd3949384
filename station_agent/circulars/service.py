"""Circulars of the county: shown, and confirmed by each clerk by name.

A confirmation is a follow-up whose id follows from the circular, the clerk and this life of the
database. So one that is sent twice is one, nothing else is kept of who has read what, and a PC
that was set back asks its clerks again.

Source: docs/operations.md, "Circulars".
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from protocol.errors.clerk import FollowUpTakenError
from protocol.errors.office import CircularUnknownError
from protocol.ids import ApplicationId
from protocol.records.followups import Confirmation, Said
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.circulars.calls import (
    CIRCULARS,
    CONFIRM,
    CircularConfirmed,
    CircularShown,
    ConfirmCircular,
    Reader,
    ShowCirculars,
)
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.followups.calls import SendFollowUp
from station_agent.followups.service import FollowUpService
from station_agent.inbox.results import StoredCircular, circular_context
from station_agent.store import follow_ups, station
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import circulars
from station_agent.store.desk.circulars import CircularRow
from station_agent.store.vault import Vault

MOST = 200  # circulars that are shown, the newest
_ID_CHARS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularService:
    """Of one station."""

    database: Database
    vault: Vault
    unlocking: UnlockingService
    follow_ups: FollowUpService

    async def shown(
        self, _: Actor, wanted: ShowCirculars, __: Report = silent
    ) -> list[CircularShown]:
        """The newest, for whoever opens the vault.

        Raises:
            LockedError, PasswordWrongError, ClerkWaitError: they stay closed.
        """
        return await self.every(await self.unlocking.unlock(wanted))

    async def every(self, opened: Opened) -> list[CircularShown]:
        """The same for whoever opened it; the newest first."""
        found = await self.database.read(
            lambda tx: [(row, self._readers(tx, row)) for row in circulars.newest(tx, MOST)]
        )
        return await asyncio.to_thread(lambda: [_shown(opened, *one) for one in found])

    async def one(self, opened: Opened, circular: str) -> CircularShown:
        """One of them. Raises CircularUnknownError."""
        row, readers = await self.database.read(lambda tx: self._one(tx, circular))
        return _shown(opened, row, readers)

    async def confirm(
        self, actor: Actor, wanted: ConfirmCircular, _: Report = silent
    ) -> CircularConfirmed:
        """As :meth:`confirm_as`, by her password.

        Raises:
            LockedError, PasswordWrongError, ClerkWaitError: nobody was let in.
        """
        return await self.confirm_as(actor, await self.unlocking.unlock(wanted), wanted.circular)

    async def confirm_as(self, actor: Actor, opened: Opened, circular: str) -> CircularConfirmed:
        """The clerk has read it; on disk when this returns. Once more is answered alike.

        Raises:
            CircularUnknownError: no such circular here.
            FollowUpWrongError: nobody is a clerk here; and as FollowUpService.send.
        """
        row, readers = await self.database.read(lambda tx: self._one(tx, circular))
        waiting = [one.name for one in readers if one.read_ms is None and one.name != opened.clerk]
        subject = Confirmation(circular=bytes.fromhex(row.circular), waiting=tuple(waiting))
        own = await self.database.read(lambda tx: _own_id(tx, row.circular, opened.clerk))
        wanted = SendFollowUp(
            follow_up=own, application="", said=Said(subject=subject, clerk=opened.clerk)
        )
        with suppress(FollowUpTakenError):  # she confirmed it, when others still had to
            await self.follow_ups.send(actor, wanted)
        return CircularConfirmed(circular=row.circular, clerk=opened.clerk)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(CIRCULARS, self.shown), Handler(CONFIRM, self.confirm))

    def _one(self, tx: Transaction, circular: str) -> tuple[CircularRow, list[Reader]]:
        row = circulars.get(tx, circular)
        if row is None:
            raise CircularUnknownError(circular[:40])
        return row, self._readers(tx, row)

    def _readers(self, tx: Transaction, row: CircularRow) -> list[Reader]:
        ids = {_own_id(tx, row.circular, name): name for name in self.vault.clerks}
        read = follow_ups.saved_times(tx, list(ids))
        return [Reader(name=name, read_ms=read.get(own)) for own, name in ids.items()]


def _own_id(tx: Transaction, circular: str, clerk: str) -> ApplicationId:
    instance = station.read_state(tx).instance.hex()
    text = f"yizhan confirmation {instance} {circular} {clerk}"
    return ApplicationId(hashlib.sha256(text.encode()).hexdigest()[:_ID_CHARS])


def _shown(opened: Opened, row: CircularRow, readers: Sequence[Reader]) -> CircularShown:
    stored = opened.vault.take_out(circular_context(row.circular), row.sealed, StoredCircular)
    return CircularShown(
        circular=row.circular,
        title=stored.title,
        words=stored.words,
        at_ms=stored.at_ms,
        readers=readers,
    )
