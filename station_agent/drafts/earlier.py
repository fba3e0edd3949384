"""What this station took in for a person before: to copy from, and to warn of the same twice.

A person is known by the identity number that the form asks for, typed whole and right. What was
handed in stays here for a year, sealed as its draft was; a warning forbids nothing.

Source: docs/operations.md, "Drafts".
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from protocol.errors import StoreError
from protocol.errors.drafts import FillingError
from protocol.ids import ApplicationId
from runtime.actor import Actor
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.content import DraftContent, read_content
from station_agent.drafts.moving import Said, moved
from station_agent.drafts.service import Draft, DraftService
from station_agent.drafts.versions import schema_of
from station_agent.store.desk import drafts
from station_agent.store.desk.drafts import DraftRow

_LOOKED_AT = 1000  # of the newest: a tenth of a second on an old PC


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An application that was handed in here, or another open draft."""

    application: ApplicationId
    content: DraftContent
    at_ms: int  # when it was handed in, or saved last: by the local clock
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a draft's person."""

    same: Sequence[Earlier] = ()  # of the same item: perhaps the same thing twice
    last: Earlier | None = None  # the newest that was handed in
    offered: Sequence[Said] = ()  # of it, what the draft asks and does not say yet


NOBODY = Known()


@dataclass(frozen=True, slots=True)
class EarlierForms:
    """For the drafts of one station."""

    drafts: DraftService

    async def of(self, opened: Opened, draft: Draft | None) -> Known:
        """What is known of the person that ``draft`` is for; nothing until the number is there."""
        if draft is None or not draft.content.identity:
            return NOBODY
        handed = await self.drafts.database.read(lambda tx: drafts.earlier(tx, _LOOKED_AT))
        still_open = await self.drafts.database.read(drafts.every)
        return await asyncio.to_thread(self._known, opened, draft, handed, still_open)

    async def handed_in(self, opened: Opened, application: ApplicationId) -> DraftContent | None:
        """What was filled in of one that was handed in here; None: that is not known any more."""
        row = await self.drafts.database.read(lambda tx: drafts.handed_in_of(tx, application))
        if row is None:
            return None
        try:
            return read_content(opened.vault, row, self.drafts.formats)
        except (FillingError, StoreError):
            return None

    async def copy(
        self, actor: Actor, opened: Opened, draft: Draft, names: Collection[str]
    ) -> None:
        """Copy these fields of what is offered into the draft.

        Raises as :meth:`DraftService.save`.
        """
        offered = (await self.of(opened, draft)).offered
        texts = {one.name: one.text for one in offered if one.name in names}
        wanted = SaveDraft(
            application=draft.application,
            item=draft.content.item,
            texts={**draft.content.texts, **texts},
        )
        await self.drafts.save(actor, opened, wanted)

    def _known(
        self,
        opened: Opened,
        draft: Draft,
        handed: Sequence[DraftRow],
        still_open: Sequence[DraftRow],
    ) -> Known:
        mine = [
            one
            for rows, is_draft in ((handed, False), (still_open, True))
            for one in self._read(opened, rows, is_draft=is_draft)
            if one.content.identity == draft.content.identity
            and one.application not in (draft.application, draft.content.earlier)
        ]
        last = next((one for one in mine if not one.is_draft), None)
        return Known(
            same=[one for one in mine if one.content.item == draft.content.item],
            last=last,
            offered=_offered(draft, last) if last else (),
        )

    def _read(
        self, opened: Opened, rows: Sequence[DraftRow], *, is_draft: bool
    ) -> Sequence[Earlier]:
        found = []
        for row in rows:
            if row.binned_ms is not None:
                continue
            try:
                content = read_content(opened.vault, row, self.drafts.formats)
            except (FillingError, StoreError):  # it offers nothing, and stays as it is
                continue
            found.append(
                Earlier(
                    application=row.application,
                    content=content,
                    at_ms=row.saved_ms,
                    is_draft=is_draft,
                )
            )
        return found


def _offered(draft: Draft, last: Earlier) -> Sequence[Said]:
    """By the ids of fields, as they are called in the draft's form."""
    schema = schema_of(draft.item)
    kept = moved(schema, schema, last.content.texts).kept
    return [one for one in kept if not draft.content.texts.get(one.name)]
