"""Releases for people: one in short, the difference of two, the history, and the file again.

Source: docs/publishing.md.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from central.county.catalogue.drafts.calls import (
    Between,
    Difference,
    Exported,
    Past,
    PastRelease,
    PlannedChange,
    ReleaseShown,
    WhichRelease,
)
from central.county.catalogue.drafts.signed import Review
from central.county.catalogue.rules import Entries
from central.county.catalogue.service import Catalogue
from central.store.engine import Store
from protocol.catalogue.calendars.workdays import Calendar, calendar_entry
from protocol.catalogue.changes.difference import differences, name_of
from protocol.catalogue.changes.names import REVIEW
from protocol.catalogue.changes.planned import GONE, all_planned, in_force
from protocol.catalogue.changes.release import file_of, goal_of
from protocol.catalogue.changes.versions import version_of
from protocol.catalogue.items.names import CALENDAR, is_item
from protocol.errors import CatalogueMissingError, ItemUnknownError, UsageError
from protocol.text import identifier
from protocol.trust.edition import Edition

_MAX_PAST = 200  # releases in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The releases of one county, as people look at them."""

    store: Store
    catalogue: Catalogue

    async def show(self, wanted: WhichRelease) -> ReleaseShown:
        """One release.

        Raises:
            CatalogueMissingError, UsageError: nothing is published, or no such release.
            ItemUnknownError: it has no such item.
        """
        edition = await self.find(wanted.release)
        code = identifier(wanted.item)
        entry = edition.entries.get(code) if code and is_item(code) else None
        if code and entry is None:
            raise ItemUnknownError(repr(code[:60]))
        review = Review.read(edition.entries)
        return ReleaseShown(
            release=edition.version,
            created_ms=edition.head.created_ms,
            items=sum(map(is_item, edition.entries)),
            draft=review.draft,
            author=review.author,
            authors=review.authors,
            approver=review.approver,
            digest=review.digest,
            start=review.start,
            planned=[
                PlannedChange(
                    item=one.key,
                    name=name_of(one.key, edition.entries.get(one.key, one.entry)),
                    start=one.day,
                    gone=one.entry == GONE,
                )
                for one in all_planned(edition.entries)
            ],
            item=json.loads(entry) if entry else None,
        )

    async def diff(self, wanted: Between) -> Difference:
        """What is different between two releases, planned changes included.

        Raises:
            CatalogueMissingError, UsageError: nothing is published, or no such release.
        """
        new = await self.find(wanted.new)
        old = await self.find(wanted.old) if wanted.old else await self._before(new.version)
        before = goal_of(old.entries) if old else {}
        changes = await asyncio.to_thread(
            differences, before, goal_of(new.entries), wanted.language
        )
        number = old.version if old else 0
        return Difference(old=number, new=new.version, changes=changes)

    async def history(self, wanted: Past) -> list[PastRelease]:
        """Releases, newest first; of one item, those that brought another version of it."""
        if not 0 < wanted.limit <= _MAX_PAST:
            raise UsageError(f"--limit {wanted.limit}：1 到 {_MAX_PAST}")
        code, found = identifier(wanted.item), list[PastRelease]()
        numbers = list(await self.store.transact(self.catalogue.numbers))
        newer = await self._release(numbers[0]) if numbers else None
        for number in [*numbers[1:], 0]:
            older = await self._release(number) if number else None
            if newer is not None and _concerns(newer.entries, older, code):
                found.append(_line(newer, older, code))
            newer = older
            if len(found) == wanted.limit:
                break
        return found

    async def export(self, number: int) -> Exported:
        """A release as the file from which the next one can be made.

        Raises:
            CatalogueMissingError, UsageError: nothing is published, or no such release.
        """
        edition = await self.find(number)
        file = await asyncio.to_thread(self.file_of, edition.entries)
        return Exported(release=edition.version, catalogue=file)

    def file_of(self, entries: Entries) -> dict[str, Any]:
        """The file that comes to these entries, without the years that publishing adds."""
        file = file_of(entries)
        _without_national(file, self.catalogue.national())
        return file

    async def find(self, number: int) -> Edition:
        """A release by its number; 0: the newest.

        Raises:
            CatalogueMissingError, UsageError: nothing is published, or no such release.
        """
        newest = await self.store.transact(self.catalogue.look)
        if newest is None:
            raise CatalogueMissingError
        if number in (0, newest.version):
            return newest
        found = await self._release(number)
        if found is None:
            raise UsageError(f"目录没有第 {number} 版，最新是第 {newest.version} 版")
        return found

    async def _release(self, number: int) -> Edition | None:
        if not 0 < number < 2**31:
            return None
        return await self.store.transact(lambda tx: self.catalogue.release(tx, number))

    async def _before(self, number: int) -> Edition | None:
        numbers = await self.store.transact(self.catalogue.numbers)
        older = next((one for one in numbers if one < number), 0)
        return await self._release(older)


def without(base: Edition | None, codes: Sequence[str]) -> Entries:
    """What is wanted now, without some items.

    Raises:
        CatalogueMissingError: nothing is published.
        ItemUnknownError: an item is not there.
    """
    if base is None:
        raise CatalogueMissingError
    wanted = goal_of(base.entries)
    for code in map(identifier, codes):
        if not is_item(code) or wanted.pop(code, None) is None:
            raise ItemUnknownError(repr(code[:60]))
    return wanted


def as_it_was(old: Edition, base: Edition, day: str) -> Entries:
    """The content of an old release, with the working days that are known now."""
    wanted = goal_of(in_force(old.entries, day))
    if CALENDAR in base.entries:
        wanted[CALENDAR] = base.entries[CALENDAR]
    return wanted


def _without_national(file: dict[str, Any], national: Calendar) -> None:
    """Leave out the years that publishing adds by itself."""
    known: dict[str, Any] = calendar_entry(national)
    years = file.get("calendar", {}).get("years", {})
    for year in [year for year, days in years.items() if days == known["years"].get(year)]:
        del years[year]
    if "calendar" in file and not years and not file["calendar"].get("local"):
        del file["calendar"]


def _concerns(entries: Entries, older: Edition | None, code: str) -> bool:
    if not code:
        return True
    before = older.entries.get(code) if older else None
    return entries.get(code) != before


def _line(edition: Edition, older: Edition | None, code: str) -> PastRelease:
    entries, before = edition.entries, older.entries if older else {}
    keys = [key for key in entries.keys() | before.keys() if key != REVIEW]
    review = Review.read(entries)
    return PastRelease(
        release=edition.version,
        created_ms=edition.head.created_ms,
        items=sum(map(is_item, entries)),
        changed=sum(entries.get(key) != before.get(key) for key in keys),
        draft=review.draft,
        author=review.author,
        authors=review.authors,
        approver=review.approver,
        start=review.start,
        version=version_of(entries.get(code)) if code else None,
    )
