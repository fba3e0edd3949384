"""Taking in an application: checked, encrypted, sealed, on disk - and only then reported.

Several clerks' pages or commands may submit at once. Whoever holds the lock seals and commits
for all that wait, so that many applications cost one sync of the journal and one of the
database.

Source: docs/architecture.md, "The way of one application".
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.items.application import check_papers
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.catalogue.typed import form_as_meant
from protocol.envelope.payloads import Application
from protocol.errors import (
    CatalogueMissingError,
    ItemUnknownError,
    YizhanError,
)
from protocol.ids import ApplicationId
from protocol.json_values import to_json
from protocol.numbers.number import NumberKind
from protocol.ports import Randomness
from protocol.records.taken_in import Agent, Scope, TakenIn
from runtime.cli.failures import in_words, place_of
from station_agent.intake.attaching import AttachedFile, Paper, look_at
from station_agent.intake.attachment_sealer import AttachmentSealer, Progress
from station_agent.intake.calls import Submission
from station_agent.intake.repeats import (
    content_of,
    digest_of,
    require_same,
)
from station_agent.intake.sealing import Draft, SealingService
from station_agent.intake.taking import (
    Known,
    as_recorded,
    corrected,
    known_of,
    owed_of,
    require_checker,
    superseded,
)
from station_agent.papers.pages import SealedPage
from station_agent.store import applications, editions
from station_agent.store.db import Database, Transaction
from station_agent.store.desk.agents import AgentNote, agent_context
from station_agent.store.editions import FoundItem
from station_agent.store.shield import Shield
from station_agent.store.vault import Vault, applicant_context

log = logging.getLogger(__name__)

_ITEMS_KEPT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the store says before some submissions are taken in."""

    known: Mapping[ApplicationId, bytes | None]  # taken in before, with their digests
    entries: Mapping[str, FoundItem]  # by the code that was asked for
    closed: YizhanError | None  # why nothing new may be sealed here
    before: Known  # what is to be corrected or replaced

    def earlier(self, submission: Submission) -> tuple[bytes, bytes]:
        """The ids of what a submission answers, and of what it replaces; empty: nothing.

        Raises:
            NotReturnedError, ApplicationUnknownError: there is no such one here.
        """
        return (
            corrected(self.before, submission.corrects),
            superseded(self.before, submission.supersedes),
        )

    def any_item(self, submission: Submission) -> Item | None:
        """The item as it is now, if there still is one."""
        try:
            return self.item(submission.item)[1]
        except YizhanError:
            return None

    def item(self, code: str) -> tuple[FoundItem, Item]:
        """What was found, and the item."""
        found = self.entries[code]
        if not found.release:
            raise CatalogueMissingError
        if found.entry is None:
            raise ItemUnknownError(repr(code[:60]))
        return found, _parsed(found.entry, tuple(found.library.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A submission that may be sealed: its item, and what it says as it is meant."""

    application: ApplicationId
    held: FoundItem
    item: Item
    form: FormData
    text: str  # the form as it is sealed
    papers: Sequence[Paper]
    taken: TakenIn
    corrects: bytes
    supersedes: bytes


class IntakeService:
    """Takes in applications."""

    def __init__(
        self,
        *,
        database: Database,
        attachments: AttachmentSealer,
        sealing: SealingService,
        randomness: Randomness,
        closed: Callable[[], YizhanError | None],
        vault: Vault,
        today: Callable[[], date | None],
        now_ms: Callable[[], int],
        after: Callable[[], Awaitable[None]],
    ) -> None:
        self._database, self._attachments = database, attachments
        self._closed, self._today, self._now_ms = closed, today, now_ms
        self._sealing = sealing
        self._shield = Shield()
        self._vault, self._rows = vault, vault.row_sealer(randomness)
        self._after = after  # once some were taken in; raises nothing

    async def submit(
        self,
        submission: Submission,
        progress: Progress = lambda _done, _total: None,
        *,
        pages: Sequence[SealedPage] = (),
        under: FoundItem | None = None,
    ) -> ApplicationId:
        """Take in ``submission``; it is on disk and queued when this returns.

        Args:
            pages: of its papers that were taken in at the desk.
            under: its item as it was when the form was begun; None: as it is now.

        Raises:
            IntakeError: the clerk must mend something; nothing was stored.
            NodeDrainingError, NodeStoppedError, NodeReplacedError: the county withdraws this PC.
            CatalogueMissingError: no catalogue has come yet.
            DiskFullError: no room; nothing was stored.
        """
        (error,) = await self._shield.run(self._submit_all([submission], progress, pages, under))
        if error is not None:
            raise error
        return submission.application

    async def submit_all(self, submissions: Sequence[Submission]) -> Sequence[YizhanError | None]:
        """Take in many; what is wrong with each, or None: it is on disk and queued.

        One look at the catalogue serves them all, and few commits.
        """
        return await self._shield.run(self._submit_all(submissions, lambda _done, _total: None, ()))

    async def close(self) -> None:
        """Return once everything that is being taken in is stored or refused."""
        await self._shield.idle()

    async def _submit_all(
        self,
        submissions: Sequence[Submission],
        progress: Progress,
        pages: Sequence[SealedPage],
        under: FoundItem | None = None,
    ) -> Sequence[YizhanError | None]:
        outcomes: dict[int, YizhanError | None] = {}
        waiting = dict(enumerate(submissions))
        while waiting:  # of several with one id the first counts, and the others are compared
            ids = {one.application: at for at, one in reversed(waiting.items())}
            some = {at: waiting.pop(at) for at in sorted(ids.values())}
            outcomes |= await self._submit_some(some, progress, pages, under)
        await self._after()
        return [outcomes[at] for at in range(len(submissions))]

    async def _submit_some(
        self,
        submissions: Mapping[int, Submission],
        progress: Progress,
        pages: Sequence[SealedPage],
        under: FoundItem | None,
    ) -> dict[int, YizhanError | None]:
        some = list(submissions.values())
        found = await self._database.read(lambda tx: self._look_up(tx, some))
        if under is not None:
            found = replace(found, entries={one.item: under for one in some})
        outcomes = await asyncio.gather(
            *(self._submit(submission, found, progress, pages) for submission in some),
            return_exceptions=True,  # each runs to its end, whatever becomes of the others
        )
        return dict(zip(submissions, map(_expected, outcomes), strict=True))

    def _look_up(self, tx: Transaction, submissions: Sequence[Submission]) -> _Found:
        items, today = {submission.item for submission in submissions}, self._today()
        return _Found(
            known=applications.contents(tx, [submission.application for submission in submissions]),
            entries={item: editions.find_item(tx, item, today) for item in items},
            closed=self._closed(),
            before=known_of(tx, {name for one in submissions for name in _names_before(one)}),
        )

    async def _submit(
        self,
        submission: Submission,
        found: _Found,
        progress: Progress,
        pages: Sequence[SealedPage],
    ) -> None:
        if submission.application in found.known:
            item_now = found.any_item(submission)
            content = await asyncio.to_thread(content_of, submission, pages, item_now)
            require_same(submission.application, content, found.known[submission.application])
            return
        checked = await self._checked(submission, found, pages)
        files: list[AttachedFile] = []
        try:
            await self._attachments.seal(checked.papers, files, progress)
            draft = self._draft(checked, files)
            stored = await self._sealing.seal(draft)
        except Exception:
            await self._attachments.release(files, stored=False)
            raise
        await self._attachments.release(files, stored=stored)
        if not stored:  # another call with this id was quicker
            own = submission.application
            known = await self._database.read(lambda tx: applications.contents(tx, [own]))
            require_same(own, draft.content, known.get(own))

    async def _checked(
        self, submission: Submission, found: _Found, pages: Sequence[SealedPage]
    ) -> _Checked:
        if found.closed is not None:
            raise found.closed
        held, item = found.item(submission.item)
        corrects, supersedes = found.earlier(submission)
        taken = as_recorded(submission.taken, clerks=self._vault.clerks, now_ms=self._now_ms())
        require_checker(item, taken)
        form, text = form_as_meant(
            item.schema, submission.form.encode(), may_miss=bool(taken.insisted)
        )
        papers: list[Paper] = []
        if submission.files or pages:
            papers = await asyncio.to_thread(look_at, item, submission.files, pages)
        check_papers(item, form, [paper.material.id for paper in papers], taken)
        self._attachments.require_room(papers)
        return _Checked(
            application=submission.application,
            held=held,
            item=item,
            form=form,
            text=text,
            papers=papers,
            taken=taken,
            corrects=corrects,
            supersedes=supersedes,
        )

    def _draft(self, checked: _Checked, files: Sequence[AttachedFile]) -> Draft:
        own, item, taken = checked.application, checked.item, checked.taken
        payload = Application(
            application=bytes.fromhex(own),
            item=item.id,
            release=checked.held.release,
            since=checked.held.since,
            form=checked.text,
            attachments=tuple(file.attachment() for file in files),
            corrects=checked.corrects,
            supersedes=checked.supersedes,
            taken=taken,
        )
        return Draft(
            application=own,
            item=item.id,
            content=digest_of(item.id, checked.form, [file.told() for file in files]),
            applicant=self._applicant(own, item.schema.document, checked.form),
            agent=self._agent(own, taken.agent),
            payload=payload,
            number=NumberKind.CASE,
            blobs=tuple((file.sealed.blob, file.sealed.size) for file in files),
            urgent=item.urgent,
            earlier=(checked.corrects or checked.supersedes).hex(),
            owed=owed_of(own, taken),
        )

    def _applicant(
        self, application: ApplicationId, schema: Schema, form: FormData
    ) -> bytes | None:
        """Whose it is, for the clerk's list; only the clerk's password opens it again."""
        name = applicant_name(schema, form)
        if not name:
            return None
        return self._rows.put_in(applicant_context(application), name.encode())

    def _agent(self, application: ApplicationId, agent: Agent | None) -> AgentNote | None:
        """Who acts for the applicant, for whoever hands over what comes back."""
        if agent is None:
            return None
        plain = json.dumps(to_json(agent), ensure_ascii=False).encode()
        return AgentNote(
            sealed=self._rows.put_in(agent_context(application), plain),
            collects=Scope.COLLECT in agent.scope,
        )


def _names_before(submission: Submission) -> Iterator[str]:
    return filter(None, (submission.corrects, submission.supersedes))


def _expected(outcome: BaseException | None) -> YizhanError | None:
    if outcome is None or isinstance(outcome, YizhanError):
        return outcome
    if not isinstance(outcome, Exception):
        raise outcome
    error = in_words(outcome)
    log.warning(
        "an application was refused for a failure",
        extra={"event": "intake.failed", "code": error.code, "place": place_of(outcome)},
    )
    return error


@lru_cache(maxsize=_ITEMS_KEPT)
def _parsed(entry: bytes, library: tuple[tuple[str, bytes], ...]) -> Item:
    """A millisecond for each, and a clerk uses few items a day."""
    return parse_item(entry, dict(library))
