"""Reading and changing accounts. None of these commits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.models import AccountRow
from central.accounts.roles import StaffRole


async def everybody(session: AsyncSession) -> Sequence[AccountRow]:
    """Every account, by name."""
    return (await session.scalars(select(AccountRow).order_by(AccountRow.name))).all()


async def count(session: AsyncSession) -> int:
    """How many accounts there are."""
    return await session.scalar(select(func.count()).select_from(AccountRow)) or 0


async def others_with(session: AsyncSession, roles: Sequence[StaffRole], name: str) -> int:
    """How many accounts but ``name`` have one of these roles and may log in."""
    query = (
        select(func.count())
        .select_from(AccountRow)
        .where(
            AccountRow.role.in_([role.value for role in roles]),
            AccountRow.disabled.is_(False),
            AccountRow.name != name,
        )
    )
    return await session.scalar(query) or 0
