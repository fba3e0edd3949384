"""The office of a township: what it sees of its cases, and what it does with them.

Each act is an event under the next number, and goes to the county in the same transaction. The log
that counts is the county's; an office that owns it goes on alone until it gives it back.

Source: docs/casework.md, "Township offices".
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.hub.offices.approval import approved_key
from central.hub.offices.book import Book, Held
from central.hub.offices.calls import (
    ACT,
    ASK_KEY,
    CASE,
    CASES,
    ActAtOffice,
    AskKey,
    CasesListed,
    KeyAsked,
    ListCases,
    OfficeCaseShown,
    ShowCase,
)
from central.hub.offices.models import OfficeCaseRow
from central.hub.offices.sending import Sending
from central.hub.offices.shown import listed, shown
from central.relay.service import Relay
from protocol.casework.bodies import body_of
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import follow
from protocol.casework.offices import followed_by, refused_at, refused_of
from protocol.casework.persons import refused_to
from protocol.casework.table import ACTIONS
from protocol.envelope.blob import open_chunks
from protocol.errors import DamagedError, FileAbsentError, UnopenableError, UsageError
from protocol.errors.casework import (
    CaseMovedError,
    StepFieldsError,
    StepForbiddenError,
    StepNotNowError,
    StepUnknownError,
)
from protocol.errors.offices import OfficeNotOursError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import MAX_NAME_CHARS, MAX_REASON_CHARS
from protocol.ports import Randomness
from protocol.text import visible
from protocol.trust.office_words import office_words
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOf:
    """Where a file of a case lies, and what opens it."""

    name: str
    blob: BlobRef
    key: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOffice:
    """Of one hub."""

    relay: Relay
    book: Book
    sending: Sending
    randomness: Randomness
    record: Record

    async def ask_key(self, actor: Actor, wanted: AskKey, _: Report = silent) -> KeyAsked:
        """Ask the county to seal cases for this office; the code to be read out.

        Raises LoginForbiddenError.
        """
        ring = self.book.ring
        async with self.record.action(actor, ASK_KEY.name):
            actor.require(Right.RUN)
            if wanted.anew or not ring.pairs:
                await ring.make(self.randomness)
            request = ring.request(
                name=(wanted.name or str(actor))[:MAX_NAME_CHARS],
                at_ms=max(0, self.relay.times.best_ms()),
            )
            await self.sending.store.transact(lambda tx: self.sending.ask(tx, request))
            code = await asyncio.to_thread(ring.code, self.relay.node)
        return KeyAsked(
            hub=self.relay.node, key=ring.newest(), code=code, words=office_words(request)
        )

    async def cases(self, actor: Actor, wanted: ListCases, _: Report = silent) -> CasesListed:
        """The office's cases: nothing of a person. Raises LoginForbiddenError."""
        actor.require(Right.CASES)
        rows = await self.sending.store.transact(
            lambda tx: self.book.listed(tx, owned=wanted.owned, limit=_SHOWN + 1)
        )
        ring = self.book.ring
        approved = await self.sending.store.transact(approved_key)
        state = "approved" if approved and approved.hex() == ring.newest() else "waits"
        return CasesListed(
            cases=[listed(row, self._village(row)) for row in rows[:_SHOWN]],
            more=len(rows) > _SHOWN,
            key=state if ring.pairs else "none",
            words=office_words(ring.request(name="", at_ms=0)) if ring.pairs else "",
            kept_days=self.relay.editions.roster.rules.office_days,
        )

    async def case(self, actor: Actor, wanted: ShowCase, _: Report = silent) -> OfficeCaseShown:
        """All of one case; the record says who opened it.

        Raises LoginForbiddenError, and as Book.of.
        """
        async with self.record.action(actor, CASE.name, subject=wanted.case[:50]):
            actor.require(Right.CASES)
            return await self.sending.store.transact(
                partial(self._case, name=wanted.case, reader=actor.name)
            )

    async def paper(self, actor: Actor, case: str, position: int) -> PaperOf:
        """One file of a case.

        Raises LoginForbiddenError, FileAbsentError, and as Book.of.
        """
        detail = {"position": str(position)}
        async with self.record.action(actor, "hub.office-paper", subject=case[:50], detail=detail):
            actor.require(Right.CASES)
            held = await self.sending.store.transact(lambda tx: self.book.of(tx, case))
            files = held.attachments
            if not 0 <= position < len(files):
                raise FileAbsentError(str(position))
            file, (county, _) = files[position], self.relay.editions.roster.county()
            blob = BlobRef(county, BlobId(file.blob))
            return PaperOf(name=file.name, blob=blob, key=file.key, sha256=file.sha256)

    def opened(self, paper: PaperOf) -> bytes:
        """A file of a case. Blocks for the disk.

        Raises:
            FileAbsentError: it has not come yet.
            DamagedError: it is not what the county sealed.
        """
        files = self.relay.queue.files
        if not files.has(paper.blob):
            raise FileAbsentError(paper.name)
        try:
            data = b"".join(open_chunks(paper.key, files.pieces(paper.blob)))
        except UnopenableError:
            raise DamagedError(f"blob {paper.blob}") from None
        if hashlib.sha256(data).digest() != paper.sha256:
            raise DamagedError(f"blob {paper.blob}")
        return data

    async def act(self, actor: Actor, wanted: ActAtOffice, _: Report = silent) -> OfficeCaseShown:
        """Do something with a case; what follows by itself happens, too.

        Raises:
            LoginForbiddenError: the actor may not.
            OfficeCaseUnknownError, OfficeNotOursError: about the case.
            StepUnknownError, StepNotNowError, StepFieldsError, StepForbiddenError: about the step.
            CaseMovedError: somebody else was faster.
        """
        detail = {"action": wanted.action, "as": wanted.by}
        async with self.record.action(actor, ACT.name, subject=wanted.case[:50], detail=detail):
            actor.require(Right.CASES)
            by = _name(actor, wanted.by)
            work = partial(self._act, wanted=wanted, by=by)
            return await self.sending.store.transact(work)

    async def _act(self, session: AsyncSession, *, wanted: ActAtOffice, by: str) -> OfficeCaseShown:
        held = await self.book.of(session, wanted.case)
        if not held.row.owned:
            raise OfficeNotOursError(held.row.number)
        if wanted.seen and wanted.seen != held.status.n:
            raise CaseMovedError(f"{held.row.number} {held.events[-1].by}")
        events = self._events(held, self._body(held, wanted, by), by)
        await self.book.append(session, held, events)
        await self.sending.tell(session, held.row)
        return await self._case(session, name=wanted.case, reader=by)

    def _body(self, held: Held, wanted: ActAtOffice, by: str) -> AnyBody:
        step = ACTIONS.get(wanted.action)
        if step is None:
            raise StepUnknownError(wanted.action[:50])
        if why := refused_at(step, held.status, held.rules, self.relay.node):
            raise StepNotNowError(f"{held.row.number}：{why}")
        if why := refused_to(step, held.status, held.rules, by):
            raise StepForbiddenError(f"{held.row.number}：{why}")
        today = local_time(self.relay.times.best_ms()).date()
        return body_of(step, wanted.fields, wanted.note, held, by=by, today=today)

    def _events(self, held: Held, body: AnyBody, by: str) -> Sequence[Event]:
        """What happens, and what follows by itself."""
        status = held.status
        at_ms = max(self.relay.times.best_ms(), held.events[-1].at_ms)
        right = held.status.office_name[:MAX_REASON_CHARS]
        event = Event(n=status.n + 1, at_ms=at_ms, by=by, right=right, body=body)
        if why := refused_of(event, status, held.rules, self.relay.node):
            raise StepFieldsError(why)  # as the county will ask it
        status, events = follow(status, event), [event]
        while status.office and (bodies := [*followed_by(status, held.rules)]):
            for one in bodies:
                event = Event(n=status.n + 1, at_ms=at_ms, by="", body=one)
                status = follow(status, event)
                events.append(event)
        return events

    async def _case(self, session: AsyncSession, *, name: str, reader: str) -> OfficeCaseShown:
        held = await self.book.of(session, name)
        county, _ = self.relay.editions.roster.county()
        here = [
            self.relay.queue.files.has(BlobRef(county, BlobId(one.blob)))
            for one in held.attachments
        ]
        return shown(held, self._village(held.row), self.relay.node, here, reader=reader)

    def _village(self, row: OfficeCaseRow) -> str:
        entry = self.relay.editions.roster.nodes.get(NodeId(row.station))
        return entry.name if entry else row.station

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ASK_KEY, self.ask_key),
            Handler(CASES, self.cases),
            Handler(CASE, self.case),
            Handler(ACT, self.act),
        )


def _name(actor: Actor, name: str) -> str:
    """In whose name: whoever owns the data folder may say it."""
    if actor.rights is not None or not name:
        return actor.name[:MAX_NAME_CHARS]
    if len(name) > MAX_NAME_CHARS or visible(name) != name:
        raise UsageError(f"--as 应是 1 到 {MAX_NAME_CHARS} 个看得见的字")
    return name
