"""Making a document: composed, numbered, drawn, sealed, and sent with the case's other documents.

Its number is taken before it is sealed, since the seal covers it, and kept for it until it goes
out: what stops between the two leaves a number that the next document of that kind of the same
case takes up. So no number is lost, and none is used twice.

Source: docs/documents.md, "Numbers".
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CasesAbout
from central.county.casework.answers.documents import DocumentService
from central.county.casework.answers.sealing import Made
from central.county.casework.calls import IssueDocument
from central.county.counters.service import take
from central.county.documents.calls import DocumentMade
from central.county.documents.drawing.composing import Composed, compose, number_text
from central.county.documents.drawing.facts import DocumentFacts
from central.county.documents.drawing.fonts import font_of
from central.county.documents.drawing.pdf import pdf_of
from central.county.documents.models import MadeRow
from central.county.documents.queries import finish, is_due, made_of, settle, settle_kind
from central.county.documents.seal import SealPort, ToSeal
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.catalogue.templates.of_release import Versioned, template_of
from protocol.catalogue.templates.template import is_open
from protocol.errors import InternalError
from protocol.errors.documents import TemplateNotOpenError
from protocol.limits import MAX_NAME_CHARS
from protocol.ports import Clock
from protocol.stick.filename import portable_name
from protocol.trust.edition import Edition

_TRIES = 5  # that somebody else may be quicker

Counting = Callable[[], Awaitable[Edition | None]]
"""The catalogue as it counts today; None before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One document that is to be made and sent."""

    case: str  # number or application id
    kind: DocumentKind
    facts: DocumentFacts
    note: str = ""  # the citizen reads it
    days: int = 0  # working days in which it is to be told; 0: not said
    attach: Sequence[Path] = ()
    event: int = 0  # number of the event that brings it; 0: somebody orders it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    """A document that has its number."""

    key: Key
    place: int  # in its case
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A document with its number, as it goes out."""

    words: Composed
    pdf: bytes = field(repr=False)
    seal: str | None


class _QuickerError(Exception):
    """Somebody else has sent what was numbered."""


