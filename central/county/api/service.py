"""What a token may ask: each question is judged, and goes to the service that pages ask, too."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.api.calls import TokenRight
from central.county.api.scope import Scope
from central.county.api.shapes import (
    ActBody,
    CaseAnswer,
    CasePage,
    DecisionBody,
    Done,
    ItemLine,
    ItemPage,
)
from central.county.api.tokens import Holder
from central.county.casework.answers.publicity import ItemOf
from central.county.casework.calls import Cases, Decide, ListCases, ShowCase
from central.county.casework.operations import CaseOperations
from central.county.catalogue.service import Catalogue
from central.county.flows.calls import Act, CaseLife, Life
from central.county.flows.exchange import TABLES, Exchanged, Row
from central.county.flows.feed import Feed, FeedPage
from central.county.flows.log import Logged
from central.county.flows.operations import FlowOperations
from central.county.flows.shown import told
from central.store.engine import Store
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.names import is_item
from protocol.errors.api import AskedWrongError, PathUnknownError
from runtime.record import Record

EXPORT = "county.case-export"  # in the record


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """Of one county."""

    store: Store
    cases: CaseOperations
    flows: FlowOperations
    scope: Scope
    feed: Feed
    catalogue: Catalogue
    item_of: ItemOf
    record: Record

    async def list(self, holder: Holder, wanted: ListCases) -> CasePage:
        """A page of cases, newest first.

        Raises TokenRightError, and as CaseOperations.listed.
        """
        holder.require(TokenRight.READ)
        page = await self.cases.listed(holder.actor, wanted)
        return CasePage(cases=await self.scope.seen(holder, page.cases), after=page.more)

    async def one(self, holder: Holder, case: str) -> CaseAnswer:
        """All of one case; that the system looked stands in the record.

        Raises TokenRightError, CaseUnknownError.
        """
        holder.require(TokenRight.READ)
        number = await self.scope.require(holder, case)
        life = await self.flows.life(holder.actor, CaseLife(case=number))
        whole = await self.cases.one(holder.actor, ShowCase(case=number))
        same = {one.name: getattr(life, one.name) for one in fields(life)}
        return CaseAnswer(**same, shown=whole)

    async def act(self, holder: Holder, case: str, action: str, body: ActBody) -> Done:
        """Do something with a case. Raises TokenRightError, and as FlowOperations.act."""
        holder.require(TokenRight.ACT)
        number = await self.scope.require(holder, case)
        wanted = Act(case=number, action=action, note=body.note, fields=body.fields, seen=body.seen)
        return _done(await self.flows.act(holder.actor, wanted))

    async def decide(self, holder: Holder, case: str, body: DecisionBody) -> Done:
        """Decide a case, once. Raises TokenRightError, and as FlowOperations.decide."""
        holder.require(TokenRight.ACT)
        number = await self.scope.require(holder, case)
        wanted = Decide(
            case=number,
            outcome=body.outcome,
            note=body.note,
            faults=body.faults,
            until=body.until,
        )
        await self.flows.decide(holder.actor, wanted)
        return _done(await self.flows.life(holder.actor, CaseLife(case=number)))

    async def events(self, holder: Holder, after: str, limit: int) -> FeedPage:
        """Events behind a cursor. Raises TokenRightError, and as Feed.page."""
        holder.require(TokenRight.EVENTS)
        names = await self.scope.names(holder)
        return await self.feed.page(after, departments=names, limit=limit)

    async def items(self, holder: Holder, after: str, limit: int) -> ItemPage:
        """Items of the release that counts now. Raises TokenRightError."""
        holder.require(TokenRight.READ)
        edition = await self.catalogue.counting()
        if edition is None:
            return ItemPage(release=0, items=(), after="")
        names = await self.scope.names(holder)
        behind = sorted(code for code in edition.entries if is_item(code) and code > after)
        page = behind[:limit]
        lines = [_line(code, json.loads(edition.entries[code])) for code in page]
        return ItemPage(
            release=edition.version,
            items=[one for one in lines if not names or one.department in names],
            after=page[-1] if len(behind) > limit else "",
        )

    async def export(
        self, holder: Holder, table: str, after: str, limit: int
    ) -> tuple[Sequence[Row], str]:
        """Rows of a table of exchange for a page of cases, in the order of their numbers.

        Returns:
            The rows, and behind which number the next page goes on; empty: this was the last.

        Raises:
            TokenRightError: the token may not read.
            PathUnknownError: no such table.
        """
        holder.require(TokenRight.READ)
        if table not in TABLES:
            raise PathUnknownError(table[:40])
        if not after.isprintable():
            raise AskedWrongError("after")
        holder.actor.require(Right.CASES)
        names = await self.scope.names(holder)
        detail = {"table": table}
        async with self.record.action(holder.actor, EXPORT, subject=after[:60], detail=detail):
            page = await self.cases.cases(holder.actor, Cases(after=after, limit=limit))
            rows: list[Row] = []
            for case in page:
                logged = await self.scope.flows.life(case.case)
                if names and logged.rules.department not in names:
                    continue
                exchanged = Exchanged(
                    case=case,
                    life=told(logged),
                    item=await self._item(logged),
                    promised=await self.scope.flows.promised(logged),
                )
                rows += TABLES[table](exchanged)
        return rows, page[-1].case if len(page) == limit else ""

    async def _item(self, case: Logged) -> Item | None:
        """The item by which a case was taken in, or to which its flow was amended."""

        async def work(session: AsyncSession) -> Item | None:
            first = await self.scope.flows.log.release_of(session, case.key)
            return await self.item_of(session, case.status.release or first, case.item)

        return await self.store.transact(work)


def _done(life: Life) -> Done:
    last = life.events[-1]
    return Done(case=life.case, state=life.state, n=last.n, enabled=life.enabled)


def _line(code: str, entry: dict[str, Any]) -> ItemLine:
    return ItemLine(
        item=code,
        name=str(entry.get("name", "")),
        version=int(entry.get("version", 1)),
        department=str(entry.get("department", "")),
        task_code=str(entry.get("codes", {}).get("task_code", "")),
    )
