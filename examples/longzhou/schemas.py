"""The forms of the sample county, put together from its fields and from who asks which."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ARRAY_KEYS = ("title", "minItems", "maxItems")
_AGENT = " agent_name?"


def field_lists(families: Json) -> dict[str, str]:
    """Return item number -> names of all its fields, in the order of the form."""
    common = families["common"]
    return {
        number: " ".join((common["fields"], family["fields"], own, common["last"]))
        for key, family in families.items()
        if key != "common"
        for number, own in family.items()
        if number != "fields"
    }


def make_schema(
    title: str,
    names: str,
    fields: Json,
    *,
    agent: bool,
    choices: Mapping[str, Sequence[str]],
    rules: Sequence[Json],
) -> Json:
    """Return the schema of one form; ``names`` mark optional fields by "?".

    Args:
        agent: whether somebody may come in the applicant's place.
        choices: answers to the question why, by field.
        rules: its conditions (docs/forms.md).
    """
    asked = {name: {"title": "办理原因", "enum": list(one)} for name, one in choices.items()}
    whole = _object(names if agent else names.replace(_AGENT, ""), fields | asked)
    return {"$schema": _DRAFT, "title": title, **whole, **({"rules": rules} if rules else {})}


def _object(names: str, fields: Json) -> Json:
    return {
        "type": "object",
        "properties": {n: _property(fields[n], fields) for n in names.replace("?", "").split()},
        "required": [n for n in names.split() if not n.endswith("?")],
        "additionalProperties": False,
    }


def _property(field: Json, fields: Json) -> Json:
    if "columns" in field:
        array = {key: field[key] for key in _ARRAY_KEYS if key in field}
        return {"type": "array", **array, "items": _object(field["columns"], fields)}
    return field if "type" in field else _string(field)


def _string(field: Json) -> Json:
    """Return a string property; one with given choices is as long as the longest of them."""
    longest = max(map(len, field.get("enum", [""])))
    return {"type": "string", **field, "maxLength": field.get("maxLength", longest)}
