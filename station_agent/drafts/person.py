"""Whose a form is: by the identity number that it asks for first.

Source: docs/operations.md, "Drafts".
"""

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.identifiers import is_resident_id
from protocol.catalogue.forms.kinds import RESIDENT_ID
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import fields


def identity_of(schema: FormSchema, form: FormData) -> str:
    """The identity number that a form asks for first; empty until it is whole and right."""
    for key, one in fields(schema.meant).items():
        if one.get("format") == RESIDENT_ID:
            typed = form.get(key)
            return typed if isinstance(typed, str) and is_resident_id(typed) else ""
    return ""