class DocumentSettledError(Exception):
    """The document that an event brings has gone out, or is not wanted any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Makes documents of one county, and sends them."""

    store: Store
    about: CasesAbout
    documents: DocumentService
    counting: Counting
    clock: Clock
    font: Path | None = None
    seal: SealPort | None = None

    async def template(self, kind: DocumentKind) -> Versioned:
        """What counts today."""
        release = await self.counting()
        return template_of(release.entries if release else {}, kind)

    async def preview(
        self, versioned: Versioned, kind: DocumentKind, facts: DocumentFacts
    ) -> bytes:
        """The document as it would be, marked as a draft; it takes no number."""
        words = _composed(versioned, kind, facts, serial=0)
        return await asyncio.to_thread(self._draw, words, facts, draft=True)

    async def issue(self, order: Order) -> DocumentMade:
        """Make a document and send it to the station of its case.

        Raises:
            FactMissingError, TemplateNotOpenError: no number was taken.
            GlyphMissingError, FontUnreadableError: likewise.
            SealRefusedError, SealUnreachableError: its number is kept for it.
            DocumentSettledError: the one that an event brings has gone out.
            CaseUnknownError and all that DocumentService.issue raises.
        """
        versioned = await self.template(order.kind)
        plain = _composed(versioned, order.kind, order.facts, serial=0)
        font = await asyncio.to_thread(font_of, self.font)
        font.require(f"{plain.text}0123456789")
        await self.documents.check(_wanted(order, plain.title))
        for _ in range(_TRIES):
            numbered = await self.store.transact(partial(self._numbered, order=order, of=versioned))
            drawn = await self._drawn(numbered, order, versioned)
            try:
                return await self._send(numbered, order, versioned, drawn)
            except _QuickerError:
                continue
        raise InternalError("somebody else was quicker each time")

    async def _numbered(self, session: AsyncSession, order: Order, of: Versioned) -> _Numbered:
        """The row of this document, with a number of its own: a new one, or one that is kept."""
        key, facts = await self.about.key(session, order.case), order.facts
        if order.event and not await is_due(session, key, order.event):
            raise DocumentSettledError
        series = f"document {_series(facts.department, order.kind, facts.day.year)}"
        await take(session, series, 0)  # whoever numbers here waits for the one before
        rows = await made_of(session, key)
        kept = (row for row in rows if row.issued_ms is None and _fits(row, order))
        row = next(kept, None)
        if row is not None:
            return _Numbered(key=key, place=row.place, number=row.number)
        serial = await take(session, series, 1)
        row = MadeRow(
            station=key[0],
            application=key[1],
            place=len(rows) + 1,
            kind=order.kind.value,
            department=facts.department,
            year=facts.day.year,
            serial=serial,
            number=number_text(of.template, facts.short_name, facts.day, serial),
            template=of.version,
            day=facts.day.isoformat(),
            reserved_ms=self.clock.now_ms(),
        )
        session.add(row)
        await session.flush()
        return _Numbered(key=key, place=row.place, number=row.number)

    async def _drawn(self, numbered: _Numbered, order: Order, of: Versioned) -> _Drawn:
        words = compose(order.kind, of.template, order.facts, numbered.number)
        pdf = await asyncio.to_thread(self._draw, words, order.facts, draft=False)
        if self.seal is None:
            return _Drawn(words=words, pdf=pdf, seal=None)
        sealed = await self.seal.seal(
            ToSeal(
                pdf=pdf,
                department=order.facts.department,
                title=words.title,
                number=numbered.number,
            )
        )
        return _Drawn(words=words, pdf=sealed.pdf, seal=sealed.serial)

    def _draw(self, words: Composed, facts: DocumentFacts, *, draft: bool) -> bytes:
        sealed = self.seal is not None and not draft
        return pdf_of(words, facts.day, font_of(self.font), sealed=sealed, draft=draft)

    async def _send(
        self, numbered: _Numbered, order: Order, of: Versioned, drawn: _Drawn
    ) -> DocumentMade:
        name = f"{drawn.words.title}（{numbered.number}）"[:MAX_NAME_CHARS]
        digest = hashlib.sha256(drawn.pdf).digest()

        async def also(session: AsyncSession, n: int) -> None:
            sent = await finish(
                session,
                numbered.key,
                numbered.place,
                n=n,
                issued_ms=self.clock.now_ms(),
                seal=drawn.seal,
                sha256=digest,
                size=len(drawn.pdf),
                template=of.version,
                day=order.facts.day.isoformat(),
            )
            if not sent:
                raise _QuickerError
            if not order.event:
                await settle_kind(session, numbered.key, order.kind.value)
            elif not await settle(session, numbered.key, order.event):
                raise DocumentSettledError

        made = Made(name=portable_name(f"{name}.pdf"), data=drawn.pdf)
        issued = await self.documents.issue(_wanted(order, name), [made], also)
        return DocumentMade(
            case=issued.case,
            document=issued.document,
            name=name,
            number=numbered.number,
            template=of.version,
            sha256=digest.hex(),
            sealed=drawn.seal or "",
        )


def _composed(of: Versioned, kind: DocumentKind, facts: DocumentFacts, *, serial: int) -> Composed:
    if facts.of_township and not is_open(of.template):
        raise TemplateNotOpenError(KIND_WORDS[kind])
    number = number_text(of.template, facts.short_name, facts.day, serial)
    return compose(kind, of.template, facts, number)


def _wanted(order: Order, name: str) -> IssueDocument:
    return IssueDocument(
        case=order.case, name=name, note=order.note, days=order.days, attach=order.attach
    )


def _fits(row: MadeRow, order: Order) -> bool:
    facts = order.facts
    mine = (order.kind.value, facts.department, facts.day.year)
    return (row.kind, row.department, row.year) == mine


def _series(department: str, kind: DocumentKind, year: int) -> str:
    """Of a counter, whose names are short: departments by the beginning of their digest."""
    return f"{hashlib.sha256(department.encode()).hexdigest()[:16]} {kind.value} {year}"
