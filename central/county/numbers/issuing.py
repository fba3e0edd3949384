"""Issuing a block, in the caller's transaction: who may have one, which serials, and on its way.

The row of the series' counter is locked until the transaction ends, so two that issue at once give
out no serial twice.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.lives import BLOCKS, life_number, lives
from central.county.counters.service import take
from central.county.numbers.models import BlockRow
from central.county.numbers.ports import Forks, Rules
from central.county.numbers.queries import block_of
from central.county.ports.relay import Nodes, Outgoing
from protocol.envelope.envelope import Lane
from protocol.envelope.number_payloads import NumberBlock, Numbers, VoidedBlock, told_block
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import NodeUnknownError, YizhanError
from protocol.errors.numbers import NumberChargingError, NumberSeriesError, NumberStationError
from protocol.ids import NONCE_BYTES, NodeId
from protocol.numbers.block import Block
from protocol.numbers.number import LIFE_SERIALS, NumberKind, first_serial
from protocol.ports import Clock, Randomness
from protocol.trust.roster import Role, RosterEntry, State

_COUNTY_DIGITS, _TOWNSHIP_DIGITS = 6, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A block to be issued."""

    kind: NumberKind
    year: int
    count: int
    start: bytes = b""  # whose line may use it; empty: whichever PC gets it


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Gives out serials, each once, and sends blocks on their way."""

    code: str  # division code of the county
    nodes: Nodes
    outgoing: Outgoing
    life: Callable[[AsyncSession], Awaitable[str]]
    forks: Forks
    rules: Callable[[], Rules]
    clock: Clock
    randomness: Randomness

    def check(self, station: NodeId, kind: NumberKind) -> RosterEntry:
        """The entry of a station that may have a block of this kind.

        Raises:
            NumberStationError: it is none, or has not joined, or is withdrawn.
            NumberChargingError: tickets, and it is no office that may charge.
        """
        entry = self.nodes.roster.nodes.get(station)
        if entry is None or entry.role is not Role.STATION or entry.state is not State.ACTIVE:
            raise NumberStationError(f"{entry.name}（{station}）" if entry else station[:50])
        village = entry.code[_TOWNSHIP_DIGITS:].strip("0") != ""
        if kind is NumberKind.TICKET and (village or station not in self.rules().charging):
            raise NumberChargingError(f"{entry.name}（{station}）")
        return entry

    async def issue(self, session: AsyncSession, station: NodeId, wish: Wish) -> BlockRow:
        """A new block, on its way to ``station``.

        Raises:
            NumberStationError, NumberChargingError: as :meth:`check`, or it has no keys.
            NumberSeriesError: so many serials are not left in this year.
        """
        entry = self.check(station, wish.kind)
        issuer = self._issuer(entry, wish.kind)
        first = await self._serials(session, issuer, wish)
        row = BlockRow(
            station=station,
            block=self.randomness.token(NONCE_BYTES),
            issuer=issuer,
            kind=wish.kind.value,
            year=wish.year,
            first=first,
            last=first + wish.count - 1,
            next=first,
            said_next=0,
            start=wish.start or None,
            signing=entry.keys.signing if entry.keys else b"",
            forks=await self.forks(session, station),
            issued_ms=self.clock.now_ms(),
        )
        session.add(row)
        await session.flush()
        if not await self.send(session, station, blocks=(told(row),)):
            raise NumberStationError(f"{entry.name}（{station}）")
        return row

    async def forgotten(
        self, session: AsyncSession, station: NodeId, block: Block
    ) -> RosterEntry | None:
        """The entry of a station whose block this may be; None: this county never issued it.

        It remembers what it issued in its present life, so only one of a former life can be
        forgotten: of the time between a backup and the loss.
        """
        try:
            entry = self.check(station, block.series.kind)
        except YizhanError:
            return None
        present = await self.life(session)
        former = {life_number(one) for one in await lives(session) - {present}}
        its_own = block.series.issuer == self._issuer(entry, block.series.kind)
        known = {block.first // LIFE_SERIALS, block.last // LIFE_SERIALS} <= former
        return entry if its_own and known else None

    async def send(
        self,
        session: AsyncSession,
        station: NodeId,
        *,
        blocks: tuple[NumberBlock, ...] = (),
        voided: tuple[VoidedBlock, ...] = (),
    ) -> bool:
        """Put words about blocks on their way; False if the station can't be written to."""
        payload = payload_bytes(Numbers(blocks=blocks, voided=voided))
        try:
            await self.outgoing.post(
                session,
                to=station,
                lane=Lane.CONTROL,
                payload=payload,
                suite=SuiteNumber.X25519,
            )
        except NodeUnknownError:
            return False
        return True

    def _issuer(self, entry: RosterEntry, kind: NumberKind) -> str:
        """The county numbers cases; each office that may charge its own tickets."""
        if kind is NumberKind.CASE:
            return self.own
        township = entry.code[_COUNTY_DIGITS:_TOWNSHIP_DIGITS].strip("0") != ""
        return entry.code[: _TOWNSHIP_DIGITS if township else _COUNTY_DIGITS]

    @property
    def own(self) -> str:
        """The issuer of what the county writes itself."""
        return self.code[:_COUNTY_DIGITS]

    async def own_serials(self, session: AsyncSession, year: int, count: int) -> int:
        """The first of so many new tickets of the county's own; 0: only the lock.

        Raises:
            NumberSeriesError: so many are not left in this year.
        """
        return await self._serials(
            session, self.own, Wish(kind=NumberKind.TICKET, year=year, count=count)
        )

    async def _serials(self, session: AsyncSession, issuer: str, wish: Wish) -> int:
        life = await self.life(session)
        name = f"{BLOCKS} {issuer} {wish.kind.value} {wish.year} {life}"
        first = await take(session, name, wish.count)
        if first + wish.count > LIFE_SERIALS:
            raise NumberSeriesError(f"{issuer} {wish.year}")
        return first_serial(life_number(life)) + first


def told(row: BlockRow) -> NumberBlock:
    """A block as its station is told."""
    return told_block(block_of(row), row.start or b"")
