"""Whether name, password and code are an account's; wrong tries are counted, and slowed down.

Passwords and lock-outs lie in the database.

Source: docs/security.md, "Pages".
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.accounts import account_name
from central.accounts.models import AccountRow
from central.accounts.recovery import without
from central.accounts.roles import Right, StaffRole
from central.accounts.second import SecondFactor
from central.accounts.throttle import Throttle
from central.accounts.tries import Tries
from central.store.engine import Store
from protocol.errors import LoginClockError, LoginRefusedError
from protocol.ports import Clock, Randomness
from protocol.text import identifier
from protocol.trust.password import is_password, nobodys_verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who is logged in."""

    name: str
    role: StaffRole
    rights: frozenset[Right]
    epoch: int
    must_change: bool  # the password was told by somebody else
    has_second: bool
    second_required: bool  # nobody who can change something does without
    began_s: float  # ticks

    @property
    def lacks_second(self) -> bool:
        """Whether the account can change something, with a password alone."""
        return not self.has_second and self.rights != {Right.LOOK}

    @property
    def set_up_at(self) -> str:
        """Path of the page on which the account must be set up first; empty: it is ready."""
        if self.must_change:
            return "/me/password"
        return "/me/second" if self.second_required and self.lacks_second else ""

    def may(self, right: Enum) -> bool:
        """Whether the role allows that."""
        return right in self.rights


class Credentials:
    """What proves to one node who somebody is."""

    def __init__(
        self,
        store: Store,
        *,
        rights: Mapping[StaffRole, frozenset[Right]],
        second: SecondFactor,
        second_required: bool = False,
        tries: Tries,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._store, self._rights, self._clock = store, rights, clock
        self._second, self._second_required = second, second_required
        self._throttle, self._tries = Throttle(clock), tries
        self._nobody = nobodys_verifier(randomness)  # for a name that is not there

    async def check(self, name: str, password: str, code: str | None, *, address: str) -> Login:
        """The login of whoever typed these; the try counts as wrong before it is judged.

        Args:
            code: of the second factor, or a recovery code; None: it is not asked for.

        Raises:
            LoginRefusedError: something is wrong; it is not said what.
            LoginClockError: nothing is wrong but a clock; that is no failed try.
            LoginLockedError: too often; the same for names that are no accounts.
        """
        name = account_name(name)
        self._throttle.enter(address)
        row = await self._store.transact(lambda session: self._enter(session, name))
        verifier = row.verifier if row else self._nobody
        right = await asyncio.to_thread(is_password, verifier, password) and row is not None
        try:
            login = await self._store.transact(
                lambda session: self._judge(session, name, code, right=right)
            )
        except LoginClockError:
            await self._store.transact(lambda session: self._tries.take_back(session, name))
            self._throttle.leave(address)
            raise
        if login is None:
            raise LoginRefusedError
        self._throttle.leave(address)
        return login

    async def _enter(self, session: AsyncSession, name: str) -> AccountRow | None:
        row = await session.get(AccountRow, name)
        await self._tries.enter(session, name, known=row is not None)
        return row

    async def _judge(
        self,
        session: AsyncSession,
        name: str,
        code: str | None,
        *,
        right: bool,  # what the password was
    ) -> Login | None:
        """The login if all of it was right; then it is no wrong try any more."""
        row = await session.get(AccountRow, name, with_for_update=True)
        if row is None or row.disabled or not right:
            return None
        if code is not None and not self._is_second(row, code):
            return None
        await self._tries.forgive(session, name)
        row.seen_ms, role = self._clock.now_ms(), StaffRole(row.role)
        return Login(
            name=row.name,
            role=role,
            rights=self._rights[role],
            epoch=row.epoch,
            must_change=row.must_change,
            has_second=row.second is not None,
            second_required=self._second_required,
            began_s=self._clock.ticks_s(),
        )

    def _is_second(self, row: AccountRow, code: str) -> bool:
        """Whether the code is right; each is good for one login.

        Raises:
            LoginClockError: it is right for another time.
        """
        if row.second is None:
            return True
        code = identifier(code)
        rest = without(row.name, row.recovery, code)
        if rest is not None:
            row.recovery = rest
            return True
        secret = self._second.opened(row.name, row.second)
        step = self._second.judge(secret, code, after=row.second_step)
        if step is not None:
            row.second_step = step
        return step is not None
