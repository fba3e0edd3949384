"""Drafts that follow an application: its correction, a new version of it, papers for it.

Each is begun once: whoever asks again goes on with the one that is there, a colleague too, and all
names stay in it.

Source: docs/operations.md, "After handing in".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from protocol.catalogue.items.release import parse_item
from protocol.errors import ApplicationUnknownError, NotReturnedError, StoreError
from protocol.errors.drafts import FillingError
from protocol.ids import ApplicationId
from protocol.ports import Randomness
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.content import (
    BLANK,
    DraftContent,
    HeldItem,
    item_context,
    plain_bytes,
    read_content,
)
from station_agent.drafts.moving import moved
from station_agent.drafts.service import DraftService
from station_agent.drafts.versions import schema_of
from station_agent.store import applications
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Transaction
from station_agent.store.desk import drafts
from station_agent.store.desk.drafts import DraftRow

_ID_BYTES = 16


class Following(Enum):
    """What a draft is to an earlier application; its values are fields of a draft's content."""

    CORRECTION = "corrects"
    AGAIN = "replaces"
    SUPPLEMENT = "follows"


_OF = {
    Following.CORRECTION: (ApplicationState.RETURNED,),
    Following.AGAIN: (ApplicationState.REJECTED,),
}
"""In which state an application has to be; papers may follow any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A draft that follows an application."""

    draft: ApplicationId
    item: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingDrafts:
    """For the drafts of one station."""

    drafts: DraftService
    randomness: Randomness

    async def begin(self, opened: Opened, name: ApplicationId, kind: Following) -> Begun:
        """The open draft that follows an application so; a new one if there is none.

        Raises:
            ApplicationUnknownError: no such application here.
            NotReturnedError: the county has not returned it, or refused to take it.
            CatalogueMissingError, ItemUnknownError: its item is offered no more.
        """
        return await self.drafts.database.write(lambda tx: self._begin(tx, opened, name, kind))

    async def texts_of(self, opened: Opened, application: str) -> Mapping[str, str]:
        """What was filled in of one that was handed in; empty: nothing is kept of that here."""
        content = await self.drafts.database.read(lambda tx: self._earlier(tx, opened, application))
        return content.texts

    def _begin(
        self, tx: Transaction, opened: Opened, application: ApplicationId, kind: Following
    ) -> Begun:
        view = applications.view(tx, application)
        if view is None:
            raise ApplicationUnknownError(application)
        if view.state not in _OF.get(kind, (view.state,)):
            raise NotReturnedError(application[:8])
        for row in drafts.every(tx):
            content = self._open(opened, row)
            if content is not None and getattr(content, kind.value) == application:
                return Begun(draft=row.application, item=content.item, is_new=False)
        own = ApplicationId(self.randomness.token(_ID_BYTES).hex())
        held = self.drafts.held(tx, view.item)
        if kind is Following.SUPPLEMENT:
            content = self._blank(opened, view, held)
        else:
            before = self._earlier(tx, opened, application)
            content = self._content(opened, view, before, held)
        content = _naming(content, kind, application)
        now_ms = self.drafts.clock.now_ms()
        row = DraftRow(
            application=own,
            format=self.drafts.formats.newest,
            sealed=b"",
            item=self.drafts.seal(item_context(own), plain_bytes(held)),
            begun_ms=now_ms,
            saved_ms=now_ms,
        )
        drafts.put(tx, self.drafts.sealed(row, content, now_ms))
        return Begun(draft=own, item=view.item, is_new=True)

    def _content(
        self, opened: Opened, view: ApplicationView, before: DraftContent, held: HeldItem
    ) -> DraftContent:
        """What was filled in before, as far as the item asks it now; clerks keep their names."""
        schema = schema_of(held)
        found = moved(schema, schema, before.texts)
        who = opened.vault.applicant(view.application, view.applicant) or ""
        return replace(
            before,
            item=view.item,
            name=_name(held),
            texts=found.texts,
            dropped=found.dropped,
            who=before.who or who,
            clerks=list(dict.fromkeys([*before.clerks, opened.clerk])),
            place="",
            window={},  # was said of the one before: who signed and insisted is asked again
            corrects="",
            replaces="",
        )

    def _blank(self, opened: Opened, view: ApplicationView, held: HeldItem) -> DraftContent:
        """Of papers alone."""
        who = opened.vault.applicant(view.application, view.applicant) or ""
        return replace(BLANK, item=view.item, name=_name(held), who=who, clerks=[opened.clerk])

    def _earlier(self, tx: Transaction, opened: Opened, application: str) -> DraftContent:
        row = drafts.handed_in_of(tx, application)
        return (self._open(opened, row) if row else None) or BLANK

    def _open(self, opened: Opened, row: DraftRow) -> DraftContent | None:
        """None if it can't be read; it stays as it is."""
        try:
            return read_content(opened.vault, row, self.drafts.formats)
        except (FillingError, StoreError):
            return None


def _naming(content: DraftContent, kind: Following, application: str) -> DraftContent:
    match kind:
        case Following.CORRECTION:
            return replace(content, corrects=application)
        case Following.AGAIN:
            return replace(content, replaces=application)
        case Following.SUPPLEMENT:
            return replace(content, follows=application)


def _name(held: HeldItem) -> str:
    return parse_item(held.found.entry or b"", held.found.library).name
