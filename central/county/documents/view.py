"""The documents of a case as people see them: numbered, sent, arrived, told.

Source: docs/documents.md, "What became of it".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from central.county.casework.answers.document_state import (
    DUE,
    SEALED,
    STAMPED,
    WAITING,
    DocumentState,
    ToldShown,
)
from central.county.casework.calls import CaseShown, DocumentShown, FollowUpShown
from central.county.documents.limits import telling
from central.county.documents.models import DueRow, MadeRow, ToldRow
from protocol.catalogue.calendars.workdays import Calendar
from protocol.records.followups import Delivered, Way
from protocol.records.followups import Telling as VillageTelling
from protocol.trust.schedule import local_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to say of the documents of one case."""

    found: CaseShown
    made: Sequence[MadeRow]
    told: Sequence[ToldRow]
    due: Sequence[DueRow] = ()
    today: date
    calendar: Calendar = field(default_factory=Calendar)

    def states(self) -> list[DocumentState]:
        """Each, in the order in which they went out; last what has a number and has not."""
        rows = {row.n: row for row in self.made if row.n is not None}
        sent = [self._sent(one, rows.get(one.n)) for one in self.found.case.documents]
        waits = {row.kind: row.words or DUE for row in self.due}
        kept = [row for row in self.made if row.n is None]
        begun = {row.kind for row in kept}
        return [
            *sent,
            *(replace(_numbered(row), waits=waits.get(row.kind, "")) for row in kept),
            *(_awaited(row) for row in self.due if row.kind not in begun),
        ]

    def _sent(self, one: DocumentShown, row: MadeRow | None) -> DocumentState:
        by_village = self._by_village(one)
        told = sorted((*by_village, *self._by_county(one.n)), key=lambda said: said.at_ms)
        due, late = self._limit(one, told)
        return replace(
            _NOTHING if row is None else _numbered(row),
            n=one.n,
            name=one.name,
            issued_ms=one.issued_ms,
            arrived_ms=min((said.at_ms for said in by_village), default=None),
            told=told,
            days=one.days,
            due=due,
            late=late,
        )

    def _by_county(self, n: int) -> list[ToldShown]:
        return [told_shown(row) for row in self.told if row.n == n]

    def _by_village(self, one: DocumentShown) -> list[ToldShown]:
        """What the village says of a document, by the name that it was sent under."""
        return [
            ToldShown(
                what=said.subject.what,
                way=said.subject.way,
                person=said.subject.person,
                by=said.clerk,
                at_ms=said.at_ms or follow_up.received_ms,
                at_county=False,
            )
            for follow_up in self.found.case.follow_ups
            if (said := follow_up.said) is not None
            and isinstance(said.subject, VillageTelling)
            and one.name
            and said.subject.document == one.name
            and _is_after(follow_up, one)
        ]

    def _limit(self, one: DocumentShown, told: Sequence[ToldShown]) -> tuple[str, str]:
        if not one.days:
            return "", ""
        first = min((said.at_ms for said in told), default=None)
        found = telling(
            _day(one.issued_ms),
            one.days,
            None if first is None else _day(first),
            self.today,
            self.calendar,
        )
        return found.due.isoformat(), found.late


def told_shown(row: ToldRow) -> ToldShown:
    """What the county noted itself."""
    return ToldShown(
        what=Delivered(row.what),
        way=Way(row.way),
        person=row.person,
        by=row.by,
        at_ms=row.at_ms,
        at_county=True,
        words=row.words,
    )


def sealed_words(row: MadeRow) -> tuple[str, str]:
    """Whether a document has its seal, and by whom."""
    if row.seal:
        return SEALED, row.seal
    return (STAMPED, row.stamped_by) if row.stamped_by else (WAITING, "")


_NOTHING = DocumentState(
    n=0,
    name="",
    kind="",
    number="",
    template=0,
    day="",
    issued_ms=None,
    sha256="",
    size=0,
    seal="",
    sealed_by="",
    stamped_ms=None,
    arrived_ms=None,
    told=(),
    days=0,
    due="",
    late="",
)


def _numbered(row: MadeRow) -> DocumentState:
    """What the county knows of a document before it goes out."""
    seal, by = sealed_words(row)
    return replace(
        _NOTHING,
        kind=row.kind,
        number=row.number,
        template=row.template,
        day=row.day,
        sha256=(row.sha256 or b"").hex(),
        size=row.size or 0,
        seal=seal,
        sealed_by=by,
        stamped_ms=row.stamped_ms,
    )


def _awaited(row: DueRow) -> DocumentState:
    """What an event brings, before it has a number."""
    return replace(_NOTHING, kind=row.kind, waits=row.words or DUE)


def _is_after(follow_up: FollowUpShown, one: DocumentShown) -> bool:
    return follow_up.received_ms >= one.issued_ms


def _day(at_ms: int) -> date:
    return local_time(at_ms).date()
