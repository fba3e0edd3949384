"""Everything that the county knows of one case, read in one transaction: what a package is made of.

What depends on the day on which somebody asks (a light, a limit that runs) stays out, so that one
case gives one package.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.document_state import DocumentState
from central.county.casework.files.whole import WholeCase, WholeCases
from central.county.casework.service import Casework
from central.county.fees.calls import FeeShown
from central.county.flows.exchange import Exchanged
from central.county.flows.log import CaseLog, Logged
from central.county.flows.shown import told
from central.county.ports.keys import Key
from central.county.supervision.calls import CardShown
from protocol.catalogue.items.model import Item
from protocol.trust.edition import Edition

FeeOf = Callable[[AsyncSession, str], Awaitable[FeeShown]]
CardsOf = Callable[[AsyncSession, Key], Awaitable[Sequence[CardShown]]]
DocumentsOf = Callable[[AsyncSession, WholeCase], Awaitable[Sequence[DocumentState]]]
Unsettled = Callable[[AsyncSession, Key], Awaitable[bool]]
"""Whether a bad rating waits for its call back."""
ReleaseOf = Callable[[AsyncSession, int], Awaitable[Edition | None]]
RecordOf = Callable[[Collection[str]], Sequence[str]]
"""Entries of the audit record about these; blocks for the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All of one case."""

    whole: WholeCase = field(repr=False)
    logged: Logged
    item: Item | None = field(repr=False)  # as its flow was; None: no release that is kept knows it
    releases: Mapping[int, Edition] = field(repr=False)  # by which it was filled in, and judged
    documents: Sequence[DocumentState]
    fee: FeeShown
    cards: Sequence[CardShown]

    @property
    def exchanged(self) -> Exchanged:
        """For the national tables."""
        return Exchanged(case=self.whole.found.case, life=told(self.logged), item=self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Reads the cases of one county."""

    casework: Casework
    cases: WholeCases
    log: CaseLog
    release_of: ReleaseOf
    fee_of: FeeOf
    cards_of: CardsOf
    documents_of: DocumentsOf
    unsettled: Unsettled

    async def of(self, session: AsyncSession, name: str) -> Gathered:
        """The case that is named.

        Raises:
            CaseUnknownError: there is none, or several have that application id.
            CaseErasedError: what it said was erased.
            LogBrokenError: its log can't be followed.
        """
        handled = await self.casework.handled(session, name)
        whole = await self.cases.of(session, handled.number)
        logged = await self.log.read(session, handled)
        flow = logged.status.release or handled.release
        found = {one: await self.release_of(session, one) for one in {handled.release, flow}}
        return Gathered(
            whole=whole,
            logged=logged,
            item=await self.log.item_of(session, flow, handled.item),
            releases={number: one for number, one in sorted(found.items()) if one is not None},
            documents=await self.documents_of(session, whole),
            fee=await self.fee_of(session, handled.number),
            cards=await self.cards_of(session, handled.key),
        )
