"""Two persons: what one asks for on a page is done when another confirms it.

For what one person alone could hide behind: the accounts of those who watch, and another PC under
a node's name. A proposal lies in the database, ends after a day, and is seen by both.

Source: docs/security.md, "Pages"; ADR 0032.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.limits import MAX_PROPOSALS, PROPOSAL_S, PROPOSALS_SHOWN
from central.accounts.models import ProposalRow
from central.store.engine import Store
from protocol.errors import (
    BusyError,
    PageMissingError,
    ProposalOverError,
    ProposalOwnError,
)
from protocol.ports import Clock, Randomness

_NAME_BYTES = 12


class Stage(Enum):
    """How far a proposal is."""

    OPEN = "open"
    DONE = "done"  # confirmed, and carried out
    FAILED = "failed"  # confirmed, and refused by the program
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody asked for."""

    number: str
    operation: str
    args: Mapping[str, Any]
    subject: str
    by: str
    made_ms: int
    stage: Stage
    decided_by: str
    decided_ms: int | None


class Proposals:
    """The proposals of one node."""

    def __init__(self, store: Store, *, clock: Clock, randomness: Randomness) -> None:
        self._store, self._clock, self._randomness = store, clock, randomness

    async def propose(
        self, by: str, operation: str, args: Mapping[str, Any], *, subject: str
    ) -> Proposal:
        """Ask for something; an open proposal for the same is that one again.

        Raises:
            BusyError: too many wait already.
        """
        text = json.dumps(dict(args), ensure_ascii=False, sort_keys=True)
        number, now_ms = self._randomness.token(_NAME_BYTES).hex(), self._clock.now_ms()

        async def work(session: AsyncSession) -> Proposal:
            opened = [row for row in await _open(session) if not self._is_over(row)]
            for row in opened:
                if (row.by, row.operation, row.args) == (by, operation, text):
                    return self._seen(row)
            if len(opened) >= MAX_PROPOSALS:
                raise BusyError(f"{MAX_PROPOSALS}")
            row = ProposalRow(
                number=number,
                operation=operation,
                args=text,
                subject=subject,
                by=by,
                made_ms=now_ms,
                state=Stage.OPEN.value,
                decided_by="",
            )
            session.add(row)
            return self._seen(row)

        return await self._store.transact(work)

    async def listed(self) -> list[Proposal]:
        """The newest ones, open ones first."""
        query = select(ProposalRow).order_by(
            (ProposalRow.state != Stage.OPEN.value), ProposalRow.made_ms.desc(), ProposalRow.number
        )

        async def work(session: AsyncSession) -> list[Proposal]:
            rows = await session.scalars(query.limit(PROPOSALS_SHOWN))
            return [self._seen(row) for row in rows]

        return await self._store.transact(work)

    async def count_open(self) -> int:
        """How many wait for somebody."""
        oldest_ms = self._clock.now_ms() - PROPOSAL_S * 1000
        query = (
            select(func.count())
            .select_from(ProposalRow)
            .where(ProposalRow.state == Stage.OPEN.value, ProposalRow.made_ms > oldest_ms)
        )
        return await self._store.transact(lambda session: session.scalar(query)) or 0

    async def found(self, number: str) -> Proposal:
        """One of them.

        Raises:
            PageMissingError: there is none.
        """

        async def work(session: AsyncSession) -> Proposal:
            return self._seen(await _row(session, number))

        return await self._store.transact(work)

    async def confirm(self, number: str, by: str) -> Proposal:
        """Take an open proposal, so that it is carried out once.

        Raises:
            ProposalOwnError: nobody confirms what is his own, or about his own account.
            ProposalOverError: it was decided, or waited for too long.
            PageMissingError: there is none.
        """

        async def work(session: AsyncSession) -> Proposal:
            row = await _row(session, number)
            if by in (row.by, row.subject):
                raise ProposalOwnError(row.by)
            self._decide(row, Stage.DONE, by)
            return self._seen(row)

        return await self._store.transact(work)

    async def reject(self, number: str, by: str) -> Proposal:
        """Let nobody confirm it any more; whoever proposed it may take it back.

        Raises:
            ProposalOverError, PageMissingError: as :meth:`confirm`.
        """

        async def work(session: AsyncSession) -> Proposal:
            row = await _row(session, number)
            self._decide(row, Stage.REJECTED, by)
            return self._seen(row)

        return await self._store.transact(work)

    async def failed(self, number: str) -> None:
        """The program refused what was confirmed."""

        async def work(session: AsyncSession) -> None:
            (await _row(session, number)).state = Stage.FAILED.value

        await self._store.transact(work)

    def _decide(self, row: ProposalRow, stage: Stage, by: str) -> None:
        if row.state != Stage.OPEN.value or self._is_over(row):
            raise ProposalOverError(self._seen(row).stage.value)
        row.state, row.decided_by = stage.value, by
        row.decided_ms = self._clock.now_ms()

    def _is_over(self, row: ProposalRow) -> bool:
        """A clock that was set back ends it, too: it must not live longer than a day."""
        return not 0 <= self._clock.now_ms() - row.made_ms < PROPOSAL_S * 1000

    def _seen(self, row: ProposalRow) -> Proposal:
        over = row.state == Stage.OPEN.value and self._is_over(row)
        return Proposal(
            number=row.number,
            operation=row.operation,
            args=json.loads(row.args),
            subject=row.subject,
            by=row.by,
            made_ms=row.made_ms,
            stage=Stage.EXPIRED if over else Stage(row.state),
            decided_by=row.decided_by,
            decided_ms=row.decided_ms,
        )


async def _open(session: AsyncSession) -> Sequence[ProposalRow]:
    query = select(ProposalRow).where(ProposalRow.state == Stage.OPEN.value)
    return (await session.scalars(query)).all()


async def _row(session: AsyncSession, number: str) -> ProposalRow:
    row = await session.get(ProposalRow, number, with_for_update=True)
    if row is None:
        raise PageMissingError(number[:40])
    return row
