"""Who applies: as lists show and find it, and as one case is compared with another."""

from dataclasses import dataclass, field

from central.county.casework.finding.folding import plain_name
from central.county.casework.finding.people import People, people_of
from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.documents import FormData
from protocol.catalogue.items.model import Item
from protocol.records.taken_in import TakenIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Of one application, as far as its form tells."""

    name: str = field(default="", repr=False)
    people: People = field(default_factory=People)


def applicant_of(item: Item | None, form: FormData, taken: TakenIn | None) -> Applicant:
    """By the item's schema; empty where the form does not tell."""
    schema = item.schema.document if item else {}
    return Applicant(
        name=plain_name(applicant_name(schema, form)), people=people_of(schema, form, taken)
    )
