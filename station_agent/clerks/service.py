"""The clerks of a station: each has a slot of the vault of her own.

Source: docs/operations.md, "Clerks"; docs/security.md, "Clerks of a station".
"""

import asyncio
from dataclasses import dataclass, field

from protocol.errors import LockedError
from protocol.errors.clerk import CheckerMissingError
from protocol.errors.desk import (
    ClerkError,
    ClerkLastError,
    ClerkNameError,
    ClerkProofError,
    ClerkTakenError,
    ClerkUnknownError,
)
from protocol.ids import ApplicationId
from protocol.limits import MAX_CLERK_NAME_CHARS
from protocol.ports import Randomness
from protocol.text import person_name
from protocol.trust.password import checked_password
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.calls import (
    ADD,
    LIST,
    PASSWORD,
    AddClerk,
    ChangePassword,
    ClerkShown,
    ClerksShown,
    Proof,
    RemoveClerk,
)
from station_agent.clerks.unlocking import UnlockingService
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import OWNER, Purpose
from station_agent.store.vault import OpenVault, Vault

MAX_CLERKS = 20  # of one PC: a record with their slots stays small
FEWEST_PASSWORD_CHARS = 8  # typed after each lock, on a PC behind a door; the vault is Argon2id's


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkService:
    """Answers ``clerk``."""

    vault: Vault
    unlocking: UnlockingService
    randomness: Randomness
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time looks and writes

    async def add(self, _: Actor, wanted: AddClerk, __: Report = silent) -> ClerksShown:
        """One more clerk; the first one ends that the vault opens by a file.

        Raises:
            ClerkNameError, ClerkTakenError, PasswordWeakError: nothing changed.
            ClerkProofError: somebody has a password, and none was given.
            ClerkWaitError, PasswordWrongError: as for every opening.
        """
        name = checked_name(wanted.name)
        checked_password(wanted.password, fewest=FEWEST_PASSWORD_CHARS)
        async with self.changing:
            if name in self.vault.clerks:
                raise ClerkTakenError(name)
            if len(self.vault.clerks) >= MAX_CLERKS:
                raise ClerkError(f"{MAX_CLERKS}")
            await self._let_in(wanted.by, name, wanted.password)
        return await self._shown()

    async def password(self, _: Actor, wanted: ChangePassword, __: Report = silent) -> ClerksShown:
        """Another password; the one so far opens nothing any more.

        Raises:
            ClerkUnknownError, PasswordWeakError: nothing changed.
            ClerkWaitError, PasswordWrongError: as for every opening.
        """
        async with self.changing:
            name = self._known(wanted.name)
            checked_password(wanted.new, fewest=FEWEST_PASSWORD_CHARS)
            await self._let_in(Proof(clerk=name, password=wanted.password), name, wanted.new)
        return await self._shown()

    async def remove(self, _: Actor, wanted: RemoveClerk, __: Report = silent) -> ClerksShown:
        """A clerk works here no more, and her password opens nothing any more.

        Raises:
            ClerkUnknownError, ClerkLastError: nothing changed.
            ClerkProofError, ClerkWaitError, PasswordWrongError: as for adding one.
        """
        async with self.changing:
            name = self._known(wanted.name)
            if len(self.vault.clerks) == 1:
                raise ClerkLastError(name)
            await self._prove(wanted.by)
            await asyncio.to_thread(self.vault.shut_out, name)
            await self.unlocking.database.write(lambda tx: clerks.forget_clerk(tx, name))
        return await self._shown()

    async def second(self, first: str, by: Proof, application: ApplicationId) -> str:
        """The second clerk, who looked at an application and says so by her password.

        Raises:
            CheckerMissingError: none was named, or it is the first one.
            ClerkWaitError, PasswordWrongError: as for every opening.
        """
        if not by.clerk or not by.password or person_name(by.clerk) == first:
            raise CheckerMissingError
        opened = await self.unlocking.unlock(by)
        await self.unlocking.note(opened, Purpose.CHECK, application)
        return opened.clerk

    async def list(self, _: Actor, __: Nothing, ___: Report = silent) -> ClerksShown:
        """All who work here."""
        return await self._shown()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ADD, self.add),
            Handler(LIST, self.list),
            Handler(PASSWORD, self.password),
        )

    async def _let_in(self, by: Proof, name: str, password: str) -> None:
        opened = await self._prove(by)
        await asyncio.to_thread(self.vault.let_in, opened, name, password, self.randomness)

    async def _prove(self, by: Proof) -> OpenVault:
        try:
            opened = await self.unlocking.unlock(by)
        except LockedError:
            raise ClerkProofError from None
        await self.unlocking.note(opened, Purpose.CLERKS)
        return opened.vault

    def _known(self, text: str) -> str:
        name = person_name(text)
        if name not in self.vault.clerks:
            raise ClerkUnknownError(name[:MAX_CLERK_NAME_CHARS])
        return name

    async def _shown(self) -> ClerksShown:
        names = self.vault.clerks
        waits = await self.unlocking.database.read(
            lambda tx: [self.unlocking.wait_s(tx, name, OWNER) for name in names]
        )
        return ClerksShown(
            clerks=[
                ClerkShown(name=name, wait_s=wait) for name, wait in zip(names, waits, strict=True)
            ],
            locked=self.vault.has_password,
        )


def checked_name(text: str) -> str:
    """A clerk's name as it is kept. Raises ClerkNameError if it is none."""
    name = person_name(text)
    if not 1 <= len(name) <= MAX_CLERK_NAME_CHARS:
        raise ClerkNameError(f"1–{MAX_CLERK_NAME_CHARS}")
    return name
