"""What a block's row keeps of its numbers, so that nobody has to count. It changes here alone.

``next`` and ``voided`` give used and remaining; ``arrived`` and ``twice`` are counted as numbers
come. Each changes in the transaction of what changes it, while the caller holds the county's
counter: always as if everything were counted anew.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers.models import BlockRow, UseRow, VoidRow
from central.county.numbers.queries import block_of, runs_of
from central.store.base import table_of
from protocol.numbers.block import Run, Use
from protocol.numbers.number import Number


async def came(
    session: AsyncSession,
    row: BlockRow,
    number: Number,
    *,
    others: Collection[str],
    application: bytes,
    now_ms: int,
) -> None:
    """A number came for the first time; so those before it in its block are not left either.

    Args:
        others: starts under which the same serial came before.
    """
    values = {"station": row.station, "block": row.block, "serial": number.serial}
    values |= {"start": number.start, "application": application, "arrived_ms": now_ms}
    await session.execute(insert(table_of(UseRow)), [values])
    row.arrived += len(others) == 0
    row.twice += len(others) == 1
    if row.voided and number.serial < row.next:
        await _unvoid(session, row, number.serial)
    row.next = max(row.next, number.serial + 1)


async def is_so(session: AsyncSession, row: BlockRow, use: Use) -> None:
    """So far is a block used, and these of its numbers are voided, but for those that came."""
    use = use.saw(*await _came_of(session, row, use.runs))
    of_block = (VoidRow.station == row.station, VoidRow.block == row.block)
    await session.execute(delete(VoidRow).where(*of_block))
    values = {"station": row.station, "block": row.block}
    if rows := [
        values | {"first": run.first, "last": run.last, "reason": run.reason} for run in use.runs
    ]:
        await session.execute(insert(table_of(VoidRow)), rows)
    row.next, row.voided = max(row.next, use.next), use.voided
    await session.flush()


def use_of(row: BlockRow, runs: Sequence[Run]) -> Use:
    """How far a block is used, with what was voided of it."""
    return Use(block=block_of(row), next=row.next, runs=tuple(runs))


async def _unvoid(session: AsyncSession, row: BlockRow, serial: int) -> None:
    """It came, so it was used, whatever was thought of it."""
    use = use_of(row, (await runs_of(session, [row]))[row.station, row.block])
    if any(run.first <= serial <= run.last for run in use.runs):
        await is_so(session, row, use)


async def _came_of(session: AsyncSession, row: BlockRow, runs: Sequence[Run]) -> Sequence[int]:
    """Numbers of these runs that came, in order."""
    if not runs:
        return ()
    among: list[ColumnElement[bool]] = [UseRow.serial.between(run.first, run.last) for run in runs]
    query = select(UseRow.serial).where(
        UseRow.station == row.station, UseRow.block == row.block, or_(*among)
    )
    return (await session.scalars(query.distinct().order_by(UseRow.serial))).all()
