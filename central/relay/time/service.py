"""The county's time at a hub and at the county itself: taken, kept, passed on; signed by one.

Source: docs/protocol.md section 9.4; docs/adr/0025-time.md.
"""

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import MetaRow
from protocol.codec import Record, pack, unpack
from protocol.envelope.keys import Signer
from protocol.errors import PeerError
from protocol.exchange.messages import Hello
from protocol.ids import Instance
from protocol.limits import MAX_COUNT, TIME_AHEAD, TIME_S
from protocol.ports import Clock
from protocol.trust.roster import Roster
from protocol.trust.time_statement import TimeStatement, known_time, open_time, sign_time
from protocol.trust.trusted_clock import HeldTime, TrustedClock

_ABSURD = MAX_COUNT // 2  # a number that no county reaches
_TIME = "time"  # key of the row in meta

log = logging.getLogger(__name__)


class _Kept(Record, frozen=True, kw_only=True):
    """What stands on disk."""

    signed: bytes = b""
    local_ms: int = 0
    fresh: bool = False
    floor: int = 0  # the county's next number is above it, whatever it has signed


class Times:
    """The newest statement of the county that this node holds."""

    def __init__(self, *, clock: Clock, roster: Callable[[], Roster]) -> None:
        self._clock, self._roster = clock, roster
        self.trusted = TrustedClock(clock)
        self.shows = False  # our parent holds an older one

    async def load(self, session: AsyncSession, first: HeldTime | None) -> None:
        """Read what the store holds; ``first`` came with the admission."""
        kept = await _read(session)
        if first is not None:
            self.trusted = TrustedClock(self._clock, first)
        if kept.signed:
            held = HeldTime(
                statement=known_time(kept.signed),
                signed=kept.signed,
                local_ms=kept.local_ms,
                run_ms=0,
                fresh=kept.fresh,
            )
            self.trusted = TrustedClock(self._clock, held)
        self._look_at_signer()

    async def held(self, session: AsyncSession) -> tuple[int, bytes]:  # noqa: ARG002 - the county reads there
        """For a Hello: number and signed bytes; 0 and nothing if none is held."""
        self._look_at_signer()
        return self.trusted.n, self.trusted.signed

    def best_ms(self) -> int:
        """For windows of budgets."""
        return self.trusted.best_ms()

    def _look_at_signer(self) -> None:
        """Once the county has had another key, what is held must be of the present one."""
        county, entry = self._roster().county()
        if entry.signing_ms:
            self.trusted.require_signer(self._roster().present_keys(county))

    async def meet(self, session: AsyncSession, hello: Hello, *, upstream_reports: bool) -> None:
        """What a neighbour's Hello says of the time."""
        if upstream_reports:
            self.trusted.hint(hello.time_ms)
        if hello.time:
            await self.take(
                session, hello.time, hint_ms=hello.time_ms if upstream_reports else None
            )
        if upstream_reports:
            self.shows = self.trusted.shows(hello.time_n, hello.county)

    async def take(self, session: AsyncSession, signed: bytes, *, hint_ms: int | None) -> bool:
        """Whether ``signed`` is the county's and newer than what was held; then it is kept.

        Args:
            hint_ms: the clock of the parent that brought it; None: another way did.
        """
        statement = self._checked(signed)
        if statement is None:
            return False
        self._look_at_signer()
        return await self._take(session, signed, statement, hint_ms)

    async def _take(
        self, session: AsyncSession, signed: bytes, statement: TimeStatement, hint_ms: int | None
    ) -> bool:
        news = self.trusted.hear(signed, statement, hint_ms=hint_ms)
        held = self.trusted.held
        if held is not None and held.signed == signed:  # also if the transaction is tried again
            kept = _Kept(signed=signed, local_ms=held.local_ms, fresh=held.fresh)
            await _write(session, kept)
        return news

    def _checked(self, signed: bytes) -> TimeStatement | None:
        roster = self._roster()
        county, _ = roster.county()
        try:
            return open_time(roster.present_keys(county), signed)
        except PeerError as exc:
            log.warning("time refused", extra={"event": "time.refused", "code": exc.code})
            return None


