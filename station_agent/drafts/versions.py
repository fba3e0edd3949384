"""A draft whose item has a new version: what the release says of it, and going over to that one.

A change that touches nothing that is filled in lets a draft go on as it was; one that people must
look at takes it over once they have; any other one lets it go on in the old version until the day
that the release names. The county checks against the version that an application names, so nothing
is refused for being old.

Source: docs/publishing.md, "What becomes of drafts".
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from protocol.catalogue.changes.classes import Class, class_of
from protocol.catalogue.changes.drafts import drafts_of
from protocol.catalogue.changes.names import DRAFTS
from protocol.catalogue.changes.places import places
from protocol.catalogue.changes.versions import version_of
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.release import parse_item
from protocol.ids import ApplicationId
from runtime.actor import Actor
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.content import DraftContent, HeldItem
from station_agent.drafts.moving import Moved, moved
from station_agent.drafts.service import Draft, DraftService
from station_agent.store import editions
from station_agent.store.db import Transaction


class Standing(Enum):
    """What becomes of a draft by the release that is held now."""

    SAME = "same"  # it goes on as if nothing had changed
    LOOK = "look"  # it goes on in the new version, after the clerk has looked
    OLD = "old"  # it goes on in the old version until a day, or in the new one
    ENDED = "ended"  # that day is over: in the new version only
    GONE = "gone"  # that day is over, and the item was withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """How a draft stands to its item as that is now."""

    standing: Standing
    until: str = ""  # last day of the old version; empty: none is named
    moved: Moved | None = None  # into the new one; None: there is none, or nothing has changed

    @property
    def may_go_on(self) -> bool:
        """Whether it can be handed in as it was begun."""
        return self.standing in (Standing.SAME, Standing.OLD)


AS_IT_WAS = Version(standing=Standing.SAME)


@dataclass(frozen=True, slots=True)
class DraftVersions:
    """For the drafts of one station."""

    drafts: DraftService

    async def of(self, draft: Draft) -> Version:
        """How a draft stands."""
        today = self.drafts.today()
        return await self.drafts.database.read(lambda tx: _version(tx, draft, today))

    async def move(self, actor: Actor, opened: Opened, application: ApplicationId) -> None:
        """Take a draft over into the version that counts now; what is dropped stays in it.

        Raises:
            FillingUnknownError: there is no such draft.
            CatalogueMissingError, ItemUnknownError: the item was withdrawn.
            FillingNewerError, DamagedError: it can't be read.
        """
        await self.drafts.take_over(actor, opened, application, _moved)


def _moved(draft: Draft, now: HeldItem) -> DraftContent:
    found = moved(schema_of(draft.item), schema_of(now), draft.content.texts)
    dropped = [*draft.content.dropped, *found.dropped]
    return replace(draft.content, texts=found.texts, dropped=dropped)


def _version(tx: Transaction, draft: Draft, today: date | None) -> Version:
    code = draft.content.item
    found = editions.find_item(tx, code, today)
    if not found.release:
        return AS_IT_WAS
    now = None if found.entry is None else HeldItem.of(found)
    if now is not None and (now.entry, now.library) == (draft.item.entry, draft.item.library):
        return AS_IT_WAS
    until = _until(tx, code, draft.item, today)
    change = None
    if now is not None:
        change = moved(schema_of(draft.item), schema_of(now), draft.content.texts)
    return Version(standing=_standing(draft.item, now, until, today), until=until, moved=change)


def _standing(held: HeldItem, now: HeldItem | None, until: str, today: date | None) -> Standing:
    if until and (today is None or str(today) <= until):
        return Standing.OLD
    if now is None:
        return Standing.GONE
    if until:
        return Standing.ENDED
    old, new = json.loads(held.entry), json.loads(now.entry)
    kind = class_of(old, new, places(old, new)).kind
    return Standing.SAME if kind is Class.HARMLESS else Standing.LOOK


def _until(tx: Transaction, code: str, held: HeldItem, today: date | None) -> str:
    """The last day on which the release lets drafts of that version go on; empty: it names none."""
    entries = editions.find_entries(tx, [DRAFTS], editions.day_of(tx, today))
    named = drafts_of(entries).get(code)
    if named is None or version_of(held.entry.encode()) > int(named["version"]):
        return ""
    return str(named["until"])


def schema_of(held: HeldItem) -> FormSchema:
    """What the form of an item asked when a draft was begun."""
    return parse_item(held.found.entry or b"", held.found.library).schema
