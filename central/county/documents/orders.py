"""Documents that somebody orders by hand: the case tells most of the facts, who orders the rest.

Source: docs/documents.md, "Facts".
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CaseAbout, CasesAbout
from central.county.casework.files.opened import OpenedFile
from central.county.casework.reading import DOCUMENT, CaseReading
from central.county.documents.calls import (
    DocumentMade,
    FaultChoice,
    MakeDocument,
    PdfWritten,
    WritePdf,
)
from central.county.documents.drawing.facts import DocumentFacts
from central.county.documents.faults import choices_of, fault_lines
from central.county.documents.fitting import require_fitting
from central.county.documents.issuer import Issuers, event_of
from central.county.documents.making import Making, Order
from central.county.documents.of_case import facts_of
from central.county.documents.telling import DocumentTelling
from central.county.flows.service import Flows
from central.store.engine import Store
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import read_item
from protocol.errors import CatalogueError, DamagedError, ItemUnknownError, NeedsNewerError
from protocol.errors.answers import CaseErasedError
from protocol.errors.documents import DocumentUnknownError
from protocol.ports import Clock
from protocol.trust.schedule import local_time
from runtime.disk.papers import PaperFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOrders:
    """Of one county."""

    store: Store
    about: CasesAbout
    making: Making
    telling: DocumentTelling
    reading: CaseReading
    clock: Clock
    issuers: Issuers
    flows: Flows

    async def make(self, wanted: MakeDocument) -> DocumentMade:
        """Make a document of a case and send it.

        Raises:
            CaseUnknownError, CaseErasedError: no such case, or nothing may be told of it.
            StepNotNowError: it would say what did not happen.
            FactWrongError and all that Making.issue raises.
        """
        about, facts = await self._ordered(wanted)
        require_fitting(wanted.kind, (await self.flows.life(about.number)).status)
        return await self.making.issue(
            Order(
                case=about.number,
                kind=wanted.kind,
                facts=facts,
                note=wanted.note,
                days=wanted.days,
                attach=wanted.attach,
            )
        )

    async def preview(self, wanted: MakeDocument) -> bytes:
        """The same as a draft, marked as one; raises as :meth:`make`. It takes no number."""
        _, facts = await self._ordered(wanted)
        versioned = await self.making.template(wanted.kind)
        return await self.making.preview(versioned, wanted.kind, facts)

    async def choices(self, case: str) -> list[FaultChoice]:
        """What is usually wrong with the papers of a case; raises CaseUnknownError."""
        about = await self.store.transact(partial(self._of, name=case))
        release = await self.making.counting()
        return choices_of(_as_of_today(about, release.entries if release else {}))

    async def write(self, wanted: WritePdf) -> PdfWritten:
        """Write the PDF of a document into a folder.

        Raises:
            CaseUnknownError, DocumentUnknownError: there is none.
            FileAbsentError, DamagedError: it can't be read (any more).
            PaperFullError, PaperFolderError, PaperError: about the folder.
        """
        file = await self.opened(wanted.case, wanted.document)
        paper = await asyncio.to_thread(_written, wanted, file.name, file.data)
        return PdfWritten(path=paper, sha256=hashlib.sha256(file.data).hexdigest())

    async def opened(self, case: str, document: str) -> OpenedFile:
        """The PDF of a document that the county made itself.

        Raises:
            CaseUnknownError, DocumentUnknownError: there is none.
            FileAbsentError, DamagedError: it can't be read (any more).
        """
        state = await self.telling.one(case, document)
        if not state.kind:
            raise DocumentUnknownError(f"{document[:50]}（不是本县按模板制作的）")
        file = await self.reading.file(case, f"{DOCUMENT}{state.n}", 0)
        if hashlib.sha256(file.data).hexdigest() != state.sha256:
            raise DamagedError(f"{case} {state.number}")
        return file

    async def _of(self, session: AsyncSession, name: str) -> CaseAbout:
        return await self.about.of(session, name)

    async def _ordered(self, wanted: MakeDocument) -> tuple[CaseAbout, DocumentFacts]:
        """The case, and all facts: its own, the faults that were ticked, and those given."""
        about = await self.store.transact(partial(self._of, name=wanted.case))
        if about.erased:
            raise CaseErasedError(about.number)
        release = await self.making.counting()
        entries = release.entries if release else {}
        today = local_time(self.clock.now_ms()).date()
        case = await self.flows.life(about.number)
        event = event_of(wanted.kind, case.events, case.rules)
        issuer = self.issuers.of(about, case, event, entries)
        facts = facts_of(about, issuer, entries, today)
        if wanted.faults:
            lines = fault_lines(_as_of_today(about, entries), wanted.faults)
            facts = replace(facts, faults=lines)
        return about, facts.with_given(wanted.facts)


def _as_of_today(about: CaseAbout, entries: Mapping[str, bytes]) -> Item | None:
    """A case's item with what the library of today says of its papers."""
    try:
        return read_item(entries, about.code)
    except (ItemUnknownError, CatalogueError, NeedsNewerError):
        return about.item


def _written(wanted: WritePdf, name: str, data: bytes) -> Path:
    return PaperFolder(wanted.folder).write(name, [data]).path
