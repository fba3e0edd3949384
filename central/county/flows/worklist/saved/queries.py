"""Queries on saved views. None of them commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.worklist.saved.models import DefaultRow, ViewRow


async def views_of(
    session: AsyncSession, account: str, departments: Collection[str]
) -> Sequence[ViewRow]:
    """Somebody's own, and what is shared in these departments."""
    fits = or_(ViewRow.owner == account, ViewRow.department.in_(departments))
    return (await session.scalars(select(ViewRow).where(fits).order_by(ViewRow.name))).all()


async def default_of(session: AsyncSession, account: str) -> bytes | None:
    """The view with which somebody begins."""
    row = await session.get(DefaultRow, account)
    return row.view if row else None


async def begin_with(session: AsyncSession, account: str, view: bytes | None) -> None:
    """Let somebody begin with this view; None: with none."""
    await session.execute(delete(DefaultRow).where(DefaultRow.account == account))
    if view is not None:
        session.add(DefaultRow(account=account, view=view))
    await session.flush()


async def remove(session: AsyncSession, view: bytes) -> None:
    """Nobody has it any more, and nobody begins with it."""
    await session.execute(delete(ViewRow).where(ViewRow.view == view))
    await session.execute(delete(DefaultRow).where(DefaultRow.view == view))
