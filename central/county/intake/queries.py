"""Queries on what has come. None of them commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.facts import Carrier, Stuck, Verdict
from central.county.intake.models import NoticeRow, QuarantineRow, ReceivedRow
from central.county.ports.keys import Key
from central.store.base import table_of
from protocol.ids import EnvelopeId, NodeId

_WITH_APPLICATION = tuple(
    one.value for one in (Verdict.CASE, Verdict.FOLLOW_UP, Verdict.DUPLICATE, Verdict.REVIEW)
)

_RECEIVED = table_of(ReceivedRow).c
_KNOWN = select(_RECEIVED.envelope_id).where(
    _RECEIVED.origin.in_(bindparam("stations", expanding=True)),
    _RECEIVED.envelope_id.in_(bindparam("envelopes", expanding=True)),
)


async def known_envelopes(session: AsyncSession, keys: Collection[Key]) -> set[bytes]:
    """Those envelopes that have come before."""
    values = {
        "stations": sorted({station for station, _ in keys}),
        "envelopes": sorted({envelope for _, envelope in keys}),
    }
    return set((await session.scalars(_KNOWN, values)).all())


async def carriers_of(session: AsyncSession, keys: Collection[Key]) -> list[Carrier]:
    """All envelopes that brought these applications, in the order in which they came."""
    columns = (ReceivedRow.envelope_id, ReceivedRow.origin, ReceivedRow.application)
    query = (
        select(*columns, ReceivedRow.verdict)
        .where(
            ReceivedRow.origin.in_({station for station, _ in keys}),
            ReceivedRow.application.in_({application for _, application in keys}),
        )
        .order_by(ReceivedRow.arrived_ms, ReceivedRow.envelope_id)
    )
    return [
        _carrier(envelope, station, application, verdict)
        for envelope, station, application, verdict in await session.execute(query)
        if application is not None and (station, application) in keys
    ]


async def bringing(session: AsyncSession, keys: Collection[Key]) -> list[ReceivedRow]:
    """Rows of all envelopes that brought these applications, in the order in which they came."""
    query = (
        select(ReceivedRow)
        .where(
            ReceivedRow.origin.in_({station for station, _ in keys}),
            ReceivedRow.application.in_({application for _, application in keys}),
        )
        .order_by(ReceivedRow.arrived_ms, ReceivedRow.envelope_id)
    )
    rows = await session.scalars(query)
    return [row for row in rows if (row.origin, row.application) in keys]


async def received(
    session: AsyncSession,
    station: str,
    *,
    envelopes: Collection[bytes],
    since_ms: int | None,
    limit: int,
) -> list[ReceivedRow]:
    """These envelopes of a station, and the newest that came since then."""
    named = ReceivedRow.envelope_id.in_(envelopes)
    wanted = named if since_ms is None else or_(named, ReceivedRow.arrived_ms >= since_ms)
    query = (
        select(ReceivedRow)
        .where(ReceivedRow.origin == station, wanted)
        .order_by(ReceivedRow.arrived_ms.desc())
        .limit(limit)
    )
    return list((await session.scalars(query)).all())


async def quarantined(
    session: AsyncSession, station: str, envelopes: Collection[bytes]
) -> dict[bytes, QuarantineRow]:
    """Those of them whose bytes are still kept in quarantine."""
    query = select(QuarantineRow).where(
        QuarantineRow.origin == station, QuarantineRow.envelope_id.in_(envelopes)
    )
    return {row.envelope_id: row for row in await session.scalars(query)}


async def in_quarantine(session: AsyncSession) -> Sequence[QuarantineRow]:
    """All whose bytes are there."""
    query = select(QuarantineRow).where(func.length(QuarantineRow.wire) > 0)
    return (await session.scalars(query)).all()


async def not_safe(session: AsyncSession, *, after: Key, limit: int) -> list[Carrier]:
    """Envelopes that brought an application and were not told SAFE yet, behind ``after``.

    What lies in the review queue is among them: it has no case.
    """
    place = tuple_(ReceivedRow.origin, ReceivedRow.envelope_id)
    columns = (ReceivedRow.envelope_id, ReceivedRow.origin, ReceivedRow.application)
    query = (
        select(*columns, ReceivedRow.verdict)
        .where(
            ReceivedRow.backup.is_(None),
            ReceivedRow.application.is_not(None),
            ReceivedRow.verdict.in_(_WITH_APPLICATION),
            place > after,
        )
        .order_by(ReceivedRow.origin, ReceivedRow.envelope_id)
        .limit(limit)
    )
    return [
        _carrier(envelope, station, application, verdict)
        for envelope, station, application, verdict in await session.execute(query)
        if application is not None
    ]


async def mark_safe(session: AsyncSession, keys: Collection[Key], backup: int) -> set[Key]:
    """Note that these envelopes are told SAFE now; those that were not before."""
    statement = (
        update(ReceivedRow)
        .where(
            ReceivedRow.origin.in_({station for station, _ in keys}),
            ReceivedRow.envelope_id.in_({envelope for _, envelope in keys}),
            ReceivedRow.backup.is_(None),
        )
        .values(backup=backup)
        .returning(ReceivedRow.origin, ReceivedRow.envelope_id)
    )
    return {(origin, envelope) for origin, envelope in await session.execute(statement)}


async def judge(
    session: AsyncSession,
    station: str,
    envelope: bytes,
    verdict: Verdict,
    *,
    application: bytes | None = None,
) -> None:
    """This became of an envelope after all. What is refused is no application.

    Args:
        application: that it brings, if that was not known when it came.
    """
    values: dict[str, object] = {"verdict": verdict.value}
    if application is not None:
        values["application"] = application
    if verdict in (Verdict.REJECTED, Verdict.QUARANTINED):
        values["application"] = None
    await session.execute(
        update(ReceivedRow)
        .where(ReceivedRow.origin == station, ReceivedRow.envelope_id == envelope)
        .values(**values)
    )


async def forget_quarantine(session: AsyncSession, before_ms: int) -> None:
    """Drop the bytes of envelopes that came before; that they came stays on record."""
    await session.execute(delete(QuarantineRow).where(QuarantineRow.arrived_ms < before_ms))


async def point(session: AsyncSession, station: str, envelope: bytes) -> tuple[bytes, int]:
    """Incarnation and number of an envelope that has come."""
    query = select(ReceivedRow.incarnation, ReceivedRow.seq).where(
        ReceivedRow.origin == station, ReceivedRow.envelope_id == envelope
    )
    incarnation, seq = (await session.execute(query)).one()
    return incarnation, seq


async def since(session: AsyncSession, times: Select[tuple[str, int]]) -> dict[NodeId, int]:
    """How many envelopes of each node came after its time; by an index, whatever came before."""
    node, since_ms = times.subquery().c
    query = (
        select(node, func.count())
        .join(ReceivedRow, (ReceivedRow.origin == node) & (ReceivedRow.arrived_ms > since_ms))
        .group_by(node)
    )
    return {NodeId(name): count for name, count in await session.execute(query)}


async def stuck(session: AsyncSession, station: NodeId) -> list[Stuck]:
    """Notices about envelopes of a station whose numbers are known."""
    query = select(
        NoticeRow.incarnation, NoticeRow.seq, NoticeRow.code, NoticeRow.node, NoticeRow.at_ms
    ).where(NoticeRow.origin == station, NoticeRow.seq.is_not(None))
    return [
        Stuck(point=(incarnation, seq), code=code, node=NodeId(node), at_ms=at_ms)
        for incarnation, seq, code, node, at_ms in await session.execute(query)
        if incarnation is not None and seq is not None
    ]


def _carrier(envelope: bytes, station: str, application: bytes, verdict: str) -> Carrier:
    return Carrier(
        envelope=EnvelopeId(envelope),
        station=NodeId(station),
        application=application,
        duplicate=verdict == Verdict.DUPLICATE.value,
    )
