"""What a form knows by itself: day of birth and sex, from a resident's number beside them.

A field says ``"derived": {"from": "applicant_id", "what": "birth_date"}``. Left empty it can be
filled; filled in otherwise than the number says, it is a fault.

Source: docs/forms.md, "Derived fields".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.faults import DERIVED, FormFault, fault
from protocol.catalogue.forms.identifiers import birth_date, is_resident_id, sex
from protocol.catalogue.forms.walk import Path, fields, items, part
from protocol.catalogue.forms.words import titled

_WHAT = {"birth_date": birth_date, "sex": sex}


def derived_faults(
    value: FormData, schema: Schema, path: Path, root: Schema
) -> Iterator[FormFault]:
    """Every derived field of one object of a form that contradicts what it is derived from.

    Args:
        schema: of this object.
        root: of the whole form, for the titles.
    """
    for key, source, what in _derived(schema):
        known = _known(value.get(source), what)
        if known is not None and value.get(key, known) != known:
            other = titled(root, (*path, source))
            yield fault(root, DERIVED, (*path, key), f"与“{other}”不一致，请核对两处")


def with_derived(form: FormData, schema: Schema) -> dict[str, Any]:
    """``form`` with each derived field filled that is missing and can be known."""
    made = {key: _copied(value, part(schema, key)) for key, value in form.items()}
    for key, source, what in _derived(schema):
        known = _known(made.get(source), what)
        if key not in made and known is not None:
            made[key] = known
    return made


def _copied(value: object, schema: Schema) -> object:
    if isinstance(value, Mapping):
        return with_derived(value, schema)
    if isinstance(value, list):
        return [_copied(one, items(schema)) for one in value]
    return value


def _derived(schema: Schema) -> Iterator[tuple[str, str, str]]:
    """The derived fields of one object: key, what it is derived from, and what it is."""
    for key, one in fields(schema).items():
        derived = one.get("derived")
        if isinstance(derived, Mapping) and derived.get("what") in _WHAT:
            yield key, str(derived.get("from")), derived["what"]


def _known(source: object, what: str) -> str | None:
    if not isinstance(source, str) or not is_resident_id(source):
        return None
    return _WHAT[what](source)
