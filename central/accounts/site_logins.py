"""Logins as pages use them (the port of runtime.web.logins): each one stands in the record.

Source: docs/security.md, "Pages".
"""

from typing import Any

from central.accounts.accounts import Accounts, account_name
from central.accounts.credentials import Login
from central.accounts.failures import FailedLogins
from central.accounts.limits import LOGIN_S
from central.accounts.logins import Logins
from central.accounts.onetime import OneTime
from protocol.errors import LoginError, YizhanError
from protocol.ports import Clock
from runtime.actor import Actor
from runtime.record import Record
from runtime.web.logins import Begun

_UNKNOWN = "?"  # stands in the record for a name that may be a password in the wrong field


class SiteLogins:
    """Who is logged in at one site; what waits to be written down is shown first."""

    longest_s = LOGIN_S
    asks_code = True

    def __init__(
        self,
        logins: Logins,
        accounts: Accounts,
        onetime: OneTime,
        *,
        record: Record,
        clock: Clock,
        command: str,
    ) -> None:
        """Args: command: makes the first account."""
        self._logins, self._accounts, self._onetime = logins, accounts, onetime
        self._record, self._command = record, command

        async def failed(account: str, code: str, detail: dict[str, Any]) -> None:
            await record.note(_named(account), "login", code, detail=detail)

        self._failures = FailedLogins(clock, failed)

    async def begin(
        self, name: str, password: str, code: str, *, address: str, known: str = ""
    ) -> Begun:
        """Log in.

        Raises:
            LoginError: something is wrong; it is not said what.
        """
        del known  # tries are counted by account and address, and each account has a second way
        try:
            token = await self._logins.begin(name, password, code, address=address)
        except LoginError as exc:
            await self.failed(await self._known(name), exc, address=address)
            raise
        name = account_name(name)  # as it is kept, whatever keyboard it was typed on
        await self._record.note(_named(name), "login")
        return Begun(token=token, first="/once" if await self._onetime.waiting(name) else "/")

    async def failed(self, name: str, error: YizhanError, *, address: str) -> None:
        """Somebody could not prove to be ``name``."""
        await self._failures.add(name, error.code, address=address)

    async def of(self, token: str, *, by_itself: bool = False) -> Login:
        """Who holds ``token``.

        Raises:
            LoginNeededError: nobody, or not any more.
        """
        return await self._logins.of(token, by_itself=by_itself)

    async def end(self, token: str) -> None:
        """Log out."""
        name = self._logins.end(token)
        if name:
            await self._record.note(_named(name), "logout")

    def new_token(self) -> str:
        """A cookie for somebody who is not logged in yet."""
        return self._logins.new_token()

    async def first_account(self) -> str:
        """The command that makes the first account; empty where there is one."""
        return "" if await self._accounts.listed() else self._command

    async def close(self) -> None:
        """Write down the failures that were only counted."""
        await self._failures.close()

    async def _known(self, name: str) -> str:
        """The name, if there is such an account."""
        known = any(one.name == name for one in await self._accounts.listed())
        return name if known else _UNKNOWN


def _named(name: str) -> Actor:
    return Actor.on_page(name, frozenset())
