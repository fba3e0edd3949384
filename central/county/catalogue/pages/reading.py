"""The newest release, as people look through it: a list of items, one item, its calendars.

What is made of a release for that is kept until there is a newer one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.accounts.roles import Right
from central.county.catalogue.pages.limits import limit_of
from central.county.catalogue.pages.shelf import Shelf, ShelfRow, shelf_of
from central.county.catalogue.pages.values import parsed
from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.items import is_item
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
class ItemFound:
    """One item of a release."""

    release: int
    code: str
    raw: Mapping[str, Any]
    entries: Mapping[str, bytes]


@dataclass(slots=True, kw_only=True)
class CatalogueReading:
    """Answers pages."""

    newest: Callable[[], Awaitable[Edition | None]]
    _shelf: Shelf | None = field(default=None, init=False)

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

    async def item(self, actor: Actor, code: str) -> ItemFound:
        """One item.

        Raises:
            LoginForbiddenError: the reader may not look.
            CatalogueMissingError, ItemUnknownError: nothing is published, or no such item.
        """
        actor.require(Right.LOOK)
        edition, code = await self._edition(), identifier(code)
        entry = edition.entries.get(code) if is_item(code) else None
        if entry is None:
            raise ItemUnknownError(repr(code[:_SHOWN]))
        return ItemFound(
            release=edition.version, code=code, raw=parsed(entry), entries=edition.entries
        )

    async def entries(self, actor: Actor) -> Mapping[str, bytes]:
        """All entries of the newest release; empty before the first.

        Raises LoginForbiddenError.
        """
        actor.require(Right.LOOK)
        newest = await self.newest()
        return newest.entries if newest else {}

    async def limits(self, actor: Actor) -> frozenset[Limit]:
        """Every limit that an item of the newest release has. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        shelf = await self._shelved()
        texts = {one for row in shelf.rows for one in row.limits} if shelf else set()
        return frozenset(limit for one in texts if (limit := limit_of(one)) is not None)

    async def _edition(self) -> Edition:
        newest = await self.newest()
        if newest is None:
            raise CatalogueMissingError
        return newest

    async def _shelved(self) -> Shelf | None:
        newest = await self.newest()
        if newest is None:
            return None
        if self._shelf is None or self._shelf.release != newest.version:
            self._shelf = await asyncio.to_thread(shelf_of, newest.version, newest.entries)
        return self._shelf


_NOTHING = Browsed(
    release=0, rows=(), count=0, every=0, page=1, pages=1, near=False, departments=()
)
