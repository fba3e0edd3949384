"""The newest release, as people look through it: a list of items, one item, its calendars.

What is made of a release for that is kept until there is a newer one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import Draft
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.pages.shelf import Shelf, ShelfRow, shelf_of
from central.county.catalogue.pages.values import parsed
from central.county.catalogue.pages.views.limits import limit_of
from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.changes.release import goal_of
from protocol.catalogue.changes.versions import content_of
from protocol.catalogue.documents import Document
from protocol.catalogue.items.names import is_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.text import identifier
from protocol.trust.edition import Edition
from runtime.actor import Actor

PAGE_ROWS = 50
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader wants to see of the list; all of it unless a field says less."""

    text: str = ""  # in a name, an alias, a department or a code
    department: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsed:
    """One page of the list."""

    release: int  # 0: nothing is published
    rows: Sequence[ShelfRow]
    count: int  # of items that fit
    every: int  # of items that there are
    page: int
    pages: int
    near: bool  # nothing fits: these are the nearest
    departments: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A release or a draft that is looked at."""

    release: int  # of a draft, the one that it was made from; 0: nothing is published
    entries: Mapping[str, bytes]
    draft: Draft | None = None  # None: it is the release


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFound(Source):
    """One item of it."""

    code: str
    raw: Document  # empty: it is not there yet


@dataclass(slots=True, kw_only=True)
class CatalogueReading:
    """Answers pages."""

    newest: Callable[[], Awaitable[Edition | None]]
    counting: Callable[[], Awaitable[Edition | None]]  # the same, with the entries of today
    today: Callable[[], date]
    drafts: DraftOperations
    _shelf: Shelf | None = field(default=None, init=False)
    _made: tuple[int, date] | None = field(default=None, init=False)  # the shelf: of what

    async def browse(self, actor: Actor, wanted: Wanted) -> Browsed:
        """The items that fit, a page of them. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        shelf = await self._shelved()
        if shelf is None:
            return _NOTHING
        found, near = await asyncio.to_thread(shelf.find, wanted.text, wanted.department)
        pages = max(1, -(-len(found) // PAGE_ROWS))
        page = min(max(1, wanted.page), pages)
        return Browsed(
            release=shelf.release,
            rows=found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
            count=0 if near else len(found),
            every=len(shelf.rows),
            page=page,
            pages=pages,
            near=near,
            departments=shelf.departments,
        )

    async def item(self, actor: Actor, code: str, draft: int = 0) -> ItemFound:
        """One item, of the newest release or of a draft.

        Raises:
            LoginForbiddenError: the reader may not look.
            CatalogueMissingError, ItemUnknownError: nothing is published, or no such item.
            DraftUnknownError: there is no such draft.
        """
        actor.require(Right.LOOK)
        code = identifier(code)
        source = await self.source(actor, draft)
        if not source.release and source.draft is None:
            raise CatalogueMissingError
        entry = source.entries.get(code) if is_item(code) else None
        raw = _content(source.entries, code) if source.draft else parsed(entry)
        if not raw:
            raise ItemUnknownError(repr(code[:_SHOWN]))
        return _found(source, code, raw)

    async def to_edit(self, actor: Actor, code: str, draft: int = 0) -> ItemFound:
        """One item as it is wanted, planned changes included; an empty one if there is none.

        Raises LoginForbiddenError, DraftUnknownError.
        """
        code, source = identifier(code), await self.source_to_edit(actor, draft)
        return _found(source, code, _content(source.entries, code))

    async def source(self, actor: Actor, draft: int = 0) -> Source:
        """The newest release as it counts today, or a draft.

        Raises LoginForbiddenError, DraftUnknownError.
        """
        actor.require(Right.LOOK)
        if draft:
            return await self._draft(actor, draft)
        counting = await self.counting()
        if counting is None:
            return Source(release=0, entries={})
        return Source(release=counting.version, entries=counting.entries)

    async def source_to_edit(self, actor: Actor, draft: int = 0) -> Source:
        """The same as it is wanted, planned changes included.

        Raises LoginForbiddenError, DraftUnknownError.
        """
        actor.require(Right.AUTHOR)
        if draft:
            return await self._draft(actor, draft)
        newest = await self.newest()
        goal = await asyncio.to_thread(goal_of, newest.entries) if newest else {}
        return Source(release=newest.version if newest else 0, entries=goal)

    async def _draft(self, actor: Actor, number: int) -> Source:
        draft = await self.drafts.find(actor, number)
        _, entries = await self.drafts.content(actor, number)
        return Source(release=draft.base, entries=entries, draft=draft)

    async def limits(self, actor: Actor) -> frozenset[Limit]:
        """Every limit that an item of the newest release has. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        shelf = await self._shelved()
        texts = {one for row in shelf.rows for one in row.limits} if shelf else set()
        return frozenset(limit for one in texts if (limit := limit_of(one)) is not None)

    async def _shelved(self) -> Shelf | None:
        newest = await self.newest()
        if newest is None:
            return None
        made = newest.version, self.today()
        if self._shelf is None or self._made != made:
            counting = await self.counting() or newest
            self._shelf = await asyncio.to_thread(shelf_of, newest.version, counting.entries)
            self._made = made
        return self._shelf


def _found(source: Source, code: str, raw: Document) -> ItemFound:
    return ItemFound(
        release=source.release, entries=source.entries, draft=source.draft, code=code, raw=raw
    )


def _content(entries: Mapping[str, bytes], code: str) -> Document:
    """An item as its file writes it; empty if there is none."""
    return content_of(entries[code]) if is_item(code) and code in entries else {}


_NOTHING = Browsed(
    release=0, rows=(), count=0, every=0, page=1, pages=1, near=False, departments=()
)
