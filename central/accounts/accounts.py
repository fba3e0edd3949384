"""Accounts: made, changed, unlocked, taken away. Every change ends the open logins of its account.

Source: docs/security.md, "Pages"; docs/operations.md, "People and pages".
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Mapping

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts import queries, recovery
from central.accounts.calls import Account
from central.accounts.limits import MAX_STAFF
from central.accounts.models import AccountRow, OneTimeRow
from central.accounts.roles import Right, StaffRole
from central.accounts.strength import strong_password
from central.accounts.tries import Tries
from central.store.engine import Store
from protocol.errors import (
    StaffError,
    StaffLastError,
    StaffTwiceError,
    StaffUnknownError,
    UsageError,
)
from protocol.ports import Clock, Randomness
from protocol.text import person_name
from protocol.trust.password import new_password, password_verifier

_NAME = re.compile(r"[\w.·-]{2,32}")  # the dot stands in names of many peoples

Change = Callable[[AccountRow], None]


class Accounts:
    """The accounts of one node."""

    def __init__(
        self,
        store: Store,
        *,
        rights: Mapping[StaffRole, frozenset[Right]],
        tries: Tries,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._store, self._clock, self._randomness = store, clock, randomness
        self.tries = tries
        self._keepers = [role for role, rights in rights.items() if Right.STAFF in rights]

    async def listed(self) -> list[Account]:
        """Every account, by name."""

        async def work(session: AsyncSession) -> list[Account]:
            rows = await queries.everybody(session)
            locked = await self.tries.locked(session, [row.name for row in rows])
            return [account_of(row, locked.get(row.name)) for row in rows]

        return await self._store.transact(work)

    async def found(self, name: str) -> Account:
        """One account.

        Raises:
            StaffUnknownError: there is none of this name.
        """

        async def work(session: AsyncSession) -> Account:
            row = await self._found(session, name)
            return account_of(row, (await self.tries.locked(session, [row.name])).get(row.name))

        return await self._store.transact(work)

    async def add(
        self, name: str, role: StaffRole, password: str | None = None
    ) -> tuple[Account, str]:
        """A new account, and its password: the one given, or a made one that must be changed.

        Raises:
            UsageError: not a name.
            StaffTwiceError, StaffError: the name is taken, or there are as many as there may be.
            PasswordWeakError, PasswordCommonError: too easy.
        """
        name = account_name(name)
        self.check_name(name)
        given = strong_password(password, name) if password else new_password(self._randomness)
        verifier = await self._verifier(given)

        async def work(session: AsyncSession) -> Account:
            if await session.get(AccountRow, name):
                raise StaffTwiceError(name)
            if await queries.count(session) >= MAX_STAFF:
                raise StaffError(f"最多 {MAX_STAFF} 个账号")
            row = AccountRow(
                name=name,
                role=role.value,
                verifier=verifier,
                must_change=not password,
                recovery=b"",
                disabled=False,
                epoch=0,
                made_ms=self._clock.now_ms(),
            )
            session.add(row)
            return account_of(row)

        return await self._store.transact(work), given

    @staticmethod
    def check_name(name: str) -> None:
        """Raise UsageError for what can't be the name of an account."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"账号名“{name[:40]}”应为 2 至 32 个字母、数字、汉字或 . - _ ·")

    async def set_password(self, name: str, password: str | None = None) -> str:
        """Another password: the one given, or a made one that must be changed. Also unlocks.

        Raises:
            StaffUnknownError: no such account.
            PasswordWeakError, PasswordCommonError: too easy.
        """
        given = strong_password(password, name) if password else new_password(self._randomness)
        verifier = await self._verifier(given)

        def change(row: AccountRow) -> None:
            row.verifier, row.must_change = verifier, not password

        await self._change(name, change, unlock=True)
        return given

    async def unlock(self, name: str) -> Account:
        """Let an account that was locked log in again."""
        return await self._change(name, lambda _: None, unlock=True)

    async def set_role(self, name: str, role: StaffRole) -> Account:
        """Give an account another role."""

        def change(row: AccountRow) -> None:
            row.role = role.value

        return await self._change(name, change, keeper=role in self._keepers)

    async def set_disabled(self, name: str, *, disabled: bool) -> Account:
        """Let an account not log in any more, or again."""

        def change(row: AccountRow) -> None:
            row.disabled = disabled

        return await self._change(name, change, keeper=not disabled)

    async def drop_second(self, name: str) -> Account:
        """Forget a second factor, because its telephone is lost; the next login asks for another.

        Raises:
            StaffUnknownError: no such account.
        """

        def change(row: AccountRow) -> None:
            row.second, row.second_step, row.recovery = None, None, b""

        return await self._change(name, change)

    async def put_second(self, name: str, sealed: bytes, step: int) -> list[str]:
        """Keep a second factor that has proved itself with the code of ``step``.

        The recovery codes that go with it; those of before are good no more.
        """
        codes, kept = recovery.new_codes(name, self._randomness)

        def change(row: AccountRow) -> None:
            row.second, row.second_step, row.recovery = sealed, step, kept

        await self._change(name, change)
        return codes

    async def new_recovery(self, name: str) -> list[str]:
        """Other recovery codes; those of before are good no more.

        Raises:
            StaffUnknownError: no such account.
        """
        codes, kept = recovery.new_codes(name, self._randomness)

        def change(row: AccountRow) -> None:
            row.recovery = kept

        await self._change(name, change)
        return codes

    async def remove(self, name: str) -> None:
        """Take an account away.

        Raises:
            StaffUnknownError, StaffLastError: there is none, or it is the last that is needed.
        """

        async def work(session: AsyncSession) -> None:
            row = await self._found(session, name)
            await self._check_last(session, row)
            await session.delete(row)
            await session.execute(delete(OneTimeRow).where(OneTimeRow.owner == row.name))

        await self._store.transact(work)

    async def _change(
        self, name: str, change: Change, *, keeper: bool = True, unlock: bool = False
    ) -> Account:
        """Args: keeper: whether the account can manage others afterwards, if it could before."""

        async def work(session: AsyncSession) -> Account:
            row = await self._found(session, name)
            if not keeper:
                await self._check_last(session, row)
            change(row)
            row.epoch += 1
            if unlock:
                await self.tries.forgive(session, row.name)
            return account_of(row, (await self.tries.locked(session, [row.name])).get(row.name))

        return await self._store.transact(work)

    async def _check_last(self, session: AsyncSession, row: AccountRow) -> None:
        is_keeper = StaffRole(row.role) in self._keepers and not row.disabled
        if is_keeper and not await queries.others_with(session, self._keepers, row.name):
            raise StaffLastError(row.name)

    async def _found(self, session: AsyncSession, name: str) -> AccountRow:
        row = await session.get(AccountRow, account_name(name))
        if row is None:
            raise StaffUnknownError(name[:40])
        return row

    async def _verifier(self, password: str) -> str:
        return await asyncio.to_thread(password_verifier, password, self._randomness)


def account_name(name: str) -> str:
    """The name as it is kept, whatever keyboard it was typed on: one kind of middle dot."""
    return person_name(unicodedata.normalize("NFKC", name.replace("．", "·")))


def account_of(row: AccountRow, locked_until_ms: int | None = None) -> Account:
    """What others may know of it."""
    return Account(
        name=row.name,
        role=StaffRole(row.role),
        second_factor=row.second is not None,
        must_change_password=row.must_change,
        disabled=row.disabled,
        locked_until_ms=locked_until_ms,
        last_login_ms=row.seen_ms,
        recovery_codes=recovery.left(row.recovery),
    )
