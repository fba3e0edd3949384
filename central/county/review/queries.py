"""Queries on the review queue. None of them commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.review.models import ReviewRow
from protocol.envelope.suites import SuiteNumber


async def review_queue_page(
    session: AsyncSession, *, after: Key, limit: int
) -> Sequence[ReviewRow]:
    """What waits behind the station and envelope ``after``, in that order."""
    place = tuple_(ReviewRow.station, ReviewRow.envelope_id)
    query = select(ReviewRow).where(place > after).limit(limit)
    ordered = query.order_by(ReviewRow.station, ReviewRow.envelope_id)
    return (await session.scalars(ordered)).all()


async def find_in_review_queue(session: AsyncSession, envelope: bytes) -> ReviewRow | None:
    """The one with this envelope id."""
    return await session.scalar(select(ReviewRow).where(ReviewRow.envelope_id == envelope))


async def of_application(
    session: AsyncSession, station: str, application: bytes
) -> Sequence[ReviewRow]:
    """Envelopes in the review queue that brought this application, oldest first."""
    query = select(ReviewRow).where(
        ReviewRow.station == station, ReviewRow.application == application
    )
    ordered = query.order_by(ReviewRow.arrived_ms, ReviewRow.envelope_id)
    return (await session.scalars(ordered)).all()


async def siblings(session: AsyncSession, row: ReviewRow) -> Sequence[ReviewRow]:
    """Other envelopes in the review queue that brought the same application, oldest first."""
    query = (
        select(ReviewRow)
        .where(
            ReviewRow.station == row.station,
            ReviewRow.application == row.application,
            ReviewRow.envelope_id != row.envelope_id,
        )
        .order_by(ReviewRow.arrived_ms, ReviewRow.envelope_id)
    )
    return (await session.scalars(query)).all()


async def suites_in_review_queue(
    session: AsyncSession, keys: Collection[Key]
) -> dict[Key, SuiteNumber]:
    """Of these stations and envelopes, those in the review queue, with the suite to answer in."""
    query = select(ReviewRow.station, ReviewRow.envelope_id, ReviewRow.suite).where(
        ReviewRow.station.in_({station for station, _ in keys}),
        ReviewRow.envelope_id.in_({envelope for _, envelope in keys}),
    )
    rows = await session.execute(query)
    return {(station, envelope): SuiteNumber(suite) for station, envelope, suite in rows}


async def take_out(session: AsyncSession, row: ReviewRow) -> None:
    """It waits no more."""
    await session.execute(
        delete(ReviewRow).where(
            ReviewRow.station == row.station, ReviewRow.envelope_id == row.envelope_id
        )
    )
