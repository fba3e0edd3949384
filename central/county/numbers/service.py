"""Blocks of numbers: issued in advance, refilled when a station asks, counted against what comes.

A block belongs to one line of a PC's starts. When the line forks, the PC is replaced or its station
is withdrawn, what is left of the block is voided.

Source: docs/numbers.md; docs/adr/0049-number-blocks.md.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers import kept, queries
from central.county.numbers.counting import Counting, Told
from central.county.numbers.issuing import Issuing, Wish, told
from central.county.numbers.models import BlockRow
from central.county.numbers.ports import Allowed, Left, Newest, Noted
from protocol.envelope.envelope import Envelope
from protocol.envelope.number_payloads import BlockUse, NumberReport, VoidedBlock, Wanted
from protocol.errors import YizhanError
from protocol.errors.numbers import NumberBlockError
from protocol.ids import NodeId
from protocol.limits import MAX_NUMBER_BLOCKS, NUMBERS_LOW
from protocol.numbers.block import reason_words
from protocol.numbers.number import NumberKind
from protocol.trust.revocation import lost_pc
from protocol.trust.roster import State
from protocol.trust.schedule import local_time

_LAST_MONTH = 12  # in which numbers of the next year are issued
FORKED, REPLACED, WITHDRAWN, LOST = "电脑被复制或恢复", "电脑已更换", "村站已收回", "村站没有收到"
_OUT_OF_USE = (State.DRAINING, State.STOPPED, State.RETIRED)

log = logging.getLogger(__name__)


class NumberBlocks:
    """The blocks of one county. The caller holds the county's counter, so that nothing races."""

    def __init__(
        self, *, issuing: Issuing, allowed: Allowed, left: Left, newest: Newest, note: Noted
    ) -> None:
        self.issuing, self.counting = issuing, Counting(clock=issuing.clock)
        self._allowed, self._left, self._newest, self._note = allowed, left, newest, note

    async def newest_start(self, session: AsyncSession, station: NodeId) -> bytes:
        """The start that a block is issued to; empty: whichever PC gets it can use it.

        What a lost PC sent last is no start of its successor, for which alone a block is sealed.
        """
        entry = self.issuing.nodes.roster.nodes.get(station)
        if entry is None or entry.drained:
            return b""
        return await self._newest(session, station)

    async def void(self, session: AsyncSession, block: bytes, reason: str) -> BlockRow:
        """Void what is left of a block; its station is told.

        Raises:
            NumberBlockError: there is none.
            NumberWrongError: no reason is given.
        """
        row = await queries.named(session, block)
        if row is None:
            raise NumberBlockError(block.hex())
        words = reason_words(reason)
        if row.closed_ms is None:
            await self._close(session, [row], words)
        return row

    async def report(self, session: AsyncSession, envelope: Envelope, report: NumberReport) -> None:
        """A station says how far its blocks are used, and what it wants."""
        station = envelope.origin
        for use in report.uses:
            await self._apply(session, station, use)
        if report.number:
            ticket = Told(
                station=station,
                envelope=envelope.id,
                application=report.application,
                number=report.number,
                kind=NumberKind.TICKET,
            )
            await self.counting.numbered(session, [ticket])
        await self._look_for_forks(session, {station})
        entry = self.issuing.nodes.roster.nodes.get(station)
        if entry is None or lost_pc(entry, envelope) is not None:
            return
        for wanted in report.wanted:
            await self._refill(session, envelope, report, wanted)

    async def watch(self, session: AsyncSession, envelopes: Collection[Envelope]) -> None:
        """Look at those lines that may have forked: at a new start, or where an old one goes on."""
        rows = await queries.open_blocks(session, {one.origin for one in envelopes})
        if not rows:
            return
        concerned = {row.station for row in rows}
        begun = {one.origin for one in envelopes if one.header.seq == 1} & concerned
        points = {
            (one.origin, one.incarnation): one.header.seq
            for one in sorted(envelopes, key=lambda one: one.header.seq)
            if one.origin in concerned
        }
        await self._look_for_forks(session, begun | await self._left(session, points))

    async def look(self, session: AsyncSession) -> None:
        """After each new roster: PCs that were replaced, stations that were withdrawn."""
        nodes = self.issuing.nodes.roster.nodes
        for row in await queries.all_open(session):
            entry = nodes.get(NodeId(row.station))
            if entry is None or entry.state in _OUT_OF_USE:
                await self._close(session, [row], WITHDRAWN)
            elif any(row.signing in pc.signing for pc in entry.drained):
                await self._close(session, [row], REPLACED)
        for station, kind in sorted(await queries.replaced(session, REPLACED)):
            entry = nodes.get(NodeId(station))
            if entry is not None and entry.state is State.ACTIVE:
                await self._give_successor(session, NodeId(station), NumberKind(kind))

    async def _give_successor(
        self, session: AsyncSession, station: NodeId, kind: NumberKind
    ) -> None:
        """The PC that took a lost one's place goes on with numbers, once: then it asks itself."""
        rows = [row for row in await queries.blocks(session, station) if row.kind == kind.value]
        newest = max(rows, key=lambda row: (row.issued_ms, row.first))
        if newest.closed_why == REPLACED:
            await self._issue(session, station, kind, self._today().year, b"")

    async def _look_for_forks(self, session: AsyncSession, stations: Collection[NodeId]) -> None:
        rows = await queries.open_blocks(session, stations)
        counts = {
            station: await self.issuing.forks(session, NodeId(station))
            for station in {row.station for row in rows}
        }
        forked = [row for row in rows if counts[row.station] > row.forks]
        if forked:
            await self._close(session, forked, FORKED)

    async def _apply(self, session: AsyncSession, station: NodeId, said: BlockUse) -> None:
        """An older report than the newest says nothing new; a block that we forgot is learnt."""
        use = said.plain()
        row = await self._row(session, station, said)
        if row is None or use.next <= row.said_next:
            return
        row.said_next = use.next
        if row.closed_ms is not None and use.remaining:
            use = use.close(row.closed_why or "")
        await kept.is_so(session, row, use)

    async def _row(self, session: AsyncSession, station: NodeId, said: BlockUse) -> BlockRow | None:
        """The block that a station speaks of; one that nobody else has is entered anew.

        A county from a backup has forgotten what it issued since.
        """
        block = said.block.plain()
        series = block.series
        others = await queries.overlapping(session, series, block.first, block.last)
        known = {(row.station, row.block, row.first, row.last): row for row in others}
        row = known.get((station, block.id, block.first, block.last))
        if row is not None:
            return row
        entry = None if others else await self.issuing.forgotten(session, station, block)
        if entry is None:
            log.warning(
                "a station speaks of a block that is not its own",
                extra={"event": "numbers.foreign-block", "station": station},
            )
            return None
        row = BlockRow(
            station=station,
            block=block.id,
            issuer=series.issuer,
            kind=series.kind.value,
            year=series.year,
            first=block.first,
            last=block.last,
            next=block.first,
            said_next=0,
            start=None,
            signing=entry.keys.signing if entry.keys else b"",
            forks=await self.issuing.forks(session, station),
            issued_ms=self.issuing.clock.now_ms(),
        )
        session.add(row)
        await session.flush()
        return row

    async def _refill(
        self, session: AsyncSession, envelope: Envelope, report: NumberReport, wanted: Wanted
    ) -> None:
        """Tell of a block again that has not come, or issue one, if few are left."""
        station, start = envelope.origin, envelope.header.incarnation
        today = self._today()
        if not today.year <= wanted.year <= today.year + (today.month == _LAST_MONTH):
            return
        rows = [
            row
            for row in await queries.open_blocks(session, {station})
            if row.kind == wanted.kind.value and row.year == wanted.year
        ]
        told_of = {use.block.block for use in report.uses}
        whole = len(report.uses) < MAX_NUMBER_BLOCKS  # else it had no room for all of them
        missing = [row for row in rows if whole and row.block not in told_of and row.remaining]
        lost = [row for row in missing if row.said_next or row.next > row.first]
        if lost:
            await self._close(
                session, lost, LOST
            )  # it was there, and this copy knows nothing of it
        again = [row for row in missing if row not in lost]
        if again:
            if await self._allowed(session, station):
                for row in again:
                    row.start = start
                await self.issuing.send(
                    session, station, blocks=tuple(map(told, again[:MAX_NUMBER_BLOCKS]))
                )
            return
        left = sum(row.remaining for row in rows if row not in lost)
        if left < NUMBERS_LOW and await self._allowed(session, station):
            await self._issue(session, station, wanted.kind, wanted.year, start)

    async def _issue(
        self, session: AsyncSession, station: NodeId, kind: NumberKind, year: int, start: bytes
    ) -> None:
        try:  # what is wrong with the policy or the station must not keep out what it has sent
            wish = Wish(kind=kind, year=year, count=self.issuing.rules().block, start=start)
            row = await self.issuing.issue(session, station, wish)
        except YizhanError as exc:
            log.warning(
                "no block for a station that asks",
                extra={"event": "numbers.refused", "station": station, "code": exc.code},
            )
            return
        await self._record("numbers.issue", [row], "")

    async def _close(self, session: AsyncSession, rows: Sequence[BlockRow], why: str) -> None:
        """Void what is left of these, as far as it is known, and tell their station."""
        runs = await queries.runs_of(session, rows)
        for row in rows:
            row.closed_ms, row.closed_why = self.issuing.clock.now_ms(), why
            use = kept.use_of(row, runs[row.station, row.block])
            await kept.is_so(session, row, use.close(why))
        for station in sorted({row.station for row in rows}):
            own = [row.block for row in rows if row.station == station]
            for at in range(0, len(own), MAX_NUMBER_BLOCKS):
                some = own[at : at + MAX_NUMBER_BLOCKS]
                voided = tuple(VoidedBlock(block=block, reason=why) for block in some)
                await self.issuing.send(session, NodeId(station), voided=voided)
        log.warning("blocks closed", extra={"event": "numbers.closed", "blocks": len(rows)})
        await self._record("numbers.void", rows, why)

    async def _record(self, action: str, rows: Sequence[BlockRow], why: str) -> None:
        for row in rows:
            detail = {"block": row.block.hex(), "first": row.first, "last": row.last}
            detail |= {"why": why} if why else {}
            await asyncio.to_thread(self._note, action=action, subject=row.station, detail=detail)

    def _today(self) -> datetime:
        return local_time(self.issuing.clock.now_ms())
