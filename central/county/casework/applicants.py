"""Who applies, as lists show and find it: in one column of the case."""

from central.county.casework.models import MAX_APPLICANT_CHARS
from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.documents import FormData
from protocol.catalogue.items.model import Item


def applicant_of(item: Item | None, form: FormData) -> str:
    """As far as ``form`` tells by the item's schema; empty if it does not."""
    return plain_name(applicant_name(item.schema.document if item else {}, form))


def plain_name(text: str) -> str:
    """``text`` as the column can hold it: what a form may hold is any text at all."""
    kept = "".join(char for char in text if char.isprintable())
    return kept.strip()[:MAX_APPLICANT_CHARS].rstrip()
