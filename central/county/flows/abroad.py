"""Cases whose logs offices of townships own, counted: for lists, and for who looks for faults."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.models import DUE, EventRow, StatusRow
from protocol.ids import NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Abroad:
    """What one office has."""

    hub: NodeId
    cases: int
    quiet_ms: int  # when something happened last to the case that has lain for longest


async def cases_abroad(session: AsyncSession) -> list[Abroad]:
    """Every office that has a case, by the ids of their hubs."""
    last = and_(
        EventRow.station == StatusRow.station,
        EventRow.application == StatusRow.application,
        EventRow.n == StatusRow.n,
    )
    query = (
        select(StatusRow.office, func.count(), func.min(EventRow.at_ms))
        .join(EventRow, last)
        .where(StatusRow.office != "", StatusRow.office != DUE)
        .group_by(StatusRow.office)
        .order_by(StatusRow.office)
    )
    return [
        Abroad(hub=NodeId(hub), cases=cases, quiet_ms=quiet_ms)
        for hub, cases, quiet_ms in await session.execute(query)
    ]
