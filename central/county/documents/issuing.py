"""Documents that events bring, made and sent without anybody's order, each once.

What stops one stops nothing else: the event stands, the document waits, an alarm says what to do,
and it is tried again until it has gone.

Source: docs/documents.md, "By themselves".
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CaseAbout
from central.county.documents.calls import DocumentMade
from central.county.documents.drawing.facts import DocumentFacts
from central.county.documents.due import brought
from central.county.documents.fitting import fits
from central.county.documents.issuer import Issuers
from central.county.documents.making import DocumentSettledError, Making, Order
from central.county.documents.models import DueRow
from central.county.documents.of_case import facts_of
from central.county.documents.of_event import facts_of_event
from central.county.documents.queries import (
    due_now,
    hold,
    settle,
    stopped,
    try_all_again,
)
from central.county.flows.log import By, Logged
from central.county.flows.service import Flows, Wanted
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.casework.clocks import WHOLE, moment
from protocol.casework.events import closing, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import follow
from protocol.catalogue.calendars.due import Limit, Unit
from protocol.catalogue.items.model import Item
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.errors import StoreError, YizhanError
from protocol.errors.casework import LogBrokenError
from protocol.errors.documents import SealRefusedError, SealUnreachableError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

log = logging.getLogger(__name__)

STOPPED, UNSEALED = "document.stopped", "document.unsealed"
LOOK_S = 3.0  # between two looks: a handler who waits for the document sees it come
_PAGE = 20  # documents in one go; between them others may order theirs
_MAX_PAGES = 500  # in one look
_WAITS_MS = tuple(60_000 * n for n in (1, 2, 5, 15))  # after the first, second, ... failure
_TELL_DAYS = 5  # working days: 行政许可法 article 32
_SEAL = frozenset({SealRefusedError.code, SealUnreachableError.code})
_MAX_ALARMED = 1000
_SHOWN = 3
_INTERNAL = "internal"


@dataclass(slots=True, kw_only=True)
class DocumentIssuing:
    """Of one county."""

    store: Store
    making: Making
    flows: Flows
    clock: Clock
    issuers: Issuers
    is_new: bool = True  # since the start it has not looked yet

    async def look(self) -> None:
        """A job: make and send what is due; after a start also what was stopped before."""
        if self.is_new:
            await self.store.transact(try_all_again)
            self.is_new = False
        for _ in range(_MAX_PAGES):
            now_ms = self.clock.now_ms()
            rows = await self.store.transact(partial(due_now, now_ms=now_ms, limit=_PAGE))
            for row in rows:
                await self._try(row)
            if len(rows) < _PAGE:
                return

    async def alarms(self) -> list[dict[str, str]]:
        """An alarm ``{code, words}`` for what waits for its seal, and one for what was stopped."""
        rows = await self.store.transact(partial(stopped, limit=_MAX_ALARMED))
        return [
            {"code": code, "words": await self._said(found, words)}
            for code, found, words in (
                (STOPPED, [one for one in rows if one.why not in _SEAL], "份文书没有发出："),
                (UNSEALED, [one for one in rows if one.why in _SEAL], "份文书待盖章，自动再试："),
            )
            if found
        ]

    async def preview(self, case: str, wanted: Wanted, by: By) -> bytes | None:
        """The document that an event would bring, as a draft; None: it brings none.

        Raises:
            FactMissingError, GlyphMissingError, FontUnreadableError: it could not be made.
            And as Flows.act.
        """
        before, event = await self.flows.would(case, wanted, by)
        kind = brought(event.body, before.rules)
        if kind is None:
            return None
        after = replace(before, events=[*before.events, event], status=follow(before.status, event))
        about = await self.store.transact(lambda session: self.making.about.of(session, case))
        facts = await self._facts(about, after, event)
        return await self.making.preview(await self.making.template(kind), kind, facts)

    async def _said(self, rows: Sequence[DueRow], words: str) -> str:
        shown = rows[:_SHOWN]
        keys = {(one.station, one.application) for one in shown}
        numbers = await self.store.transact(partial(self.making.about.numbers, keys=keys))
        lines = [
            f"{numbers.get((one.station, one.application), '')}"
            f"《{KIND_WORDS[DocumentKind(one.kind)]}》{one.words}"
            for one in shown
        ]
        more = f" 等 {len(rows)} 份" if len(rows) > _SHOWN else ""
        return f"{len(rows)} {words}{'；'.join(lines)}{more}"

    async def _try(self, row: DueRow) -> None:
        """One document; what stops it is noted beside it."""
        try:
            await self._issue(row)
        except DocumentSettledError:
            return
        except YizhanError as exc:
            if isinstance(exc, StoreError) and not isinstance(exc, LogBrokenError):
                raise
            await self._hold(row, exc.code, exc.words())
        except Exception:
            fields = {"event": "document.died", "kind": row.kind}
            log.exception("document not made", extra=fields)
            await self._hold(row, _INTERNAL, "程序出错，请把日志交给维护人员")

    async def _issue(self, row: DueRow) -> DocumentMade | None:
        key, kind = (row.station, row.application), DocumentKind(row.kind)
        about, logged = await self._of(key)
        if about.erased or not _is_wanted(logged, kind):
            await self.store.transact(partial(settle, key=key, event=row.event))
            log.info("not needed", extra={"event": "document.dropped", "kind": row.kind})
            return None
        event = logged.events[row.event - 1]
        return await self.making.issue(
            Order(
                case=about.number,
                kind=kind,
                facts=await self._facts(about, logged, event),
                note=_note(event.body, about.item),
                days=_days(event.body, logged),
                event=row.event,
            )
        )

    async def _of(self, key: Key) -> tuple[CaseAbout, Logged]:
        async def work(session: AsyncSession) -> tuple[CaseAbout, Logged]:
            numbers = await self.making.about.numbers(session, {key})
            about = await self.making.about.of(session, numbers[key])
            return about, await self.flows.read(session, about.number)

        return await self.store.transact(work)

    async def _facts(self, about: CaseAbout, logged: Logged, event: Event) -> DocumentFacts:
        """As the case stood at its event: the day of the document is the day of the event."""
        release = await self.making.counting()
        day = _accepted_on(logged, event)
        entries = release.entries if release else {}
        facts = facts_of(about, self.issuers.of(about, logged, event.n, entries), entries, day)
        longer = await self._longer(logged)
        facts = facts_of_event(facts, about, event.body, by=event.by, longer=longer)
        return facts.dated(_day(event.at_ms))

    async def _longer(self, logged: Logged) -> date | None:
        """The last day of the whole, as the citizen is told it."""
        if not logged.status.extended:
            return None
        runs = (await self.flows.dated(logged)).running
        found = next((one for one in runs if one.budget.what in WHOLE), None)
        return moment(found.latest).date() if found else None

    async def _hold(self, row: DueRow, code: str, words: str) -> None:
        wait_ms = _WAITS_MS[min(row.tries, len(_WAITS_MS) - 1)]
        if row.why != code:  # the same again is no news
            log.warning("held", extra={"event": "document.held", "code": code, "kind": row.kind})
        said = partial(
            hold,
            key=(row.station, row.application),
            event=row.event,
            why=code,
            words=words,
            next_ms=self.clock.now_ms() + wait_ms,
        )
        await self.store.transact(said)


def _is_wanted(case: Logged, kind: DocumentKind) -> bool:
    """It still says what is; who was decided about on the day is told of the decision alone."""
    status = case.status
    if kind is DocumentKind.ACCEPTED and status.accepted_ms and status.decided_ms:
        return _day(status.accepted_ms) != _day(status.decided_ms)
    return fits(kind, status)


def _accepted_on(case: Logged, event: Event) -> date:
    """The day from which its limit runs: of what silence accepted the day of its receipt."""
    by_default = isinstance(event.body, opening.AcceptedByDefault)
    at_ms = case.status.accepted_ms if by_default and case.status.accepted_ms else event.at_ms
    return _day(at_ms)


def _days(body: AnyBody, case: Logged) -> int:
    """Within how many working days somebody is to be told; 0: not said."""
    match body:
        case opening.CorrectionAsked():
            return _TELL_DAYS
        case closing.Decided():
            return _working_days(case.rules.handling.tell)
        case _:
            return 0


def _note(body: AnyBody, item: Item | None) -> str:
    """What the citizen reads beside the document: papers that may come later."""
    if not (isinstance(body, opening.Accepted) and body.owed):
        return ""
    papers = [(item.material(one.material) if item else None, one) for one in body.owed]
    said = (f"{paper.name if paper else one.material}（{one.until} 前）" for paper, one in papers)
    return f"容缺受理，请按期补交：{'、'.join(said)}。"


def _working_days(limit: Limit | None) -> int:
    return limit.count if limit and limit.unit is Unit.WORKING_DAYS else 0


def _day(at_ms: int) -> date:
    return local_time(at_ms).date()
