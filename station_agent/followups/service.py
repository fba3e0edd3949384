"""Sending what follows an application: checked, sealed, on disk - and only then reported.

Source: docs/operations.md, "What follows an application"; docs/adr/0051-follow-ups.md.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date

from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.codec import altered
from protocol.envelope.payloads import FollowUp
from protocol.errors import ApplicationUnknownError, UsageError, YizhanError
from protocol.errors.clerk import FollowUpTakenError, FollowUpUnknownError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.json_values import to_json
from protocol.ports import Randomness
from protocol.records.followups import Said, check_follow_up, subject_name
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.owner import Report
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.followups.calls import (
    AnswerShown,
    FollowUpSent,
    FollowUpShown,
    SendFollowUp,
    ShowFollowUps,
)
from station_agent.followups.files import PaperBlob, PaperSealer, look_at
from station_agent.followups.unseen import outside_of
from station_agent.inbox.results import StoredAnswer, answer_context, follow_up_context
from station_agent.intake.sealing import Draft, SealingService, follow_up_draft
from station_agent.papers.pages import SealedPage
from station_agent.store import applications, editions, follow_ups
from station_agent.store.applications import ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk.clerks import Purpose
from station_agent.store.follow_ups import FollowUpNote, FollowUpView
from station_agent.store.shield import Shield
from station_agent.store.vault import OpenVault, Vault

RATED = "rating"


class FollowUpService:
    """Sends them, and says how far each has got."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        unlocking: UnlockingService,
        sealing: SealingService,
        papers: PaperSealer,
        randomness: Randomness,
        closed: Callable[[], YizhanError | None],
        today: Callable[[], date | None],
        now_ms: Callable[[], int],
    ) -> None:
        self._database, self._vault, self._unlocking = database, vault, unlocking
        self._sealing, self._papers, self._closed = sealing, papers, closed
        self._today, self._now_ms, self._randomness = today, now_ms, randomness
        self._shield = Shield()

    async def send(
        self,
        _: Actor,
        wanted: SendFollowUp,
        __: Report = silent,
        *,
        pages: Sequence[SealedPage] = (),
    ) -> FollowUpSent:
        """Seal and queue it; on disk when this returns. The same sent again is answered alike.

        Of what was written unseen nobody can say whether it is the same: it is refused.

        Args:
            pages: of papers that were taken in at the desk; they follow its files.

        Raises:
            ApplicationUnknownError: no such application here.
            FollowUpWrongError, FollowUpTakenError, ClerkUnknownError: nothing was stored.
            MaterialUnknownError, FileUnreadableError, AttachmentTooLargeError: about the files.
            NodeDrainingError, NodeStoppedError, NodeReplacedError: the county withdraws this PC.
            DiskFullError: no room; nothing was stored.
            ScanUnknownError: a page is gone; nothing was stored.
        """
        return await self._shield.run(self._send(wanted, pages))

    async def _send(self, wanted: SendFollowUp, pages: Sequence[SealedPage]) -> FollowUpSent:
        view, item, held = await self._database.read(lambda tx: self._look_up(tx, wanted))
        own = view.application if view else ""
        papers = await asyncio.to_thread(look_at, item, wanted.files, pages)
        materials = [one.material for one in papers]
        check_follow_up(wanted.said, of_application=bool(own), materials=materials)
        self._require_clerk(wanted.said.clerk)
        hashes = await asyncio.to_thread(lambda: [one.digest() for one in papers])
        digest = _digest(wanted.said, own, list(zip(materials, hashes, strict=True)))
        if wanted.unseen:
            digest = self._randomness.token(len(digest))
        sent = FollowUpSent(follow_up=wanted.follow_up, application=own)
        if held is not None:
            return _same(sent, digest, held)
        if (closed := self._closed()) is not None:
            raise closed
        said = altered(wanted.said, at_ms=wanted.said.at_ms or self._now_ms())
        done: list[PaperBlob] = []
        try:
            await self._papers.seal(papers, done)
            kept = outside_of(said) if wanted.unseen else said
            stored = await self._sealing.seal(
                self._draft(
                    sent,
                    said,
                    done,
                    self._note(sent, kept, digest, materials, unseen=wanted.unseen),
                )
            )
        except Exception:
            await self._papers.release(done, stored=False)
            raise
        await self._papers.release(done, stored=stored)
        if stored:
            return sent
        known = await self._database.read(lambda tx: follow_ups.content(tx, sent.follow_up))
        return _same(sent, digest, known or b"")  # another call with this id was quicker

    def _draft(
        self, sent: FollowUpSent, said: Said, files: Sequence[PaperBlob], note: FollowUpNote
    ) -> Draft:
        payload = FollowUp(
            follow_up=bytes.fromhex(sent.follow_up),
            application=bytes.fromhex(sent.application),
            said=said,
            attachments=tuple(one.attachment() for one in files),
        )
        blobs = [(one.sealed.blob, one.sealed.size) for one in files]
        return follow_up_draft(note, payload, blobs)

    def _note(
        self,
        sent: FollowUpSent,
        kept: Said,
        digest: bytes,
        materials: Sequence[str],
        *,
        unseen: bool,
    ) -> FollowUpNote:
        return FollowUpNote(
            follow_up=sent.follow_up,
            application=sent.application,
            about=subject_name(kept.subject),
            content=digest,
            materials=tuple(dict.fromkeys(materials)),
            sealed=self._vault.put_in(follow_up_context(sent.follow_up), kept),
            unseen=unseen,
        )

    async def shown(
        self, _: Actor, wanted: ShowFollowUps, __: Report = silent
    ) -> list[FollowUpShown]:
        """What was sent, in the order in which it was; what was said only to who opens the vault.

        Raises:
            ApplicationUnknownError: no such application here.
            PasswordWrongError, ClerkWaitError: a password was given, and was wrong.
        """

        def read(tx: Transaction) -> list[FollowUpView]:
            own = _application(tx, wanted.application)
            return follow_ups.views(tx, own.application if own else None)

        found = await self._database.read(read)
        vault = None
        if wanted.password is not None or not self._vault.has_password:
            opened = await self._unlocking.unlock(wanted)
            await self._unlocking.note(opened, Purpose.LIST)
            vault = opened.vault
        return [_shown(one, vault) for one in found]

    async def told(self, opened: OpenVault, application: ApplicationId) -> list[FollowUpShown]:
        """What follows one application, for whoever opened the vault."""
        found = await self._database.read(lambda tx: follow_ups.views(tx, application))
        return [_shown(one, opened) for one in found]

    async def about(self, opened: Opened, name: str) -> list[FollowUpShown]:
        """All that have this subject, in the order in which they were sent."""
        found = await self._database.read(lambda tx: follow_ups.views_about(tx, name))
        return await asyncio.to_thread(lambda: [_shown(one, opened.vault) for one in found])

    async def one(self, opened: Opened, follow_up: str) -> FollowUpShown:
        """One of them; that the clerk opened it is written down.

        Raises:
            FollowUpUnknownError: there is none.
        """
        view = await self._database.read(lambda tx: follow_ups.view(tx, follow_up))
        if view is None:
            raise FollowUpUnknownError(follow_up)
        own = ApplicationId(view.application) if view.application else None
        await self._unlocking.note(opened, Purpose.FOLLOW_UP, own)
        return _shown(view, opened.vault)

    async def saved_ms(self, follow_up: str) -> int:
        """Since when one is on disk, by the local clock; for anybody who has its id.

        Raises:
            FollowUpUnknownError: there is none.
        """
        view = await self._database.read(lambda tx: follow_ups.view(tx, follow_up))
        if view is None:
            raise FollowUpUnknownError(follow_up)
        return view.saved_ms

    async def note_seen(self, opened: Opened, application: str) -> None:
        """Write down that the clerk sees what follows an application; empty: what follows none."""
        own = ApplicationId(application) if application else None
        await self._unlocking.note(opened, Purpose.FOLLOW_UP, own)

    async def note_listed(self, opened: Opened) -> None:
        """Write down that the clerk sees a list of it."""
        await self._unlocking.note(opened, Purpose.LIST)

    async def note_read(self, opened: Opened, letter: str) -> None:
        """The clerk has read the answer to a letter; who read it first stands."""
        now_ms = self._now_ms()
        await self._database.write(
            lambda tx: follow_ups.note_read(tx, letter, clerk=opened.clerk, at_ms=now_ms)
        )

    async def under_way(self) -> list[FollowUpView]:
        """What was sent and the county has not received, and what it refused; the oldest first."""
        return await self._database.read(follow_ups.under_way)

    async def application_of(self, follow_up: ApplicationId) -> str:
        """What one that was sent follows; empty: none was sent under this id."""
        return await self._database.read(lambda tx: follow_ups.application_of(tx, follow_up))

    async def close(self) -> None:
        """Return once everything that is being sent is stored or refused."""
        await self._shield.idle()

    def _require_clerk(self, clerk: str) -> None:
        if clerk and self._vault.clerks and clerk not in self._vault.clerks:
            raise ClerkUnknownError(clerk)

    def _look_up(
        self, tx: Transaction, wanted: SendFollowUp
    ) -> tuple[ApplicationView | None, Item | None, bytes | None]:
        """The application, its item if the catalogue still has it, and what this id stands for."""
        view = _application(tx, wanted.application)
        item = None
        if view and view.item:
            found = editions.find_item(tx, view.item, self._today())
            item = parse_item(found.entry, found.library) if found.entry else None
        return view, item, follow_ups.content(tx, wanted.follow_up)


