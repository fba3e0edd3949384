"""Small notes of this node that outlive a restart. None of these commits."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import MetaRow


async def read_note(session: AsyncSession, key: str) -> bytes | None:
    """What was noted under ``key`` last."""
    return await session.scalar(select(MetaRow.value).where(MetaRow.key == key))


async def keep_note(session: AsyncSession, key: str, value: bytes) -> None:
    """Note ``value`` in place of what was noted before."""
    await drop_note(session, key)
    await session.execute(insert(MetaRow).values(key=key, value=value))


async def drop_note(session: AsyncSession, key: str) -> None:
    """Nothing is noted under ``key`` any more."""
    await session.execute(delete(MetaRow).where(MetaRow.key == key))
