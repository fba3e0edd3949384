"""The journal of one station's envelopes, as the audit reads it. Queries; none of them commits."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.facts import Verdict
from central.county.intake.models import ReceivedRow
from protocol.ids import Incarnation, NodeId

_BEGUN = (
    select(ReceivedRow.origin, (func.count(ReceivedRow.incarnation.distinct()) - 1).label("again"))
    .where(ReceivedRow.signer.is_not(None))
    .group_by(ReceivedRow.origin, ReceivedRow.signer)
)


async def senders(session: AsyncSession) -> set[NodeId]:
    """Every node that has ever sent something."""
    return {NodeId(node) for node in await session.scalars(select(ReceivedRow.origin).distinct())}


async def spans(session: AsyncSession, station: NodeId) -> list[tuple[bytes, int, int]]:
    """Incarnation, first and last of each run of numbers that are here without a gap."""
    rank = func.dense_rank().over(partition_by=ReceivedRow.incarnation, order_by=ReceivedRow.seq)
    numbered = (
        select(
            ReceivedRow.incarnation,
            ReceivedRow.seq,
            (ReceivedRow.seq - rank).label("island"),  # the same for neighbours
        )
        .where(ReceivedRow.origin == station)
        .subquery()
    )
    query = select(
        numbered.c.incarnation, func.min(numbered.c.seq), func.max(numbered.c.seq)
    ).group_by(numbered.c.incarnation, numbered.c.island)
    return [(name, first, last) for name, first, last in await session.execute(query)]


async def starts(session: AsyncSession, station: NodeId) -> list[tuple[bytes, int] | None]:
    """The pred of each incarnation whose first envelope is here."""
    query = (
        select(ReceivedRow.incarnation, ReceivedRow.pred_incarnation, ReceivedRow.pred_seq)
        .where(ReceivedRow.origin == station, ReceivedRow.seq == 1)
        .distinct()
    )
    return [
        None if before is None or last is None else (before, last)
        for _, before, last in await session.execute(query)
    ]


async def preds(session: AsyncSession, station: NodeId) -> dict[bytes, tuple[bytes, int] | None]:
    """What each incarnation whose first envelope is here names as the last before it."""
    query = select(
        ReceivedRow.incarnation, ReceivedRow.pred_incarnation, ReceivedRow.pred_seq
    ).where(ReceivedRow.origin == station, ReceivedRow.seq == 1)
    return {
        name: None if before is None or last is None else (before, last)
        for name, before, last in await session.execute(query)
    }


async def twice(session: AsyncSession, station: NodeId) -> int:
    """Numbers under which different envelopes are here."""
    doubled = (
        select(ReceivedRow.seq)
        .where(ReceivedRow.origin == station)
        .group_by(ReceivedRow.incarnation, ReceivedRow.seq)
        .having(func.count() > 1)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(doubled)) or 0


async def begun_again(session: AsyncSession, station: NodeId) -> int:
    """Chains that a key of the station has begun beside its first one."""
    begun = _BEGUN.where(ReceivedRow.origin == station).subquery()
    return await session.scalar(select(func.sum(begun.c.again))) or 0


async def forks(session: AsyncSession) -> dict[NodeId, int]:
    """Of every station: points of its chain from which more than one incarnation goes on.

    The beginning is such a point, too. The ledger counts numbers that were used twice as well; this
    is what a copied disk leaves, and two indexes answer it.
    """
    point = (ReceivedRow.origin, ReceivedRow.pred_incarnation, ReceivedRow.pred_seq)
    forked = (
        select(ReceivedRow.origin)
        .where(ReceivedRow.pred_incarnation.is_not(None))
        .group_by(*point)
        .having(func.count(ReceivedRow.incarnation.distinct()) > 1)
        .subquery()
    )
    query = select(forked.c.origin, func.count()).group_by(forked.c.origin)
    found = {NodeId(node): count for node, count in await session.execute(query)}
    twice = _BEGUN.having(func.count(ReceivedRow.incarnation.distinct()) > 1)
    for node, again in await session.execute(twice):
        found[NodeId(node)] = found.get(NodeId(node), 0) + again
    return found


async def newest_start(session: AsyncSession, station: NodeId) -> bytes:
    """The incarnation of which something came last; empty while nothing has come."""
    query = (
        select(ReceivedRow.incarnation)
        .where(ReceivedRow.origin == station)
        .order_by(ReceivedRow.arrived_ms.desc(), ReceivedRow.seq.desc())
        .limit(1)
    )
    return await session.scalar(query) or b""


async def left_behind(
    session: AsyncSession, points: Mapping[tuple[NodeId, Incarnation], int]
) -> set[NodeId]:
    """Stations of which an incarnation goes on behind a point at which another one left it.

    Args:
        points: the highest number that has come of each incarnation.
    """
    query = (
        select(ReceivedRow.origin, ReceivedRow.pred_incarnation, func.min(ReceivedRow.pred_seq))
        .where(
            ReceivedRow.origin.in_({station for station, _ in points}),
            ReceivedRow.pred_incarnation.in_({name for _, name in points}),
        )
        .group_by(ReceivedRow.origin, ReceivedRow.pred_incarnation)
    )
    return {
        NodeId(station)
        for station, name, left in await session.execute(query)
        if points.get((NodeId(station), Incarnation(name or b"")), 0) > (left or 0)
    }


async def verdicts(session: AsyncSession, station: NodeId) -> dict[Verdict, int]:
    """How many envelopes ended how."""
    query = (
        select(ReceivedRow.verdict, func.count())
        .where(ReceivedRow.origin == station)
        .group_by(ReceivedRow.verdict)
    )
    found = {Verdict(verdict): count for verdict, count in await session.execute(query)}
    return {verdict: found.get(verdict, 0) for verdict in Verdict}