def _application(tx: Transaction, name: str) -> ApplicationView | None:
    """The application of this name; None if none is named."""
    if not name:
        return None
    try:
        view = applications.find(tx, name)
    except UsageError:
        view = None
    if view is None:
        raise ApplicationUnknownError(name[:50])
    return view


def _digest(said: Said, application: str, files: Sequence[tuple[str, str]]) -> bytes:
    """Over what is said and of what; its time is when it was said first."""
    told = [application, to_json(altered(said, at_ms=0)), files]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _same(sent: FollowUpSent, digest: bytes, held: bytes) -> FollowUpSent:
    if digest != held:
        raise FollowUpTakenError(sent.follow_up)
    return sent


def _shown(view: FollowUpView, vault: OpenVault | None) -> FollowUpShown:
    said = answer = None
    if vault and view.sealed and view.about != RATED:  # the clerk sees ratings in sums alone
        said = vault.take_out(follow_up_context(view.follow_up), view.sealed, Said)
    if vault and view.answer:
        stored = vault.take_out(answer_context(view.follow_up), view.answer, StoredAnswer)
        answer = AnswerShown(words=stored.words, at_ms=stored.at_ms)
    return FollowUpShown(
        follow_up=view.follow_up,
        application=view.application,
        about=view.about,
        state=view.state,
        code=view.code,
        problem=view.problem,
        saved_ms=view.saved_ms,
        said=said,
        answered=view.answer is not None,
        answer=answer,
        unseen=view.unseen,
        read_by=view.read_by,
        read_ms=view.read_ms,
    )
