"""Opening the vault: tries are counted and slowed down, and what was opened is written down.

A try counts as wrong on disk before it is judged, and is forgiven if it was right: so many at
once, or a power cut in between, gain nobody a guess. Whoever has the disk can guess beside this;
that is what Argon2id is for.

Source: docs/security.md, "Clerks of a station".
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from protocol.errors import LockedError
from protocol.errors.desk import ClerkUnnamedError, ClerkWaitError
from protocol.ids import ApplicationId
from protocol.ports import Clock
from protocol.text import person_name
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import OWNER, Opening, Purpose, Tries
from station_agent.store.vault import OpenVault, Vault

PAUSES_S = (0, 0, 0, 5, 30)  # before the next try, by wrong ones in a row
LOCK_S = 900  # from the fifth on: who mistyped waits a quarter of an hour


class Key(Protocol):
    """What a caller gives to open the vault; calls of other rooms have these fields, too."""

    @property
    def clerk(self) -> str:
        """Who; empty: not said."""
        ...

    @property
    def password(self) -> str | None:
        """Hers; None: not given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The open vault, and by whom; nobody where nobody is a clerk."""

    vault: OpenVault
    clerk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockingService:
    """Opens the vault of one station."""

    database: Database
    vault: Vault
    clock: Clock

    async def unlock(self, key: Key, lane: str = OWNER) -> Opened:
        """The vault by what ``key`` says.

        Args:
            lane: from where it is tried; wrong ones count there alone.

        Raises:
            LockedError: it takes a password, and none was given.
            ClerkUnnamedError: several clerks work here, and none was named.
            ClerkWaitError: too many wrong ones; this one was not judged.
            PasswordWrongError: it was wrong, and is counted.
        """
        if not self.vault.has_password:
            return Opened(vault=await asyncio.to_thread(self.vault.unlock, None), clerk="")
        if key.password is None:
            raise LockedError
        clerk = self._who(key.clerk)
        counted = clerk if clerk in self.vault.clerks else ""
        await self.database.write(lambda tx: self.count(tx, counted, lane))
        opened = await asyncio.to_thread(self.vault.unlock, key.password, clerk)
        await self.database.write(lambda tx: clerks.forget_tries(tx, counted, lane))
        return Opened(vault=opened, clerk=clerk)

    async def note(
        self, opened: Opened, purpose: Purpose, application: ApplicationId | None = None
    ) -> None:
        """Write down what ``opened`` is used for; nobody's name stands where nobody is a clerk."""
        if opened.clerk:
            await self.note_of(opened.clerk, purpose, application)

    async def note_of(
        self, clerk: str, purpose: Purpose, application: ApplicationId | None = None
    ) -> None:
        """Write down that ``clerk`` opens it, before she does."""
        line = Opening(
            at_ms=self.clock.now_ms(), clerk=clerk, application=application, purpose=purpose
        )
        await self.database.write(lambda tx: clerks.add_opening(tx, line))

    def wait_s(self, tx: Transaction, clerk: str, lane: str) -> int:
        """How long the next password of ``clerk`` in a lane is not looked at."""
        return self._left_s(clerks.tries(tx, clerk, lane))

    def _who(self, clerk: str) -> str:
        if not self.vault.clerks:
            return ""
        if clerk:
            return person_name(clerk)
        if len(self.vault.clerks) > 1:
            raise ClerkUnnamedError
        return self.vault.clerks[0]

    def count(self, tx: Transaction, clerk: str, lane: str) -> None:
        """A password of ``clerk`` is tried: it counts as wrong until it proves to be right.

        Raises:
            ClerkWaitError: too many were wrong; this one is not to be judged.
        """
        found = clerks.tries(tx, clerk, lane)
        if left_s := self._left_s(found):
            raise ClerkWaitError(str(left_s))
        tried = Tries(wrong=found.wrong + 1, at_ms=self.clock.now_ms())
        clerks.keep_tries(tx, clerk, lane, tried)

    def _left_s(self, found: Tries) -> int:
        """Whole seconds; a clock that was set back must not lock anybody for a year."""
        pause_s = PAUSES_S[found.wrong] if found.wrong < len(PAUSES_S) else LOCK_S
        left_ms = found.at_ms + pause_s * 1000 - self.clock.now_ms()
        return -(-left_ms // 1000) if 0 < left_ms <= pause_s * 1000 else 0
