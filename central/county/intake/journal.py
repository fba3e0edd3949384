"""The journal of all envelopes that came, as the audit reads it. Queries; none of them commits."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.models import ReceivedRow, Verdict


async def spans(session: AsyncSession) -> list[tuple[str, bytes, int, int]]:
    """Station, incarnation, first and last of each run of numbers that are here without a gap."""
    rank = func.dense_rank().over(
        partition_by=(ReceivedRow.origin, ReceivedRow.incarnation), order_by=ReceivedRow.seq
    )
    numbered = select(
        ReceivedRow.origin,
        ReceivedRow.incarnation,
        ReceivedRow.seq,
        (ReceivedRow.seq - rank).label("island"),  # the same for neighbours
    ).subquery()
    key = (numbered.c.origin, numbered.c.incarnation)
    query = select(*key, func.min(numbered.c.seq), func.max(numbered.c.seq)).group_by(
        *key, numbered.c.island
    )
    return [(station, name, low, high) for station, name, low, high in await session.execute(query)]


async def starts(session: AsyncSession) -> list[tuple[str, tuple[bytes, int] | None]]:
    """Station and pred of each incarnation whose first envelope is here."""
    query = (
        select(
            ReceivedRow.origin,
            ReceivedRow.incarnation,
            ReceivedRow.pred_incarnation,
            ReceivedRow.pred_seq,
        )
        .where(ReceivedRow.seq == 1)
        .distinct()
    )
    return [
        (station, None if before is None or last is None else (before, last))
        for station, _, before, last in await session.execute(query)
    ]


async def twice(session: AsyncSession) -> dict[str, int]:
    """Numbers of each station under which different envelopes are here."""
    key = (ReceivedRow.origin, ReceivedRow.incarnation, ReceivedRow.seq)
    doubled = select(*key).group_by(*key).having(func.count() > 1).subquery()
    query = select(doubled.c.origin, func.count()).group_by(doubled.c.origin)
    return dict((await session.execute(query)).all())


async def verdicts(session: AsyncSession) -> dict[tuple[str, Verdict], int]:
    """How many envelopes of each station ended how."""
    key = (ReceivedRow.origin, ReceivedRow.verdict)
    query = select(*key, func.count()).group_by(*key)
    return {
        (station, Verdict(verdict)): count
        for station, verdict, count in await session.execute(query)
    }
