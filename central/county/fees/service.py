"""The fees of cases: sheets by the rules of their items, payments, relief, refunds.

No amount is ever handed in: a sheet is computed from the form, and whatever follows takes its
amount from the sheet. Everything that writes waits for the one before, so that entries and
tickets of two clerks come one after the other.

Source: docs/fees.md, "At the county".
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CaseAbout, CasesAbout
from central.county.counters.service import take
from central.county.documents.calls import DocumentMade, MakeDocument
from central.county.fees import queries
from central.county.fees.calls import FeeShown
from central.county.fees.entries import SHEETS, Entry, FeeState, Kind, Standing, frozen, standing
from central.county.fees.models import EntryRow
from central.county.fees.sheets import (
    computed,
    day_of,
    document_facts,
    frozen_sheet,
    item_of,
    joined,
)
from central.county.fees.shown import entry_of, fee_shown
from central.county.fees.words import STATES
from central.county.numbers.own import OwnTickets
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.catalogue.fees.of_form import asked_names, facts_of_form
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.errors.fees import PayNotNowError, PayOwnError, PayReliefError, PayWordsError
from protocol.limits import MAX_NAME_CHARS
from protocol.ports import Clock
from protocol.text import visible
from protocol.trust.schedule import local_time

_SERIES = "fees"  # its lock puts what is written in order
_MONEYLESS = frozenset({FeeState.NONE, FeeState.UNPAID, FeeState.REFUNDED})

Prints = Callable[[MakeDocument], Awaitable[DocumentMade]]
"""Makes a document of a case, and sends it."""
Moved = Callable[[AsyncSession, Collection[Key]], Awaitable[None]]
"""Hears of cases to whose money something has happened. Joins the transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """A case whose fee is being changed."""

    about: CaseAbout
    rows: Sequence[EntryRow]

    @property
    def now(self) -> Standing:
        return standing(map(entry_of, self.rows))

    def require(self, *states: FeeState) -> Standing:
        """Where it stands, if that is one of these; raises PayNotNowError."""
        now = self.now
        if now.state not in states:
            raise PayNotNowError(f"{self.about.number}：{STATES[now.state.value]}")
        return now


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Of one county. Each raises CaseUnknownError for a case that there is not."""

    store: Store
    about: CasesAbout
    tickets: OwnTickets
    prints: Prints
    moved: Moved
    clock: Clock

    async def show(self, name: str) -> FeeShown:
        """The fee of a case."""
        return await self.store.transact(lambda session: self.of(session, name))

    async def of(self, session: AsyncSession, name: str) -> FeeShown:
        """The same, in the caller's transaction."""
        about = await self.about.of(session, name)
        return fee_shown(about, await queries.entries_of(session, about.key))

    async def notice(self, name: str, facts: Mapping[str, Any], by: str) -> FeeShown:
        """Freeze the sheet of a case.

        Args:
            facts: that the rules ask and the form does not tell.

        Raises:
            FeeUnknownError, FeeFactsError: it can't be computed.
            PayNotNowError: one counts already.
            CaseErasedError, ItemUnknownError: nothing is known of it any more.
        """

        async def change(session: AsyncSession, of: _Of) -> None:
            of.require(*_MONEYLESS)
            item = item_of(of.about)
            said = facts_of_form(item.fee_rules, item.schema.meant, of.about.form)
            whole = joined(said, facts, asked_names(item.fee_rules))
            sheet = computed(item, whole, (), day_of(of.about))
            last = next((one.n for one in reversed(of.rows) if _is_sheet(one)), 0)
            what = frozen_sheet(of.about, sheet, ())
            await self._add(
                session, of, Kind.NOTICE, by, what, fen=sheet.total_fen, names=last, facts=whole
            )

        return await self._change(name, change)

    async def relief(self, name: str, evidence: str, by: str) -> FeeShown:
        """Freeze another sheet, which counts this evidence.

        Raises:
            PayReliefError: it would be no less.
            PayOwnError: the same person has made the notice, or taken the money.
            PayNotNowError: there is no sheet.
            CaseErasedError, ItemUnknownError: nothing is known of it any more.
        """

        async def change(session: AsyncSession, of: _Of) -> None:
            now = of.require(FeeState.OWED, FeeState.PAID, FeeState.EXCESS)
            old = next(row for row in of.rows if now.sheet and row.n == now.sheet.n)
            payment = now.payment.n if now.payment else 0
            if by in {row.by_name for row in of.rows if row.n in (now.made_by, payment)}:
                raise PayOwnError(by)
            proved = (*entry_of(old).said["evidence"], evidence)
            sheet = computed(item_of(of.about), json.loads(old.facts), proved, day_of(of.about))
            if sheet.total_fen >= old.fen:
                raise PayReliefError(evidence[:MAX_NAME_CHARS])
            what = frozen_sheet(of.about, sheet, proved, instead_of=old)
            await self._add(
                session,
                of,
                Kind.RELIEF,
                by,
                what,
                fen=sheet.total_fen,
                names=old.n,
                facts=json.loads(old.facts),
            )

        return await self._change(name, change)

    async def record(self, name: str, payer: str, by: str) -> FeeShown:
        """The amount of the sheet that counts was paid; it stands on the next ticket.

        Raises:
            PayNotNowError: nothing is owed.
            PayWordsError: nobody can be called so.
            NumberChargingError, NumberSeriesError: the county has no tickets.
        """

        async def change(session: AsyncSession, of: _Of) -> None:
            now = of.require(FeeState.OWED)
            await self._pay(
                session, of, now.sheet, _words(payer or of.about.applicant, "缴款人"), by
            )

        return await self._change(name, change)

    async def refund(self, name: str, words: str, by: str) -> FeeShown:
        """Take a payment back by a red ticket; what a later sheet leaves to pay, is paid of it.

        Raises:
            PayNotNowError: nothing is paid.
            PayWordsError: nobody says why.
            NumberChargingError, NumberSeriesError: the county has no tickets.
        """
        why = _words(words, "退款原因")

        async def change(session: AsyncSession, of: _Of) -> None:
            now = of.require(FeeState.PAID, FeeState.EXCESS)
            paid = next(row for row in of.rows if now.payment and row.n == now.payment.n)
            ticket = await self.tickets.take(session, of.about.key[1])
            what = frozen(
                {
                    "case": of.about.number,
                    "payment": paid.n,
                    "payment_sha256": paid.sha256.hex(),
                    "red_of": paid.number,
                    "ticket": ticket,
                    "fen": -paid.fen,
                }
            )
            of = await self._add(
                session,
                of,
                Kind.RED,
                by,
                what,
                fen=-paid.fen,
                names=paid.n,
                number=ticket,
                person=paid.person,
                words=why,
            )
            if now.state is FeeState.EXCESS and now.sheet and now.sheet.fen:
                await self._pay(session, of, now.sheet, paid.person, by)

        return await self._change(name, change)

    async def unpaid(self, name: str, words: str, by: str) -> FeeShown:
        """A sheet was not paid, and is not waited for any longer.

        Raises:
            PayNotNowError: nothing is owed.
            PayWordsError: nobody says why.
        """
        why = _words(words, "未缴原因")

        async def change(session: AsyncSession, of: _Of) -> None:
            sheet = of.require(FeeState.OWED).sheet
            n, fen = (sheet.n, sheet.fen) if sheet else (0, 0)
            what = frozen({"case": of.about.number, "unpaid": n, "fen": fen})
            await self._add(session, of, Kind.UNPAID, by, what, fen=fen, names=n, words=why)

        return await self._change(name, change)

    async def print(self, name: str, by: str) -> FeeShown:
        """Send the sheet that counts to the station of the case as a document.

        Raises:
            PayNotNowError: there is none.
            And all that DocumentOrders.make raises.
        """
        of = await self.store.transact(lambda session: self._of(session, name))
        sheet = of.require(FeeState.OWED, FeeState.PAID, FeeState.EXCESS, FeeState.FREE).sheet
        if sheet is None or sheet.sheet is None:
            raise PayNotNowError(of.about.number)
        made = await self.prints(
            MakeDocument(
                case=of.about.number, kind=DocumentKind.PAYMENT, facts=document_facts(sheet.sheet)
            )
        )
        printed = sheet

        async def change(session: AsyncSession, of: _Of) -> None:
            what = frozen(
                {
                    "case": made.case,
                    "sheet": printed.n,
                    "sheet_sha256": printed.sha256.hex(),
                    "document": made.number,
                    "pdf_sha256": made.sha256,
                }
            )
            await self._add(session, of, Kind.PRINTED, by, what, fen=printed.fen, names=printed.n)

        return await self._change(made.case, change)

    async def _pay(
        self, session: AsyncSession, of: _Of, sheet: Entry | None, payer: str, by: str
    ) -> None:
        if sheet is None or sheet.sheet is None:
            raise PayNotNowError(of.about.number)
        ticket = await self.tickets.take(session, of.about.key[1])
        what = frozen(
            {
                "case": of.about.number,
                "sheet": sheet.n,
                "sheet_sha256": sheet.sha256.hex(),
                "collector": sheet.sheet.collector,
                "ticket": ticket,
                "fen": sheet.fen,
            }
        )
        await self._add(
            session,
            of,
            Kind.PAID,
            by,
            what,
            fen=sheet.fen,
            names=sheet.n,
            number=ticket,
            person=payer,
        )

    async def _change(
        self, name: str, change: Callable[[AsyncSession, _Of], Awaitable[None]]
    ) -> FeeShown:
        async def work(session: AsyncSession) -> FeeShown:
            await take(session, _SERIES, 0)
            of = await self._of(session, name)
            await change(session, of)
            await self.moved(session, [of.about.key])
            return fee_shown(of.about, await queries.entries_of(session, of.about.key))

        return await self.store.transact(work)

    async def _of(self, session: AsyncSession, name: str) -> _Of:
        about = await self.about.of(session, name)
        return _Of(about=about, rows=await queries.entries_of(session, about.key))

    async def _add(
        self,
        session: AsyncSession,
        of: _Of,
        kind: Kind,
        by: str,
        what: str,
        *,
        fen: int,
        names: int,
        number: str = "",
        person: str = "",
        words: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> _Of:
        now_ms, n = self.clock.now_ms(), len(of.rows) + 1
        row = EntryRow(
            station=of.about.key[0],
            application=of.about.key[1],
            n=n,
            kind=kind.value,
            names=names,
            day=local_time(now_ms).date().isoformat(),
            at_ms=now_ms,
            by_name=by[:MAX_NAME_CHARS],
            fen=fen,
            number=number,
            frozen=what,
            sha256=Entry(n=n, kind=kind, names=names, fen=fen, frozen=what).sha256,
            person=person,
            facts=frozen(facts) if facts is not None else "",
            words=words,
        )
        session.add(row)
        await session.flush()
        return _Of(about=of.about, rows=[*of.rows, row])


def _is_sheet(row: EntryRow) -> bool:
    return Kind(row.kind) in SHEETS


def _words(text: str, what: str) -> str:
    found = visible(text).strip()
    if not 0 < len(found) <= MAX_NAME_CHARS:
        raise PayWordsError(what)
    return found
