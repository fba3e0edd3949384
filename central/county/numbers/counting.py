"""Counting what comes: each number once, of the block of its station, with what it stands on."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers import kept, queries
from central.county.numbers.models import BlockRow
from protocol.errors.numbers import NumberWrongError
from protocol.ids import EnvelopeId, NodeId
from protocol.numbers.number import Number, NumberKind
from protocol.ports import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A number that came with an application."""

    station: NodeId
    envelope: EnvelopeId
    application: bytes
    number: str
    kind: NumberKind = NumberKind.CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Notes uses and strays, in the caller's transaction."""

    clock: Clock

    async def numbered(
        self, session: AsyncSession, arrived: Sequence[Told]
    ) -> Mapping[EnvelopeId, str]:
        """Count what came; the number of each that is one, as it is to be shown."""
        if not arrived:
            return {}
        stations = {one.station for one in arrived}
        read = {one.number: number for one in arrived if (number := _read(one.number))}
        years = {number.series.year for number in read.values()}
        rows = await queries.blocks_of(session, stations, years)
        serials = {number.serial for number in read.values()}
        known = await queries.uses_among(session, stations, serials)
        found: dict[EnvelopeId, str] = {}
        for one in arrived:
            text, why = await self._count(session, one, read.get(one.number), rows, known)
            if text:
                found[one.envelope] = text
            if why:
                await self._stray(session, one, why)
        return found

    async def _count(
        self,
        session: AsyncSession,
        one: Told,
        number: Number | None,
        rows: Sequence[BlockRow],
        known: queries.Uses,
    ) -> tuple[str, str]:
        """The number as it is shown, and why it is a stray."""
        if number is None:
            return "", "wrong"
        if number.series.kind is not one.kind:
            return "", "kind"
        row = _holder(rows, one.station, number)
        if row is None:
            others = await queries.overlapping(session, number.series, number.serial, number.serial)
            # of before a restore, perhaps: the citizen has it
            return ("", "foreign") if others else (number.text, "unknown")
        starts = known.setdefault((row.station, row.block, number.serial), {})
        if number.start in starts:
            same = starts[number.start] == one.application
            return (number.text, "") if same else ("", "twice")
        await kept.came(
            session,
            row,
            number,
            others=starts,
            application=one.application,
            now_ms=self.clock.now_ms(),
        )
        starts[number.start] = one.application
        return number.text, ""

    async def _stray(self, session: AsyncSession, one: Told, why: str) -> None:
        log.warning(
            "a number of no block of its station",
            extra={"event": "numbers.stray", "station": one.station, "why": why},
        )
        await queries.add_stray(
            session,
            one.station,
            one.envelope,
            number="".join(char if char.isprintable() else "?" for char in one.number),
            why=why,
            now_ms=self.clock.now_ms(),
        )


def _read(text: str) -> Number | None:
    try:
        return Number.read(text)
    except NumberWrongError:
        return None


def _holder(rows: Sequence[BlockRow], station: NodeId, number: Number) -> BlockRow | None:
    """The block that the number is of; the newest, should a forgetful county have issued two."""
    found = [
        row
        for row in rows
        if row.station == station
        and queries.block_of(row).series == number.series
        and number.serial in queries.block_of(row)
    ]
    return max(found, key=lambda row: row.issued_ms, default=None)
