"""What only a newer program understands: kept as it came, told in words, and read again later.

Its station has the county's word that it is here, with the time when it came; no program that is
too old makes an application late, or refuses it.

Source: docs/protocol.md section 3.1; docs/adr/0046-mixed-versions.md.
"""

import logging
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import take
from central.county.intake.answers import Line, clean
from central.county.intake.facts import Verdict
from central.county.intake.inquiries import taken
from central.county.intake.models import AwaitingRow
from central.county.intake.notices import NoticeBoard
from central.county.intake.reading import Reading
from central.county.ports.keys import Key
from central.store.base import table_of
from protocol.envelope.envelope import read_envelope
from protocol.errors import NeedsNewerError
from protocol.ids import EnvelopeId

log = logging.getLogger(__name__)

_SERIES = "awaiting"
_PAGE = 256  # envelopes that are read again together


class AwaitingProgram:
    """Keeps them, in the caller's transaction."""

    def __init__(self, notices: NoticeBoard) -> None:
        self._notices = notices

    async def keep(
        self, session: AsyncSession, readings: Sequence[Reading], now_ms: int
    ) -> Mapping[EnvelopeId, Verdict]:
        """Store the bytes of each, and tell its station what is needed; what became of it."""
        if not readings:
            return {}
        first = await take(session, _SERIES, len(readings))
        rows = [_row(one, now_ms, position) for position, one in enumerate(readings, first)]
        await session.execute(insert(table_of(AwaitingRow)), rows)
        for one in readings:
            await self._notices.say_of_envelope(
                session, one.envelope, code=NeedsNewerError.code, now_ms=now_ms
            )
            log.warning("an envelope needs a newer program", extra=_fields(one))
        return {one.envelope.id: Verdict.AWAITING for one in readings}

    async def taken(self, session: AsyncSession, keys: Collection[Key]) -> set[Key]:
        """Let go of these, which can be taken now; those that nobody else has taken meanwhile."""
        gone = await session.execute(
            delete(AwaitingRow)
            .where(tuple_(AwaitingRow.origin, AwaitingRow.envelope_id).in_(keys))
            .returning(AwaitingRow.origin, AwaitingRow.envelope_id)
        )
        found = {(origin, envelope) for origin, envelope in gone}
        await self._notices.withdraw(session, found)
        return found


async def awaiting(session: AsyncSession, after: int) -> Sequence[AwaitingRow]:
    """A page of them in the order in which they came, behind the position ``after``."""
    query = select(AwaitingRow).where(AwaitingRow.position > after).order_by(AwaitingRow.position)
    return (await session.scalars(query.limit(_PAGE))).all()


async def awaiting_lines(session: AsyncSession) -> list[Line]:
    """What a restored county says again of them: they are here."""
    found, after = list[Line](), 0
    while page := await awaiting(session, after):
        found += [taken(read_envelope(row.wire), at_ms=row.arrived_ms) for row in page]
        after = page[-1].position
    return found


def _row(one: Reading, now_ms: int, position: int) -> dict[str, object]:
    return {
        "origin": one.envelope.origin,
        "envelope_id": one.envelope.id,
        "wire": one.envelope.wire,
        "detail": clean(one.error.detail if one.error else ""),
        "arrived_ms": now_ms,
        "position": position,
    }


def _fields(one: Reading) -> dict[str, str]:
    return {
        "event": "intake.awaiting",
        "envelope": one.envelope.id.hex(),
        "from": one.envelope.origin,
        "code": NeedsNewerError.code,
    }
