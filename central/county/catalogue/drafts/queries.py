"""Queries on drafts of the catalogue. None of them commits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from central.county.catalogue.drafts.models import DraftRow, StepRow


async def find_draft(session: AsyncSession, number: int) -> DraftRow | None:
    """The draft with this number, as it is in the database now."""
    return await session.get(DraftRow, number, populate_existing=True)


async def newest_drafts(
    session: AsyncSession, *, limit: int, states: Sequence[str] = ()
) -> Sequence[DraftRow]:
    """At most ``limit`` drafts, newest first, without their entries.

    Args:
        states: only those; empty: all.
    """
    query = select(DraftRow).options(defer(DraftRow.body, raiseload=True)).limit(limit)
    if states:
        query = query.where(DraftRow.state.in_(states))
    return (await session.scalars(query.order_by(DraftRow.number.desc()))).all()


async def steps_of(session: AsyncSession, draft: int) -> Sequence[StepRow]:
    """What was done to a draft, in order."""
    query = select(StepRow).where(StepRow.draft == draft).order_by(StepRow.number)
    return (await session.scalars(query)).all()


async def count_steps(session: AsyncSession, draft: int) -> int:
    """How many things were done to a draft."""
    query = select(func.count()).select_from(StepRow).where(StepRow.draft == draft)
    return await session.scalar(query) or 0
