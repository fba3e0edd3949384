"""Which accounts may do something: for a capability that gives people their work."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts import queries
from central.accounts.roles import Right, StaffRole


async def able_to(
    session: AsyncSession, right: Right, rights: Mapping[StaffRole, frozenset[Right]]
) -> frozenset[str]:
    """Accounts that may log in and have this right, in the caller's transaction."""
    rows = await queries.everybody(session)
    return frozenset(
        row.name for row in rows if not row.disabled and right in rights[StaffRole(row.role)]
    )
