"""Applications that are being filled in: kept on disk at every change, sealed for the vault.

Saving needs the open vault, because what others did to the draft stays in it. What is saved is on
disk when a call returns. The item is kept with the draft as it was when that was begun.

Source: docs/architecture.md, "Drafts".
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.items.release import parse_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.errors.drafts import FillingBinnedError, FillingHandedInError
from protocol.ids import ApplicationId
from protocol.ports import Clock
from runtime.actor import Actor
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.content import (
    DraftContent,
    HeldItem,
    content_context,
    item_context,
    plain_bytes,
    read_content,
    read_item,
)
from station_agent.drafts.formats import Formats
from station_agent.store import applications, drafts, editions
from station_agent.store.db import Database, Transaction
from station_agent.store.drafts import DraftRow


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
    today: Callable[[], date | None]  # by trusted time; None: that is not known
    formats: Formats = field(default_factory=Formats)

    async def save(self, _: Actor, opened: Opened, wanted: SaveDraft) -> int:
        """Keep what was typed so far; since when it is on disk, in ms by the local clock.

        Raises:
            FillingHandedInError, FillingBinnedError: nothing was saved.
            FillingNewerError, DamagedError: what was kept before can't be read; it stays.
            CatalogueMissingError, ItemUnknownError: a new one, and there is no such item.
            DiskFullError, StoreError: nothing was saved; what was kept before stays.
        """
        now_ms = self.clock.now_ms()
        return await self.database.write(lambda tx: self._save(tx, opened, wanted, now_ms))

    async def find(self, opened: Opened, application: ApplicationId) -> Draft | None:
        """One draft, open or in the bin; None if nothing is kept of it.

        Raises:
            FillingNewerError, DamagedError: it can't be read.
        """
        row = await self.database.read(lambda tx: drafts.get(tx, application))
        return None if row is None else self._opened(opened, row)

    async def every(self, opened: Opened) -> list[Draft]:
        """All that can be read, those in the bin too; what was begun first is first."""
        rows = await self.database.read(drafts.every)
        return [self._opened(opened, row) for row in rows]

    async def is_handed_in(self, application: ApplicationId) -> bool:
        """Whether it is an application by now."""
        return bool(await self.database.read(lambda tx: applications.known(tx, [application])))

    def _save(self, tx: Transaction, opened: Opened, wanted: SaveDraft, now_ms: int) -> int:
        row = self._open_row(tx, wanted.application)
        if row is None:
            held = self._held(tx, wanted.item)
            drafts.put(tx, self._new(opened, wanted, held, now_ms))
            return now_ms
        before = read_content(opened.vault, row, self.formats)
        content = _changed(before, read_item(opened.vault, row), wanted, opened.clerk)
        if content == before:
            return row.saved_ms
        drafts.put(tx, self._sealed(row, content, now_ms))
        return now_ms

    def _open_row(self, tx: Transaction, application: ApplicationId) -> DraftRow | None:
        if applications.known(tx, [application]):
            raise FillingHandedInError(application[:8])
        row = drafts.get(tx, application)
        if row is not None and row.binned_ms is not None:
            raise FillingBinnedError(application[:8])
        return row

    def _held(self, tx: Transaction, code: str) -> HeldItem:
        """The item as it counts now."""
        found = editions.find_item(tx, code, self.today())
        if not found.release:
            raise CatalogueMissingError
        if found.entry is None:
            raise ItemUnknownError(repr(code[:60]))
        return HeldItem.of(found)

    def _new(self, opened: Opened, wanted: SaveDraft, held: HeldItem, now_ms: int) -> DraftRow:
        blank = DraftContent(item=wanted.item, name="", texts={}, who="", clerks=())
        row = DraftRow(
            application=wanted.application,
            format=self.formats.newest,
            sealed=b"",
            item=self.seal(item_context(wanted.application), plain_bytes(held)),
            begun_ms=now_ms,
            saved_ms=now_ms,
        )
        return self._sealed(row, _changed(blank, held, wanted, opened.clerk), now_ms)

    def _sealed(self, row: DraftRow, content: DraftContent, now_ms: int) -> DraftRow:
        sealed = self.seal(content_context(row.application), plain_bytes(content))
        return replace(row, format=self.formats.newest, sealed=sealed, saved_ms=now_ms)

    def _opened(self, opened: Opened, row: DraftRow) -> Draft:
        return Draft(
            application=row.application,
            content=read_content(opened.vault, row, self.formats),
            item=read_item(opened.vault, row),
            begun_ms=row.begun_ms,
            saved_ms=row.saved_ms,
            binned_ms=row.binned_ms,
        )


def _changed(before: DraftContent, held: HeldItem, wanted: SaveDraft, clerk: str) -> DraftContent:
    item = parse_item(held.found.entry or b"", held.found.library)
    form = read_entry(item.schema, wanted.texts)
    return replace(
        before,
        name=item.name,
        texts=dict(wanted.texts),
        who=applicant_name(item.schema.document, form),
        clerks=[*before.clerks, *([clerk] if clerk not in before.clerks else [])],
        place=wanted.place or before.place,
    )
