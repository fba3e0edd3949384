"""Cases as a handler sees them: with their names, files, and what followed."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import documents_of
from central.county.casework.answers.publicity import ItemOf, publicities_of
from central.county.casework.answers.told import read_faults
from central.county.casework.arrival.taking import read_taken
from central.county.casework.calls import Case, DocumentShown, FollowUpShown, PublicityShown
from central.county.casework.files.received import file_shown
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.queries import cases_of, corrected, files_of
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes
from protocol.catalogue.applicant import applicant_name
from protocol.ids import NodeId

FollowedBy = Callable[
    [AsyncSession, Collection[Key]], Awaitable[Mapping[Key, Sequence[FollowUpShown]]]
]
"""What followed applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with its attachments, as a handler sees it."""

    case: CaseRow
    files: Sequence[AttachmentRow]
    name: str  # of its station
    title: str  # of its item; empty if no release that is kept knows it
    applicant: str  # empty if the form does not tell, or was erased
    corrects: str | None = None  # number of the case that it answers for
    supersedes: str | None = None  # number of the case that it replaces
    follow_ups: Sequence[FollowUpShown] = ()  # what followed it, in the order in which it came
    documents: Sequence[DocumentShown] = ()  # of its steps, in the order in which they were sent
    publicity: PublicityShown | None = None  # what its village was asked to put up

    def shown(self) -> Case:
        """For the ``cases`` command (docs/operations.md)."""
        case = self.case
        return Case(
            case=case.number,
            number=case.given_number,
            application=case.application.hex(),
            station=case.station,
            name=self.name,
            applicant=self.applicant,
            item=case.item,
            title=self.title,
            state=case.state.value,
            form=json.loads(case.form),
            unchecked=case.unchecked,
            corrects=self.corrects,
            supersedes=self.supersedes,
            taken=read_taken(case.taken),
            attachments=[file_shown(file) for file in self.files],
            outcome=case.outcome,
            note=case.note,
            faults=read_faults(case.faults),
            until=case.until,
            follow_ups=self.follow_ups,
            documents=self.documents,
            publicity=self.publicity,
            received_ms=case.received_ms,
            complete_ms=case.complete_ms,
            decided_ms=case.decided_ms,
            erased_ms=case.erased_ms,
        )


async def views_of(
    session: AsyncSession,
    cases: Sequence[CaseRow],
    *,
    name_of: Callable[[str], str],
    item_of: ItemOf | None = None,
    followed_by: FollowedBy | None = None,
) -> list[CaseView]:
    """These cases as people see them, in their order.

    Args:
        name_of: knows the names of stations.
        item_of: knows an item: its name, and its form, which tells who applies.
        followed_by: knows what followed applications.
    """
    files = await files_of(session, {(case.station, case.envelope_id) for case in cases})
    answered = {
        (case.station, earlier)
        for case in cases
        for earlier in (case.corrects, case.supersedes)
        if earlier
    }
    before = await cases_of(session, answered)
    own = {(case.station, case.application) for case in cases}
    after_it = await followed_by(session, own) if followed_by else {}
    told, public = await documents_of(session, own), await publicities_of(session, own)
    views: list[CaseView] = []
    for case in cases:
        item = await item_of(session, case.release, case.item) if item_of else None
        schema = item.schema.document if item else {}
        views.append(
            CaseView(
                case=case,
                files=files[case.envelope_id],
                name=name_of(case.station),
                title=item.name if item else "",
                applicant=applicant_name(schema, json.loads(case.form)),
                corrects=corrected(before, case.station, case.corrects),
                supersedes=corrected(before, case.station, case.supersedes),
                follow_ups=after_it.get((case.station, case.application), ()),
                documents=told.get((case.station, case.application), ()),
                publicity=public.get((case.station, case.application)),
            )
        )
    return views


def station_name(nodes: Nodes, station: str) -> str:
    """As the roster has it; empty if it has none."""
    entry = nodes.roster.nodes.get(NodeId(station))
    return entry.name if entry else ""
