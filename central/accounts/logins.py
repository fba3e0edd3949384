"""Logging in and staying logged in.

Passwords and lock-outs lie in the database. Open logins live in memory, on the monotonic clock:
a clock that jumps lengthens none, no disk holds a key to one, and a new start ends all.

Source: docs/security.md, "Pages".
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.accounts import account_name
from central.accounts.limits import IDLE_S, LOGIN_S, MAX_LOGINS, PROPOSED_S
from central.accounts.models import AccountRow
from central.accounts.recovery import without
from central.accounts.roles import Right, StaffRole
from central.accounts.second import SecondFactor
from central.accounts.throttle import Throttle
from central.accounts.tries import Tries
from central.store.engine import Store
from protocol.errors import LoginClockError, LoginNeededError, LoginRefusedError
from protocol.ports import Clock, Randomness
from protocol.text import identifier
from protocol.trust.password import is_password, password_verifier

_TOKEN_BYTES = 32


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


@dataclass(slots=True)
class _Open:
    """An open login."""

    login: Login
    seen_s: float  # ticks, when it was last used
    proposed: str = field(default="", repr=False)  # a second factor that has not proved itself
    proposed_s: float = 0.0  # ticks, when it was made


class Logins:
    """Who is logged in at one node."""

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
        idle_s: float = IDLE_S,
    ) -> None:
        self._store, self._rights, self._second = store, rights, second
        self._clock, self._randomness, self._idle_s = clock, randomness, idle_s
        self._second_required = second_required
        self._open: dict[bytes, _Open] = {}
        self._throttle, self._tries = Throttle(clock), tries
        self._nobody = password_verifier("", randomness)  # as slow for a name that is not there

    async def begin(self, name: str, password: str, code: str, *, address: str) -> str:
        """Log in; the token that the browser keeps.

        Each try counts as wrong before it is judged, so that many at once are all counted.
        ``code`` is of the second factor, or a recovery code; empty where the account has none.

        Raises:
            LoginRefusedError: something is wrong; it is not said what.
            LoginClockError: nothing is wrong but a clock; that is no failed try.
            LoginLockedError: too often; the same for names that are no accounts.
        """
        login = await self._tried(name, password, code, address=address)
        token = self.new_token()
        self._sweep()
        self._open[_key(token)] = _Open(login, self._clock.ticks_s())
        return token

    async def prove(
        self, name: str, password: str, code: str | None = None, *, address: str = ""
    ) -> None:
        """Whoever is logged in as ``name`` types the password again; wrong ones count.

        Args:
            code: of the second factor, where the account has one; None: it is not asked for.

        Raises:
            LoginRefusedError: something is wrong.
            LoginLockedError: too often.
        """
        await self._tried(name, password, code, address=address)

    def new_token(self) -> str:
        """A cookie for somebody who is not logged in yet, so that the form has a token."""
        return self._randomness.token(_TOKEN_BYTES).hex()

    async def of(self, token: str, *, by_itself: bool = False) -> Login:
        """Who holds ``token``; the login is used by this.

        Args:
            by_itself: an open page asks, nobody clicked: that does not keep a login alive.

        Raises:
            LoginNeededError: nobody, or not any more.
        """
        held = self._open.get(_key(token))
        if held is None or not self._lives(held):
            self.end(token)
            raise LoginNeededError
        row = await self._store.transact(lambda session: session.get(AccountRow, held.login.name))
        if row is None or row.disabled or row.epoch != held.login.epoch:
            self.end(token)
            raise LoginNeededError
        if not by_itself:
            held.seen_s = self._clock.ticks_s()
        return held.login

    def end(self, token: str) -> str:
        """Log out; the name of whoever held ``token``, empty if nobody did."""
        held = self._open.pop(_key(token), None)
        return held.login.name if held else ""

    async def propose_second(self, token: str, password: str, code: str, *, address: str) -> None:
        """Make a secret for another second factor, for whoever proves to be the account's holder.

        A cookie alone does not do: password and present code (where there is one) are asked for.

        Raises:
            LoginRefusedError, LoginLockedError: password or code is wrong.
            LoginNeededError: nobody holds ``token``.
        """
        held = self._held(token)
        await self.prove(held.login.name, password, code, address=address)
        held.proposed, held.proposed_s = self._second.new_secret(), self._clock.ticks_s()

    def proposed_second(self, token: str) -> str:
        """The secret that :meth:`propose_second` made a short while ago; empty if none."""
        held = self._held(token)
        if self._clock.ticks_s() - held.proposed_s > PROPOSED_S:
            held.proposed = ""
        return held.proposed

    def _held(self, token: str) -> _Open:
        held = self._open.get(_key(token))
        if held is None:
            raise LoginNeededError
        return held

    async def keep(self, token: str) -> None:
        """Go on with a login whose own account was changed by its holder."""
        held = self._open.get(_key(token))
        if held is None:
            return
        row = await self._store.transact(lambda session: session.get(AccountRow, held.login.name))
        if row is not None:
            held.login = replace(
                held.login,
                epoch=row.epoch,
                must_change=row.must_change,
                has_second=row.second is not None,
            )
            held.proposed = ""

    async def _tried(self, name: str, password: str, code: str | None, *, address: str) -> Login:
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

    def _lives(self, held: _Open) -> bool:
        now = self._clock.ticks_s()
        return now - held.seen_s < self._idle_s and now - held.login.began_s < LOGIN_S

    def _sweep(self) -> None:
        self._open = {key: held for key, held in self._open.items() if self._lives(held)}
        while len(self._open) >= MAX_LOGINS:
            self._open.pop(next(iter(self._open)))


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
