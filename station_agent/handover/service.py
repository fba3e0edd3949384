"""A clerk leaves: what she worked on stands on one sheet, and her password opens nothing any more.

What was filled in at the desk names who took it in; what ``submit`` handed in does not, and is in
no sheet.

Source: docs/operations.md, "Clerks".
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from protocol.catalogue.items.kinds import Keep
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.errors import StoreError, YizhanError
from protocol.errors.desk import ClerkProofError, ClerkUnknownError
from protocol.errors.drafts import FillingError
from protocol.text import person_name
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.owner import Report
from station_agent.clerks.calls import (
    ClerkRemoved,
    DraftHanded,
    HandoverShown,
    OriginalHanded,
    OwedHanded,
    RemoveClerk,
    ShowHandover,
    TakenHanded,
)
from station_agent.clerks.service import ClerkService
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.calls import DraftShown
from station_agent.drafts.content import DraftContent, read_content
from station_agent.drafts.service import DraftService
from station_agent.intake.names import names_of
from station_agent.store import applications, editions, follow_ups
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Transaction
from station_agent.store.desk import drafts, owed
from station_agent.store.desk.clerks import Purpose
from station_agent.store.desk.drafts import DraftRow

_NEWEST = 5000  # of a year, in one sheet
_SETTLED = (ApplicationState.DECIDED, ApplicationState.REJECTED)
_OWED = "-owed."  # fields of the page to read out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """An application that she took in, and what was filled in."""

    view: ApplicationView
    content: DraftContent
    item: Item | None  # as it is now


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverService:
    """Answers ``clerk remove`` and ``clerk handover``."""

    clerks: ClerkService
    drafts: DraftService

    async def remove(self, actor: Actor, wanted: RemoveClerk, _: Report = silent) -> ClerkRemoved:
        """Let a clerk go; what she hands over, as it stood then.

        Raises as :meth:`ClerkService.remove`; nothing changed.
        """
        sheet = await self.show(actor, ShowHandover(name=wanted.name, by=wanted.by))
        left = await self.clerks.remove(actor, wanted)
        return ClerkRemoved(clerks=left.clerks, locked=left.locked, handover=sheet)

    async def show(self, _: Actor, wanted: ShowHandover, __: Report = silent) -> HandoverShown:
        """What a clerk hands over.

        Raises:
            ClerkUnknownError: nobody here has this name.
            ClerkProofError, ClerkWaitError, PasswordWrongError: it needs a clerk's password.
        """
        if wanted.by.password is None:
            raise ClerkProofError
        return await self.told(await self.clerks.unlocking.unlock(wanted.by), wanted.name)

    async def told(self, opened: Opened, text: str) -> HandoverShown:
        """The same for whoever opened the vault, also of a clerk who has left."""
        name = person_name(text)
        await self.clerks.unlocking.note(opened, Purpose.DRAFTS)
        found = await self.drafts.told(opened, batches=True)
        mine = [one for one in (*found.open, *found.bin) if name in one.clerks]
        rows = await self.drafts.database.read(lambda tx: drafts.earlier(tx, _NEWEST))
        handed = await asyncio.to_thread(lambda: dict(self._of(opened, rows, name)))
        if name not in self.clerks.vault.clerks and not (mine or handed):
            raise ClerkUnknownError(name[:40])
        return await self.drafts.database.read(lambda tx: self._sheet(tx, name, mine, handed))

    async def names(self, opened: Opened) -> Collection[str]:
        """All who worked on something that is here."""
        found = await self.drafts.told(opened, batches=True)
        rows = await self.drafts.database.read(lambda tx: drafts.earlier(tx, _NEWEST))
        handed = await asyncio.to_thread(lambda: list(self._contents(opened, rows)))
        worked = [one.clerks for one in (*found.open, *found.bin)]
        worked += [content.clerks for _, content in handed]
        return {name for names in worked for name in names}

    def _of(
        self, opened: Opened, rows: Sequence[DraftRow], name: str
    ) -> Iterator[tuple[str, DraftContent]]:
        found = self._contents(opened, rows)
        return ((own, content) for own, content in found if name in content.clerks)

    def _contents(
        self, opened: Opened, rows: Sequence[DraftRow]
    ) -> Iterator[tuple[str, DraftContent]]:
        for row in rows:
            with suppress(FillingError, StoreError):  # what can't be read names nobody
                yield row.application, read_content(opened.vault, row, self.drafts.formats)

    def _sheet(
        self,
        tx: Transaction,
        name: str,
        mine: Sequence[DraftShown],
        handed: Mapping[str, DraftContent],
    ) -> HandoverShown:
        names = names_of(tx)
        taken = list(self._taken(tx, handed))
        came = {one.application for one in follow_ups.views_about(tx, "supplement")}
        return HandoverShown(
            clerk=name,
            at_ms=self.drafts.clock.now_ms(),
            drafts=[
                DraftHanded(
                    application=one.application,
                    name=names.get(one.item, one.name),
                    who=one.who,
                    clerks=one.clerks,
                    saved_ms=one.saved_ms,
                    binned=one.binned_ms is not None,
                )
                for one in mine
            ],
            owed=[row for one in taken for row in _owed(tx, one, names, came)],
            originals=[row for one in taken for row in _originals(one, names)],
            taken=[
                TakenHanded(
                    application=one.view.application,
                    number=one.view.number or "",
                    name=names.get(one.view.item, one.content.name),
                    who=one.content.who,
                    state=one.view.state.value,
                    saved_ms=one.view.saved_ms,
                )
                for one in taken
            ],
        )

    def _taken(self, tx: Transaction, handed: Mapping[str, DraftContent]) -> Iterator[_Taken]:
        """Those that are not settled, in the order in which they were taken in."""
        today = self.drafts.today()
        for view in applications.views(tx):
            content = handed.get(view.application)
            if content is None or view.state in _SETTLED:
                continue
            found = editions.find_item(tx, view.item, today)
            try:
                item = parse_item(found.entry, found.library) if found.entry else None
            except YizhanError:
                item = None
            yield _Taken(view=view, content=content, item=item)


def _owed(
    tx: Transaction, one: _Taken, names: Mapping[str, str], came: set[str]
) -> Iterator[OwedHanded]:
    """Papers that were promised and have not come."""
    for material, until in _promised(tx, one, came):
        found = one.item.material(material) if one.item else None
        yield OwedHanded(
            application=one.view.application,
            number=one.view.number or "",
            name=names.get(one.view.item, one.content.name),
            who=one.content.who,
            material=found.name if found else material,
            until=until,
        )


def _promised(tx: Transaction, one: _Taken, came: set[str]) -> Iterator[tuple[str, str]]:
    """Each with its day; of what an older program took in as it was said, until anything came."""
    own = one.view.application
    if owed.is_known(tx, own):
        yield from ((due.material, due.until) for due in owed.of_application(tx, own))
    elif own not in came:
        for field, until in one.content.window.get("check", {}).items():
            if field.startswith(_OWED) and until:
                yield field.removeprefix(_OWED), until


def _originals(one: _Taken, names: Mapping[str, str]) -> Iterator[OriginalHanded]:
    """Originals that the item says are kept, so that they lie at the village or in its bag."""
    for material in one.item.materials if one.item else ():
        if material.keep is Keep.KEPT and material.originals:
            yield OriginalHanded(
                application=one.view.application,
                number=one.view.number or "",
                name=names.get(one.view.item, one.content.name),
                who=one.content.who,
                material=material.name,
                count=material.originals,
            )
