"""What is still to come after applications, and what has not arrived: for today's page.

Source: docs/operations.md, "After handing in".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from protocol.catalogue.forms.walk import has, path_of
from protocol.catalogue.forms.words import named
from protocol.catalogue.items.release import parse_item
from protocol.ids import ApplicationId
from protocol.records.corrections import FieldFault
from station_agent.store import applications, editions, follow_ups, versions
from station_agent.store.applications import ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import owed
from station_agent.store.desk.owed import OwedPaper
from station_agent.store.follow_ups import FollowUpView
from station_agent.store.vault import OpenVault

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDue:
    """A paper that was promised."""

    material: str  # id
    name: str  # as the catalogue calls it; its id where that knows it no more
    until: str  # the day that was promised
    is_late: bool  # by trusted time; unknown time makes nothing late


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedShown:
    """An application that owes papers; what was promised first is first."""

    view: ApplicationView
    applicant: str | None
    papers: Sequence[PaperDue]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """What follows an application, and is not at the county yet."""

    application: ApplicationId
    applicant: str | None
    about: str  # name of its subject
    state: str
    code: str | None  # the county refused it so, or a node on the way
    saved_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Generic[RowT]):
    """Some of a pile, and how many there are."""

    rows: Sequence[RowT]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What an application corrects or replaces, and what does so with it; empty: nothing."""

    earlier: str
    later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueService:
    """Looks at one station."""

    database: Database
    today: Callable[[], date | None]  # by trusted time; None: that is not known

    async def owed(self, opened: OpenVault, most: int) -> Due[OwedShown]:
        """Applications that owe papers and have no answer, by the first day that was promised."""
        return await self.database.read(lambda tx: self._owed(tx, opened, most))

    async def of(self, application: ApplicationId) -> Sequence[PaperDue]:
        """What one application still owes."""

        def read(tx: Transaction) -> list[PaperDue]:
            view = applications.view(tx, application)
            return self._papers(tx, view, owed.of_application(tx, application)) if view else []

        return await self.database.read(read)

    async def under_way(self, opened: OpenVault, most: int) -> Due[UnderWay]:
        """What was sent and the county has not received, or refused; the oldest first."""

        def read(tx: Transaction) -> Due[UnderWay]:
            found = [one for one in follow_ups.under_way(tx) if one.application]
            return Due(rows=[_under_way(tx, opened, one) for one in found[:most]], count=len(found))

        return await self.database.read(read)

    async def versions(self, application: ApplicationId) -> Versions:
        """What names an application, and what it names."""

        def read(tx: Transaction) -> Versions:
            return Versions(
                earlier=versions.earlier_of(tx, application),
                later=versions.later_of(tx, application),
            )

        return await self.database.read(read)

    async def titles(self, code: str, faults: Sequence[FieldFault]) -> Mapping[str, str]:
        """What an item calls the fields and materials that a county names, as far as it knows."""
        if not faults:
            return {}
        today = self.today()
        found = await self.database.read(lambda tx: editions.find_item(tx, code, today))
        if found.entry is None:
            return {}
        item = parse_item(found.entry, found.library)
        named_fields = {
            one.field: named(item.schema.meant, path)
            for one in faults
            if one.field and has(item.schema.meant, path := path_of(one.field))
        }
        return {one.id: one.name for one in item.materials} | named_fields

    def _owed(self, tx: Transaction, opened: OpenVault, most: int) -> Due[OwedShown]:
        by: dict[ApplicationId, list[OwedPaper]] = {}
        for one in owed.every(tx):
            by.setdefault(one.application, []).append(one)
        rows = [
            OwedShown(
                view=view,
                applicant=opened.applicant(view.application, view.applicant),
                papers=self._papers(tx, view, papers),
            )
            for name, papers in list(by.items())[:most]
            if (view := applications.view(tx, name))
        ]
        return Due(rows=rows, count=len(by))

    def _papers(
        self, tx: Transaction, view: ApplicationView, papers: Sequence[OwedPaper]
    ) -> list[PaperDue]:
        if not papers:
            return []
        names, today = _names(tx, view.item, self.today()), self.today()
        return [
            PaperDue(
                material=one.material,
                name=names.get(one.material, one.material),
                until=one.until,
                is_late=today is not None and one.until < str(today),
            )
            for one in papers
        ]


def _names(tx: Transaction, code: str, today: date | None) -> Mapping[str, str]:
    """What an item calls its materials; empty if the catalogue knows it no more."""
    found = editions.find_item(tx, code, today)
    if found.entry is None:
        return {}
    return {one.id: one.name for one in parse_item(found.entry, found.library).materials}


def _under_way(tx: Transaction, opened: OpenVault, one: FollowUpView) -> UnderWay:
    application = ApplicationId(one.application)
    view = applications.view(tx, application)
    return UnderWay(
        application=application,
        applicant=opened.applicant(application, view.applicant) if view else None,
        about=one.about,
        state=one.state,
        code=one.code or one.problem,
        saved_ms=one.saved_ms,
    )
