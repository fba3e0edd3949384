"""Who is at the desk: a login holds the open vault in memory, and the lock drops it.

Source: docs/security.md, "The desk".
"""

import asyncio
import hashlib
import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum

from protocol.errors import LoginNeededError, PasswordWrongError
from protocol.errors.desk import ClerkRefusedError
from protocol.ports import Clock, Randomness
from runtime.web.logins import Begun
from station_agent.clerks.calls import Proof
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.desk.rights import DeskRight
from station_agent.status.index import ApplicationIndex
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import ANYBODY, Purpose

LONGEST_S = 12 * 3600  # a working day
MAX_LOGINS = 20  # open at once
_TOKEN_BYTES = 24
_SWEEP_S = 15.0
_RIGHTS = frozenset(DeskRight)


@dataclass(slots=True, kw_only=True)
class DeskReader:
    """A clerk at the desk."""

    opened: Opened
    slot: bytes  # of the vault, as it was when she logged in
    begun_s: float  # ticks
    used_s: float
    index: ApplicationIndex  # what it knows of all applications; shared by all that are open
    owner: str = ""  # user of this PC whose browser it is; empty: not known yet
    left_s: int  # until it ends if nobody clicks any more
    set_up_at: str = ""
    seen_s: dict[str, float] = field(default_factory=dict)  # applications seen, and when: ticks

    @property
    def name(self) -> str:
        """Of the clerk."""
        return self.opened.clerk

    @property
    def rights(self) -> AbstractSet[Enum]:
        """All that the desk knows."""
        return _RIGHTS

    def may(self, right: Enum) -> bool:
        """Whether the desk has that right."""
        return right in _RIGHTS


@dataclass(slots=True, kw_only=True)
class DeskLogins:
    """The port for logins, of the station's vault."""

    unlocking: UnlockingService
    clock: Clock
    randomness: Randomness
    idle_s: float
    command: str  # that makes the first clerk
    longest_s: int = LONGEST_S
    asks_code: bool = False
    _held: dict[bytes, DeskReader] = field(default_factory=dict)  # by the hash of their token
    _sweeping: "asyncio.Task[None] | None" = None

    async def begin(
        self, name: str, password: str, code: str, *, address: str, known: str = ""
    ) -> Begun:
        """Open the vault for a clerk; in a browser that is known her tries count apart.

        So whoever guesses in another browser of this PC, as another user of it, locks her out
        of none that she uses, and gains no guess by it.

        Raises:
            ClerkRefusedError, ClerkWaitError: her password is not that, or not looked at.
        """
        del code, address  # there is no second factor, and this machine alone can call
        if not self.unlocking.vault.clerks:
            raise ClerkRefusedError
        proof = Proof(clerk=name or " ", password=password)
        try:
            opened = await self.unlocking.unlock(proof, await self._lane(known))
        except PasswordWrongError:
            raise ClerkRefusedError from None
        await self.unlocking.note(opened, Purpose.DESK)
        return Begun(token=self._hold(opened), known=await self._know(known))

    async def of(self, token: str, *, by_itself: bool = False) -> DeskReader:
        """Who holds ``token``.

        Raises:
            LoginNeededError: nobody, not any more, or the clerk has left or has another password.
        """
        self._sweep()
        reader = self._held.get(_digest(token))
        if reader is None:
            raise LoginNeededError
        now_s = self.clock.ticks_s()
        if not by_itself:
            reader.used_s = now_s
        ends_s = min(reader.used_s + self.idle_s, reader.begun_s + self.longest_s)
        reader.left_s = math.ceil(ends_s - now_s)
        return reader

    async def end(self, token: str) -> None:
        """Lock: the vault that this login held open is dropped."""
        self._held.pop(_digest(token), None)

    def new_token(self) -> str:
        """A cookie for somebody who is not logged in yet."""
        return self.randomness.token(_TOKEN_BYTES).hex()

    async def first_account(self) -> str:
        """The command that shows where the first clerk is made; empty where there is one."""
        return "" if self.unlocking.vault.clerks else self.command

    async def close(self) -> None:
        """Lock every login."""
        self._held.clear()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})

    def watch(self) -> None:
        """From now on lock by itself what nobody uses, whether or not anybody asks."""
        self._sweeping = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            await self.clock.sleep(_SWEEP_S)
            self._sweep()

    async def is_known(self, known: str) -> bool:
        """Whether a clerk was logged in before in the browser that keeps this."""
        digest = _digest(known).hex()
        return await self.unlocking.database.read(lambda tx: clerks.is_known(tx, digest))

    async def _lane(self, known: str) -> str:
        return _digest(known).hex() if await self.is_known(known) else ANYBODY

    async def _know(self, known: str) -> str:
        """What the browser keeps from now on: what it kept, if that is known."""
        kept = known if await self.is_known(known) else self.new_token()
        digest, now_ms = _digest(kept).hex(), self.clock.now_ms()
        await self.unlocking.database.write(lambda tx: clerks.know(tx, digest, now_ms))
        return kept

    def _hold(self, opened: Opened) -> str:
        self._sweep()
        while len(self._held) >= MAX_LOGINS:
            del self._held[min(self._held, key=lambda one: self._held[one].used_s)]
        token, now_s = self.new_token(), self.clock.ticks_s()
        slot = self.unlocking.vault.slot_of(opened.clerk)
        reader = DeskReader(
            opened=opened,
            slot=slot,
            begun_s=now_s,
            used_s=now_s,
            left_s=0,
            index=next((one.index for one in self._held.values()), ApplicationIndex()),
        )
        self._held[_digest(token)] = reader
        return token

    def _sweep(self) -> None:
        now_s, vault = self.clock.ticks_s(), self.unlocking.vault
        self._held = {
            key: one
            for key, one in self._held.items()
            if now_s - one.used_s < self.idle_s
            and now_s - one.begun_s < self.longest_s
            and vault.slot_of(one.name) == one.slot
        }


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
