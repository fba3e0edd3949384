"""The facts that a case itself tells; whoever orders a document adds the others.

Source: docs/documents.md, "Facts".
"""

from collections.abc import Mapping
from datetime import date

from central.county.casework.about import CaseAbout
from central.county.documents.drawing.facts import DocumentFacts
from central.county.documents.issuer import Issuer
from protocol.catalogue.calendars.due import due
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import calendar_of
from protocol.trust.schedule import local_time


def facts_of(
    about: CaseAbout, issuer: Issuer, entries: Mapping[str, bytes], today: date
) -> DocumentFacts:
    """What a case says.

    Args:
        issuer: whose document it is.
        entries: of the catalogue that counts today, for its working days.
        today: by the county's clock.
    """
    item = about.item
    received = local_time(about.received_ms).date()
    return DocumentFacts(
        department=issuer.name,
        short_name=issuer.short,
        of_township=issuer.is_township,
        remedy=issuer.remedy,
        day=today,
        case=about.number,
        applicant=about.applicant,
        applicant_id=about.applicant_id,
        item=item.name if item else "",
        received=received,
        accepted=today,
        limit=_limit(item),
        due=_due(item, today, entries),
        materials=about.materials,
        basis=_basis(item),
        recipient=about.applicant,
        phone=issuer.phone,
        place=issuer.place,
    )


def _limit(item: Item | None) -> str:
    limit = (item.limits.promised or item.limits.legal) if item else None
    return str(limit) if limit else ""


def _due(item: Item | None, start: date, entries: Mapping[str, bytes]) -> date | None:
    """The last day of the limit, if every year in it is known: no guess is printed."""
    limit = (item.limits.promised or item.limits.legal) if item else None
    if limit is None:
        return None
    found = due(start, limit, calendar_of(entries))
    return None if found.provisional or type(found.due) is not date else found.due


def _basis(item: Item | None) -> str:
    bases = item.legal_basis if item else ()
    return "、".join(f"{one.law}{one.clause}" for one in bases[:3])