class CountyTimes(Times):
    """The county's own: it signs a new statement when one is asked for, and believes nobody.

    Args:
        instance: reads the name of our database.
        may_sign: whether its clock can be believed now.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        roster: Callable[[], Roster],
        signer: Signer,
        instance: Callable[[AsyncSession], Awaitable[Instance]],
        may_sign: Callable[[], bool],
    ) -> None:
        super().__init__(clock=clock, roster=roster)
        self._signer, self._instance, self._may_sign = signer, instance, may_sign
        self._signed_s: float | None = None  # ticks

    async def held(self, session: AsyncSession) -> tuple[int, bytes]:
        """The newest statement, and a new one every ten minutes at most, or after another key."""
        self._look_at_signer()
        if self._is_due() and self._may_sign():
            await self._sign(session)
        return await super().held(session)

    def best_ms(self) -> int:
        """The county goes by its own clock."""
        return self._clock.now_ms()

    async def _take(
        self, session: AsyncSession, signed: bytes, statement: TimeStatement, hint_ms: int | None
    ) -> bool:
        """Whether a child shows one that we signed and do not know: our database was set back.

        What it says is no news to us; its number is, for ours must be above it.
        """
        del signed, hint_ms
        kept = await _read(session)
        known, other = max(kept.floor, self.trusted.n, _n_of(kept)), statement.n
        if other == known and statement.instance != await self._instance(session):
            other += 1  # two lives gave out the same number
        if other <= known:
            return False
        log.warning("our time was numbered higher", extra={"event": "time.floor", "n": statement.n})
        await _write(session, _altered(kept, statement.n))
        self._signed_s = None
        return True

    def _is_due(self) -> bool:
        if self._signed_s is None or not self.trusted.signed:
            return True
        return self._clock.ticks_s() - self._signed_s >= TIME_S

    async def _sign(self, session: AsyncSession) -> None:
        kept, now_ms = await _read(session), self._clock.now_ms()
        if kept.floor >= _ABSURD and self._roster().county()[1].signing_ms:
            kept = _altered(kept, 0)  # whoever had stolen the former key wanted us to fall silent
        n = max(kept.floor, self.trusted.n, _n_of(kept)) + 1
        if n >= MAX_COUNT or now_ms <= 0:
            return
        instance = await self._instance(session)
        signed = sign_time(self._signer, instance=instance, n=n, at_ms=now_ms)
        await _write(session, _Kept(signed=signed, local_ms=now_ms, fresh=True, floor=kept.floor))
        self.trusted.hear(signed, known_time(signed), hint_ms=now_ms)
        self._signed_s = self._clock.ticks_s()


async def move_time_on(session: AsyncSession) -> None:
    """Another life of this database: its numbers begin above any that an earlier one gave."""
    kept = await _read(session)
    await _write(session, _altered(kept, max(kept.floor, _n_of(kept)) + TIME_AHEAD))


async def time_number(session: AsyncSession) -> int:
    """At the county: the highest number of its time that it knows of; 0 before the first."""
    kept = await _read(session)
    return max(kept.floor, _n_of(kept))


def _altered(kept: _Kept, floor: int) -> _Kept:
    return _Kept(signed=kept.signed, local_ms=kept.local_ms, fresh=kept.fresh, floor=floor)


def _n_of(kept: _Kept) -> int:
    return known_time(kept.signed).n if kept.signed else 0


async def _read(session: AsyncSession) -> _Kept:
    row = await session.get(MetaRow, _TIME, populate_existing=True)
    return unpack(row.value, _Kept) if row else _Kept()


async def _write(session: AsyncSession, kept: _Kept) -> None:
    await session.execute(delete(MetaRow).where(MetaRow.key == _TIME))
    await session.execute(insert(MetaRow).values(key=_TIME, value=pack(kept)))
