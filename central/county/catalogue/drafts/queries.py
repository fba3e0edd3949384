"""Queries on drafts of the catalogue. None of them commits."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from central.county.catalogue.drafts.models import DraftRow, StepRow
from central.county.catalogue.drafts.persons import same_person

EDITS = ("proposed", "edited", "voided")  # steps of which content came


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


async def authors_of(session: AsyncSession, rows: Sequence[DraftRow]) -> dict[int, list[str]]:
    """By draft, everybody who had a hand in its bytes, be it in another draft of the same bytes.

    Whoever wrote first stands first; another spelling of a name is no other person.
    """
    numbers, digests = [row.number for row in rows], [row.digest for row in rows]
    query = select(StepRow).where(
        StepRow.step.in_(EDITS), or_(StepRow.draft.in_(numbers), StepRow.digest.in_(digests))
    )
    steps = (
        await session.scalars(query.order_by(StepRow.at_ms, StepRow.draft, StepRow.number))
    ).all()
    found: dict[int, list[str]] = {row.number: [] for row in rows}
    for row in rows:
        names = found[row.number]
        for one in steps:
            concerns = one.draft == row.number or one.digest == row.digest
            if concerns and not any(same_person(one.person, name) for name in names):
                names.append(one.person)
    return found
