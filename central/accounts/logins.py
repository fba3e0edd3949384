"""Staying logged in, once name, password and code were right (``credentials``).

Open logins live in memory, on the monotonic clock: a clock that jumps lengthens none, no disk
holds a key to one, and a new start ends all.

Source: docs/security.md, "Pages".
"""

import hashlib
from dataclasses import dataclass, field, replace

from central.accounts.credentials import Credentials, Login
from central.accounts.limits import IDLE_S, LOGIN_S, MAX_LOGINS, PROPOSED_S
from central.accounts.models import AccountRow
from central.accounts.second import SecondFactor
from central.store.engine import Store
from protocol.errors import LoginNeededError
from protocol.ports import Clock, Randomness

_TOKEN_BYTES = 32


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
        credentials: Credentials,
        second: SecondFactor,
        clock: Clock,
        randomness: Randomness,
        idle_s: float = IDLE_S,
    ) -> None:
        self._store, self._credentials, self._second = store, credentials, second
        self._clock, self._randomness, self._idle_s = clock, randomness, idle_s
        self._open: dict[bytes, _Open] = {}

    async def begin(self, name: str, password: str, code: str, *, address: str) -> str:
        """Log in; the token that the browser keeps.

        Each try counts as wrong before it is judged, so that many at once are all counted.
        ``code`` is of the second factor, or a recovery code; empty where the account has none.

        Raises:
            LoginRefusedError: something is wrong; it is not said what.
            LoginClockError: nothing is wrong but a clock; that is no failed try.
            LoginLockedError: too often; the same for names that are no accounts.
        """
        login = await self._credentials.check(name, password, code, address=address)
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
        await self._credentials.check(name, password, code, address=address)

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

    def _lives(self, held: _Open) -> bool:
        now = self._clock.ticks_s()
        return now - held.seen_s < self._idle_s and now - held.login.began_s < LOGIN_S

    def _sweep(self) -> None:
        self._open = {key: held for key, held in self._open.items() if self._lives(held)}
        while len(self._open) >= MAX_LOGINS:
            self._open.pop(next(iter(self._open)))


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
