"""Which documents the events of a case bring with them; each is noted with its event.

The note is written in the event's own transaction and goes away in the one that sends the
document, so a machine that stops between the two makes it later, once.

Source: docs/documents.md, "By themselves".
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.documents.models import DueRow
from central.county.flows.log import Logged
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.rules import CaseRules
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.envelope.payloads import Outcome

BROUGHT: Mapping[type[AnyBody], DocumentKind] = {
    opening.Accepted: DocumentKind.ACCEPTED,
    opening.AcceptedByDefault: DocumentKind.ACCEPTED,
    opening.CorrectionAsked: DocumentKind.CORRECTION,
    opening.NotAccepted: DocumentKind.NOT_ACCEPTED,
    opening.Transferred: DocumentKind.TRANSFERRED,
    handling.Extended: DocumentKind.EXTENDED,
    closing.Decided: DocumentKind.APPROVED,
}
"""By event: the document that it brings."""


def brought(body: AnyBody, rules: CaseRules) -> DocumentKind | None:
    """The document that an event brings; None: it brings none."""
    found = BROUGHT.get(type(body))
    if isinstance(body, closing.Decided) and body.outcome is not Outcome.APPROVED:
        return DocumentKind.REFUSED
    if found is DocumentKind.ACCEPTED and rules.instant:
        return None  # what is decided on the spot needs no notice that it was taken up
    return found


async def note_due(session: AsyncSession, case: Logged, event: Event) -> None:
    """Note the document that an event brings, if any."""
    if kind := brought(event.body, case.rules):
        station, application = case.key
        row = DueRow(
            station=station,
            application=application,
            event=event.n,
            kind=kind.value,
            at_ms=event.at_ms,
            next_ms=0,
            tries=0,
            why="",
            words="",
        )
        session.add(row)
        await session.flush()
