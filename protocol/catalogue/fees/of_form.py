"""The facts of a fee as a form tells them: the same at the desk's slip and at the county.

A rule names a fact by the key of a field, or by its title.

Source: docs/fees.md, "At the county".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.fees.asking import asked_facts
from protocol.catalogue.fees.rule import FeeRule
from protocol.catalogue.forms.derive import with_derived


def asked_names(rules: Iterable[FeeRule]) -> frozenset[str]:
    """The names of all facts that these rules may look at."""
    return frozenset(one.name for rule in rules for one in asked_facts(rule))


def facts_of_form(rules: Iterable[FeeRule], schema: Schema, form: FormData) -> Mapping[str, Any]:
    """Of what the rules ask, that which the form says; what it does not say is left out."""
    said = with_derived(form, schema)
    fields: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    by_title = {str(one["title"]): key for key, one in fields.items() if "title" in one}
    found: dict[str, Any] = {}
    for name in sorted(asked_names(rules)):
        key = name if name in fields else by_title.get(name, "")
        if said.get(key) is not None:
            found[name] = said[key]
    return found
