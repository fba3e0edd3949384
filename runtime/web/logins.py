"""The port behind which pages know their readers: whoever serves pages brings the accounts.

Pages never see a password's verifier, a database or a role; they ask who holds a cookie, and
whether that reader has a right. Rights are the caller's own Enum.

Source: docs/architecture.md, "Pages".
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Reader(Protocol):
    """Somebody who is logged in."""

    @property
    def name(self) -> str:
        """Of the account."""
        ...

    @property
    def set_up_at(self) -> str:
        """Path of the page on which the account must be set up first; empty: it is ready."""
        ...

    @property
    def rights(self) -> AbstractSet[Enum]:
        """What the account may do."""
        ...

    def may(self, right: Enum) -> bool:
        """Whether the account has that right."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A login that has begun."""

    token: str = field(repr=False)  # what the browser keeps
    known: str = field(default="", repr=False)  # what it keeps beyond the login; empty: nothing
    first: str = "/"  # page to begin with where none was asked for


class Logins(Protocol):
    """Who is logged in at one site."""

    @property
    def longest_s(self) -> int:
        """After how many seconds a login ends, whatever is done with it."""
        ...

    @property
    def asks_code(self) -> bool:
        """Whether the form for logging in asks for a second factor, too."""
        ...

    async def begin(
        self, name: str, password: str, code: str, *, address: str, known: str = ""
    ) -> Begun:
        """Log in from ``address``; that somebody did, or tried, is recorded.

        Args:
            code: of the second factor; empty where the account has none.
            known: what the browser kept of an earlier login; empty: nothing.

        Raises:
            LoginError: something is wrong, or there were too many tries.
        """
        ...

    async def of(self, token: str, *, by_itself: bool = False) -> Reader:
        """Who holds ``token``; the login is used by this.

        Args:
            by_itself: an open page asks, nobody clicked: that keeps no login alive.

        Raises:
            LoginNeededError: nobody, or not any more.
        """
        ...

    async def end(self, token: str) -> None:
        """Log out; nothing happens if nobody holds ``token``."""
        ...

    def new_token(self) -> str:
        """A cookie for somebody who is not logged in yet, so that the form has a token."""
        ...

    async def first_account(self) -> str:
        """The command that makes the first account; empty where there is one."""
        ...

    async def close(self) -> None:
        """Write down what was only counted so far."""
        ...
