"""Applications that are being filled in: kept on disk at every change, sealed for the vault.

Saving needs the open vault, because what others did to the draft stays in it. What is saved is on
disk when a call returns. The item is kept with the draft as it was when that was begun.

Source: docs/architecture.md, "Drafts".
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from protocol.errors import CatalogueMissingError, ItemUnknownError, YizhanError
from protocol.errors.drafts import (
    FillingBinnedError,
    FillingElsewhereError,
    FillingHandedInError,
    FillingUnknownError,
)
from protocol.ids import ApplicationId
from protocol.limits import BIN_MS
from protocol.ports import Clock
from runtime.actor import Actor
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.drafts.both import Aside, Before, Seen, would_cover
from station_agent.drafts.calls import (
    DraftShown,
    DraftsShown,
    NameAgent,
    SaveDraft,
    SayAtWindow,
    ShowDrafts,
)
from station_agent.drafts.changing import changed, with_clerk
from station_agent.drafts.content import (
    BLANK,
    DraftContent,
    HeldItem,
    content_context,
    item_context,
    plain_bytes,
    read_content,
    read_item,
)
from station_agent.drafts.formats import Formats
from station_agent.store import applications, editions
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import drafts
from station_agent.store.desk.clerks import Purpose
from station_agent.store.desk.drafts import DraftRow

AGENT_PAGE = "agent"  # on which who acts is typed, before it is named
WARNED_MS = 7 * 86_400_000  # before it goes, today's page says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft, opened."""

    application: ApplicationId
    content: DraftContent
    item: HeldItem
    begun_ms: int  # by the local clock
    saved_ms: int
    binned_ms: int | None  # None: it is open


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftService:
    """The drafts of one station."""

    database: Database
    seal: Callable[[str, bytes], bytes]  # for the vault, under a context
    clock: Clock
    unlocking: UnlockingService
    today: Callable[[], date | None]  # by trusted time; None: that is not known
    run_ms: Callable[[], int]  # how long this station has run
    formats: Formats = field(default_factory=Formats)

    async def save(self, _: Actor, opened: Opened, wanted: SaveDraft) -> int:
        """Keep what was typed so far; since when it is on disk, in ms by the local clock.

        Raises:
            FillingHandedInError, FillingBinnedError: nothing was saved.
            FillingNewerError, DamagedError: what was kept before can't be read; it stays.
            CatalogueMissingError, ItemUnknownError: a new one, and there is no such item.
            DiskFullError, StoreError: nothing was saved; what was kept before stays.
            FillingElsewhereError: another page saved something else meanwhile: that stays, and
                this is on disk beside it.
        """
        now_ms = self.clock.now_ms()
        saved_ms = await self.database.write(lambda tx: self._save(tx, opened, wanted, now_ms))
        if saved_ms is None:
            raise FillingElsewhereError
        return saved_ms

    async def save_each(
        self,
        opened: Opened,
        item: str,
        changes: Mapping[ApplicationId, Callable[[Before], Mapping[str, str] | None]],
        beside: Callable[[Transaction], None],
        tab: str = "",
    ) -> int:
        """Keep many of one item in one commit; since when they are on disk.

        Args:
            changes: by application what becomes of what was kept; None: it stays as it is.
            beside: done in the same transaction.
            tab: the open page that saves them.

        Raises as :meth:`save`; nothing at all was saved then.
        """
        now_ms = self.clock.now_ms()

        def work(tx: Transaction) -> None:
            beside(tx)
            for own, change in changes.items():
                row = self._open_row(tx, own)
                kept = self._before(opened, row)
                if (texts := change(kept)) is not None:
                    seen = Seen(page=tab, saved_ms=kept.saved_ms) if tab else None
                    wanted = SaveDraft(application=own, item=item, texts=texts, seen=seen)
                    self._save(tx, opened, wanted, now_ms)

        await self.database.write(work)
        return now_ms

    async def of_batch(self, opened: Opened, batch: str) -> Sequence[Draft]:
        """The rows of a batch that are not handed in. Raises FillingNewerError, DamagedError."""
        rows = await self.database.read(lambda tx: drafts.of_batch(tx, batch))
        return await asyncio.to_thread(lambda: [self._opened(opened, row) for row in rows])

    async def names_of_batch(self, opened: Opened, batch: str) -> Mapping[ApplicationId, str]:
        """Who applied in the rows that are handed in; the journal alone does not know it."""
        rows = await self.database.read(lambda tx: drafts.earlier_of(tx, batch))
        shown = await asyncio.to_thread(self._shown_all, opened, rows)
        return {one.application: one.who for one in shown}

    async def name_agent(self, _: Actor, opened: Opened, wanted: NameAgent) -> None:
        """Keep who acts for the applicant. Raises as :meth:`save`."""

        def change(content: DraftContent) -> DraftContent:
            said = {page: texts for page, texts in content.window.items() if page != AGENT_PAGE}
            return replace(content, agent=wanted.agent, window=said)

        await self._change(opened, wanted.application, wanted.item, change)

    async def say(self, _: Actor, opened: Opened, wanted: SayAtWindow) -> int:
        """Keep what was said on a page around the form; since when, as :meth:`save`."""

        def change(content: DraftContent) -> DraftContent:
            return replace(content, window={**content.window, wanted.page: dict(wanted.texts)})

        return await self._change(opened, wanted.application, wanted.item, change)

    async def _change(
        self,
        opened: Opened,
        application: ApplicationId,
        item: str,
        change: Callable[[DraftContent], DraftContent],
    ) -> int:
        """Change what is kept beside the texts of the form; a new one begins with nothing."""
        now_ms = self.clock.now_ms()
        blank = SaveDraft(application=application, item=item, texts={})

        def work(tx: Transaction) -> int:
            row = self._open_row(tx, application)
            if row is None:
                row = self._new(opened, blank, self.held(tx, item), now_ms)
            content = read_content(opened.vault, row, self.formats)
            changed = change(content)
            if changed == content and drafts.get(tx, application):
                return row.saved_ms
            named = replace(changed, clerks=with_clerk(content, opened.clerk))
            drafts.put(tx, self.sealed(row, named, now_ms))
            return now_ms

        return await self.database.write(work)

    async def find(self, opened: Opened, application: ApplicationId) -> Draft | None:
        """One draft, open or in the bin; None if nothing is kept of it.

        Raises:
            FillingNewerError, DamagedError: it can't be read.
        """
        row = await self.database.read(lambda tx: drafts.get(tx, application))
        return None if row is None else self._opened(opened, row)

    async def note_read(self, opened: Opened, application: ApplicationId) -> None:
        """Write down that a person reads it."""
        await self.unlocking.note(opened, Purpose.DRAFT, application)

    async def drafts(self, _: Actor, wanted: ShowDrafts) -> DraftsShown:
        """All of them. Raises LockedError, PasswordWrongError, ClerkWaitError."""
        opened = await self.unlocking.unlock(wanted)
        await self.unlocking.note(opened, Purpose.DRAFTS)
        return await self.told(opened)

    async def told(self, opened: Opened, *, batches: bool = False) -> DraftsShown:
        """The same for whoever opened the vault; with rows of batches only if that is wanted."""
        rows = await self.database.read(drafts.every if batches else drafts.alone)
        every = await asyncio.to_thread(self._shown_all, opened, rows)
        return DraftsShown(
            open=[one for one in every if one.binned_ms is None],
            bin=[one for one in every if one.binned_ms is not None],
        )

    async def open_of(self, opened: Opened, item: str) -> Sequence[DraftShown]:
        """The open ones of one item that are no answer to an earlier application."""
        every = (await self.told(opened)).open
        return [one for one in every if one.item == item and not (one.earlier or one.follows)]

    async def throw_away(self, _: Actor, application: ApplicationId) -> None:
        """Put one into the bin; nothing happens to what lies there already.

        Raises:
            FillingUnknownError: there is none.
        """
        now_ms = self.clock.now_ms()

        def work(tx: Transaction) -> None:
            if _known(tx, application).binned_ms is None:
                drafts.put_in_bin(tx, application, now_ms)

        await self.database.write(work)

    async def put_back(self, _: Actor, application: ApplicationId) -> None:
        """Take one out of the bin. Raises FillingUnknownError."""

        def work(tx: Transaction) -> None:
            _known(tx, application)
            drafts.take_from_bin(tx, application)

        await self.database.write(work)

    async def leaving(self, opened: Opened) -> Sequence[DraftShown]:
        """Those in the bin that go soon; whoever calls shows them to a clerk, which is noted."""
        until_ms = self.clock.now_ms() - BIN_MS + WARNED_MS
        soon = [
            one
            for one in (await self.told(opened)).bin
            if one.binned_ms is not None and one.binned_ms <= until_ms
        ]
        if soon:
            run_ms = self.run_ms()
            await self.database.write(lambda tx: drafts.note_warned(tx, until_ms, run_ms))
        return soon

    async def take_over(
        self,
        _: Actor,
        opened: Opened,
        application: ApplicationId,
        change: Callable[[Draft, HeldItem], DraftContent],
    ) -> None:
        """Bind a draft to its item as that counts now.

        Args:
            change: what is kept of the draft with that item.

        Raises:
            CatalogueMissingError, ItemUnknownError: there is no such item now.
            FillingHandedInError, FillingBinnedError, FillingUnknownError: nothing was changed.
        """
        now_ms = self.clock.now_ms()

        def work(tx: Transaction) -> None:
            row = self._open_row(tx, application)
            if row is None:
                raise FillingUnknownError(application[:8])
            draft = self._opened(opened, row)
            held = self.held(tx, draft.content.item)
            item = self.seal(item_context(application), plain_bytes(held))
            drafts.put(tx, self.sealed(replace(row, item=item), change(draft, held), now_ms))

        await self.database.write(work)

    async def is_handed_in(self, application: ApplicationId) -> bool:
        """Whether it is an application by now."""
        return bool(await self.database.read(lambda tx: applications.known(tx, [application])))

    def _save(self, tx: Transaction, opened: Opened, wanted: SaveDraft, now_ms: int) -> int | None:
        """When it was saved; None: it was set aside."""
        row = self._open_row(tx, wanted.application)
        if row is None:
            held = self.held(tx, wanted.item)
            drafts.put(tx, self._new(opened, wanted, held, now_ms))
            return now_ms
        before = read_content(opened.vault, row, self.formats)
        if would_cover(wanted.seen, row.saved_ms, before, wanted.texts):
            aside = Aside(clerk=opened.clerk, at_ms=now_ms, texts=dict(wanted.texts))
            drafts.put(tx, self.sealed(row, replace(before, aside=aside), row.saved_ms))
            return None
        content = changed(before, read_item(opened.vault, row), wanted, opened.clerk)
        if content == before:
            return row.saved_ms
        drafts.put(tx, self.sealed(row, content, now_ms))
        return now_ms

    def _before(self, opened: Opened, row: DraftRow | None) -> Before:
        if row is None:
            return Before()
        kept = read_content(opened.vault, row, self.formats)
        return Before(texts=kept.texts, tab=kept.tab, saved_ms=row.saved_ms)

    def _open_row(self, tx: Transaction, application: ApplicationId) -> DraftRow | None:
        if applications.known(tx, [application]):
            raise FillingHandedInError(application[:8])
        row = drafts.get(tx, application)
        if row is not None and row.binned_ms is not None:
            raise FillingBinnedError(application[:8])
        return row

    def held(self, tx: Transaction, code: str) -> HeldItem:
        """The item as it counts now. Raises CatalogueMissingError, ItemUnknownError."""
        found = editions.find_item(tx, code, self.today())
        if not found.release:
            raise CatalogueMissingError
        if found.entry is None:
            raise ItemUnknownError(repr(code[:60]))
        return HeldItem.of(found)

    def _new(self, opened: Opened, wanted: SaveDraft, held: HeldItem, now_ms: int) -> DraftRow:
        blank = replace(BLANK, item=wanted.item)
        row = DraftRow(
            application=wanted.application,
            format=self.formats.newest,
            sealed=b"",
            item=self.seal(item_context(wanted.application), plain_bytes(held)),
            begun_ms=now_ms,
            saved_ms=now_ms,
        )
        return self.sealed(row, changed(blank, held, wanted, opened.clerk), now_ms)

    def sealed(self, row: DraftRow, content: DraftContent, now_ms: int) -> DraftRow:
        """A row that keeps this content from now on."""
        sealed = self.seal(content_context(row.application), plain_bytes(content))
        return replace(row, format=self.formats.newest, sealed=sealed, saved_ms=now_ms)

    def _shown_all(self, opened: Opened, rows: Sequence[DraftRow]) -> list[DraftShown]:
        return [self._shown(opened, row) for row in rows]

    def _shown(self, opened: Opened, row: DraftRow) -> DraftShown:
        problem = ""
        try:
            content = read_content(opened.vault, row, self.formats)
        except YizhanError as exc:
            problem, content = exc.code, BLANK
        return DraftShown(
            application=row.application,
            item=content.item,
            name=content.name,
            who=content.who,
            clerks=content.clerks,
            begun_ms=row.begun_ms,
            saved_ms=row.saved_ms,
            place=content.place,
            binned_ms=row.binned_ms,
            goes_ms=None if row.binned_ms is None else row.binned_ms + BIN_MS,
            problem=problem,
            earlier=content.earlier,
            follows=content.follows,
        )

    def _opened(self, opened: Opened, row: DraftRow) -> Draft:
        return Draft(
            application=row.application,
            content=read_content(opened.vault, row, self.formats),
            item=read_item(opened.vault, row),
            begun_ms=row.begun_ms,
            saved_ms=row.saved_ms,
            binned_ms=row.binned_ms,
        )


def _known(tx: Transaction, application: ApplicationId) -> DraftRow:
    row = drafts.get(tx, application)
    if row is None:
        raise FillingUnknownError(application[:8])
    return row
