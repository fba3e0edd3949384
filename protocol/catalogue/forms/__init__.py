"""Forms: JSON from outside read within bounds, the language of schemas, and the check of a form."""

from protocol.catalogue.forms.identifiers import is_resident_id, why_no_resident_id
from protocol.catalogue.forms.reading import canonical_json, form_text, parse_json, read_form
from protocol.catalogue.forms.schema import FormSchema

__all__ = [
    "FormSchema",
    "canonical_json",
    "form_text",
    "is_resident_id",
    "parse_json",
    "read_form",
    "why_no_resident_id",
]
