"""Logging in and staying logged in.

Passwords and lock-outs lie in the database. Open logins live in memory, on the monotonic clock:
a clock that jumps lengthens none, no disk holds a key to one, and a new start ends all.

Source: docs/security.md, "Pages".
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.staff.limits import IDLE_S, LOCK_S, LOGIN_S, LOGIN_TRIES, MAX_LOGINS
from central.staff.models import StaffRow
from central.staff.roles import Job, Right
from central.staff.second import SecondFactor
from central.staff.throttle import Throttle
from central.store.engine import Store
from protocol.errors import LoginLockedError, LoginNeededError, LoginRefusedError
from protocol.password import is_password, password_verifier
from protocol.ports import Clock, Randomness

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who is logged in."""

    name: str
    job: Job
    rights: frozenset[Right]
    epoch: int
    must_change: bool  # the password was told by somebody else
    has_second: bool
    began_s: float  # ticks

    @property
    def lacks_second(self) -> bool:
        """Whether the account can change something, with a password alone."""
        return not self.has_second and self.rights != {Right.LOOK}

    def may(self, right: Right) -> bool:
        """Whether the role allows that."""
        return right in self.rights


@dataclass(slots=True)
class _Open:
    """An open login."""

    login: Login
    seen_s: float  # ticks, when it was last used
    proposed: str = field(default="", repr=False)  # a second factor that has not proved itself


class Logins:
    """Who is logged in at one node."""

    def __init__(
        self,
        store: Store,
        *,
        rights: Mapping[Job, frozenset[Right]],
        second: SecondFactor,
        clock: Clock,
        randomness: Randomness,
        idle_s: float = IDLE_S,
    ) -> None:
        self._store, self._rights, self._second = store, rights, second
        self._clock, self._randomness, self._idle_s = clock, randomness, idle_s
        self._open: dict[bytes, _Open] = {}
        self._throttle = Throttle(clock)
        self._nobody = password_verifier("", randomness)  # as slow for a name that is not there

    async def begin(self, name: str, password: str, code: str, *, address: str) -> str:
        """Log in; the token that the browser keeps.

        ``code`` is of the second factor; empty where the account has none.

        Raises:
            LoginRefusedError: something is wrong; it is not said what.
            LoginLockedError: too often.
        """
        self._throttle.check(address)
        right = await self._is_password(name, password)
        login = await self._store.transact(
            lambda session: self._judge(session, name, code, right=right)
        )
        if login is None:
            self._throttle.count(address)
            raise LoginRefusedError
        token = self.new_token()
        self._sweep()
        self._open[_key(token)] = _Open(login, self._clock.ticks_s())
        return token

    async def prove(self, name: str, password: str) -> None:
        """Whoever is logged in as ``name`` types the password again; wrong ones count.

        Raises:
            LoginRefusedError: it is wrong.
            LoginLockedError: too often.
        """
        right = await self._is_password(name, password)
        if not await self._store.transact(lambda session: self._counted(session, name, right)):
            raise LoginRefusedError

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
        row = await self._store.transact(lambda session: session.get(StaffRow, held.login.name))
        if row is None or row.disabled or row.epoch != held.login.epoch:
            self.end(token)
            raise LoginNeededError
        if not by_itself:
            held.seen_s = self._clock.ticks_s()
        return held.login

    def end(self, token: str) -> None:
        """Log out."""
        self._open.pop(_key(token), None)

    def propose_second(self, token: str) -> str:
        """The secret of a second factor that the holder may set up; the same until he does."""
        held = self._open.get(_key(token))
        if held is None:
            raise LoginNeededError
        held.proposed = held.proposed or self._second.new_secret()
        return held.proposed

    async def keep(self, token: str) -> None:
        """Go on with a login whose own account was changed by its holder."""
        held = self._open.get(_key(token))
        if held is None:
            return
        row = await self._store.transact(lambda session: session.get(StaffRow, held.login.name))
        if row is not None:
            held.login = replace(
                held.login,
                epoch=row.epoch,
                must_change=row.must_change,
                has_second=row.second is not None,
            )
            held.proposed = ""

    async def _is_password(self, name: str, password: str) -> bool:
        row = await self._store.transact(lambda session: session.get(StaffRow, name))
        verifier = row.verifier if row else self._nobody
        return await asyncio.to_thread(is_password, verifier, password) and row is not None

    async def _judge(
        self, session: AsyncSession, name: str, code: str, *, right: bool
    ) -> Login | None:
        """Count what was tried; the login if all of it was right."""
        now_ms = self._clock.now_ms()
        row = await self._counted(
            session, name, right, lambda row: self._is_second(row, code, now_ms)
        )
        if row is None:
            return None
        row.seen_ms, job = now_ms, Job(row.job)
        return Login(
            name=row.name,
            job=job,
            rights=self._rights[job],
            epoch=row.epoch,
            must_change=row.must_change,
            has_second=row.second is not None,
            began_s=self._clock.ticks_s(),
        )

    async def _counted(
        self,
        session: AsyncSession,
        name: str,
        right: bool,  # noqa: FBT001 - what the password was
        also: Callable[[StaffRow], bool] = lambda _: True,
    ) -> StaffRow | None:
        """The account, if the password and what ``also`` checks were right; else one more try."""
        row = await session.get(StaffRow, name, with_for_update=True)
        now_ms = self._clock.now_ms()
        if row is None:
            return None
        if _locked(row, now_ms):
            raise LoginLockedError
        if right and not row.disabled and also(row):
            row.failures, row.locked_until_ms = 0, None
            return row
        row.failures += 1
        if row.failures >= LOGIN_TRIES:
            row.failures, row.locked_until_ms = 0, now_ms + LOCK_S * 1000
        return None

    def _is_second(self, row: StaffRow, code: str, now_ms: int) -> bool:
        """Whether the code is right; each is good for one login."""
        if row.second is None:
            return True
        secret = self._second.opened(row.name, row.second)
        step = self._second.step(secret, code, now_ms, after=row.second_step)
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


def _locked(row: StaffRow, now_ms: int) -> bool:
    """A clock that was set back must not lock anybody for a year."""
    return row.locked_until_ms is not None and 0 < row.locked_until_ms - now_ms <= LOCK_S * 1000


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
