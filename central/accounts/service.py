"""Looking after accounts: who may, what takes two persons, and the record of it.

Pages, the command line and the control socket call these methods. Nobody changes the own account
on a page; what gives hold of an account that watches others takes two persons there. Whoever
owns the data folder acts alone.

Source: docs/security.md, "Pages"; ADR 0032, 0043.
"""

from collections.abc import Mapping
from dataclasses import asdict

from central.accounts.accounts import Accounts, account_name
from central.accounts.calls import (
    Account,
    AccountMade,
    AccountRemoved,
    AddAccount,
    Change,
    ChangeAccount,
    NewPassword,
    PasswordSet,
    RemoveAccount,
    StaffCalls,
)
from central.accounts.roles import Right, StaffRole, takes_two
from protocol.errors import ProposalOwnError, StaffSelfError, StaffTwiceError
from runtime.actor import Actor, Way
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

Wanted = AddAccount | NewPassword | ChangeAccount | RemoveAccount


class AccountService:
    """The accounts of one node, for whoever has the right."""

    def __init__(
        self,
        accounts: Accounts,
        *,
        role: str,
        rights: Mapping[StaffRole, frozenset[Right]],
        record: Record,
    ) -> None:
        """Args: role: ``county`` or ``hub``, as calls and the record name it."""
        self.accounts, self.rights, self.record = accounts, rights, record
        self.calls = StaffCalls.of(role)

    async def listed(self, actor: Actor, _: Nothing, __: Report = silent) -> list[Account]:
        """Every account, by name.

        Raises:
            LoginForbiddenError: the actor may not see them.
        """
        actor.require(Right.STAFF)
        return await self.accounts.listed()

    async def add(self, actor: Actor, wanted: AddAccount, _: Report = silent) -> AccountMade:
        """A new account, and the password if one was made.

        Raises as :meth:`takes_two`, and:
            ProposalOwnError: it takes a second person.
            StaffError: there are as many as there may be.
            PasswordWeakError, PasswordCommonError: too easy.
        """
        detail = {"role": wanted.role.value}
        name, subject = self.calls.add.name, wanted.name
        async with self.record.action(actor, name, subject=subject, detail=detail):
            await self._require(actor, wanted)
            account, password = await self.accounts.add(subject, wanted.role, wanted.password)
        made = None if wanted.password else password
        return AccountMade(**asdict(account), password=made)

    async def set_password(
        self, actor: Actor, wanted: NewPassword, _: Report = silent
    ) -> PasswordSet:
        """Another password; it unlocks, too.

        Raises as :meth:`add`.
        """
        async with self.record.action(actor, self.calls.password.name, subject=wanted.name):
            await self._require(actor, wanted)
            password = await self.accounts.set_password(wanted.name, wanted.password)
        return PasswordSet(name=wanted.name, password=None if wanted.password else password)

    async def change(self, actor: Actor, wanted: ChangeAccount, _: Report = silent) -> Account:
        """One change.

        Raises as :meth:`takes_two`, and:
            ProposalOwnError: it takes a second person.
            StaffLastError: nobody else could look after accounts.
        """
        detail = {"change": wanted.change.value}
        name, subject = self.calls.change.name, wanted.name
        async with self.record.action(actor, name, subject=subject, detail=detail):
            await self._require(actor, wanted)
            return await self._changed(subject, wanted.change)

    async def remove(
        self, actor: Actor, wanted: RemoveAccount, _: Report = silent
    ) -> AccountRemoved:
        """Take an account away.

        Raises as :meth:`change`.
        """
        async with self.record.action(actor, self.calls.remove.name, subject=wanted.name):
            await self._require(actor, wanted)
            await self.accounts.remove(wanted.name)
        return AccountRemoved(name=wanted.name)

    async def takes_two(self, actor: Actor, wanted: Wanted) -> bool:
        """Whether that takes two persons on a page.

        Raises:
            LoginForbiddenError: the actor may not change accounts.
            UsageError, StaffTwiceError: not a name for a new account, or it is taken.
            StaffUnknownError: there is no such account.
            StaffSelfError: it is the actor's own, on a page.
        """
        actor.require(Right.STAFF)
        if actor.way is Way.PAGE and account_name(wanted.name) == actor.name:
            raise StaffSelfError
        match wanted:
            case AddAccount():
                await self._require_free(wanted.name)
                return takes_two(self.rights, "add", {wanted.role})
            case NewPassword():
                return takes_two(self.rights, "password", await self._roles(wanted.name))
            case RemoveAccount():
                return takes_two(self.rights, "remove", await self._roles(wanted.name))
            case ChangeAccount(change=change):
                given = {change.role} if change.role else set()
                roles = await self._roles(wanted.name) | given
                return takes_two(self.rights, change.value, roles)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(self.calls.listed, self.listed),
            Handler(self.calls.add, self.add),
            Handler(self.calls.password, self.set_password),
            Handler(self.calls.change, self.change),
            Handler(self.calls.remove, self.remove),
        )

    async def _require(self, actor: Actor, wanted: Wanted) -> None:
        if await self.takes_two(actor, wanted) and actor.is_alone_on_page:
            raise ProposalOwnError(actor.name)

    async def _require_free(self, name: str) -> None:
        self.accounts.check_name(account_name(name))
        if any(one.name == account_name(name) for one in await self.accounts.listed()):
            raise StaffTwiceError(name)

    async def _roles(self, name: str) -> set[StaffRole]:
        return {(await self.accounts.found(name)).role}

    async def _changed(self, name: str, change: Change) -> Account:
        match change:
            case Change.UNLOCK:
                return await self.accounts.unlock(name)
            case Change.DISABLE | Change.ENABLE:
                return await self.accounts.set_disabled(name, disabled=change is Change.DISABLE)
            case Change.NO_SECOND:
                return await self.accounts.drop_second(name)
            case _:
                return await self.accounts.set_role(name, StaffRole(change.value))
