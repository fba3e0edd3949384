"""When the county was backed up last. Queries; none of them commits."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.models import BackupRow


async def backed_up_ms(session: AsyncSession) -> int | None:
    """When the copy of the newest backup was made, by this machine's clock; None: there is none."""
    return await session.scalar(select(func.max(BackupRow.at_ms)))
