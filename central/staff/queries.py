"""Reading and changing accounts. None of these commits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.staff.models import StaffRow
from central.staff.roles import Job


async def everybody(session: AsyncSession) -> Sequence[StaffRow]:
    """Every account, by name."""
    return (await session.scalars(select(StaffRow).order_by(StaffRow.name))).all()


async def count(session: AsyncSession) -> int:
    """How many accounts there are."""
    return await session.scalar(select(func.count()).select_from(StaffRow)) or 0


async def others_with(session: AsyncSession, jobs: Sequence[Job], name: str) -> int:
    """How many accounts but ``name`` have one of these jobs and may log in."""
    query = (
        select(func.count())
        .select_from(StaffRow)
        .where(
            StaffRow.job.in_([job.value for job in jobs]),
            StaffRow.disabled.is_(False),
            StaffRow.name != name,
        )
    )
    return await session.scalar(query) or 0
