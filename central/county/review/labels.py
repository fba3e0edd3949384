"""A form as a person reads it: each value under the label that the item's schema gives it.

Forms come from village PCs: nothing in them is trusted, and what the schema does not know is shown
under its own key.

Source: docs/catalogue.md, "Forms"; JSON Schema 2020-12 (title, $ref, oneOf with const).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_REFERENCES = 8  # followed from one field at most
_YES, _NO, _NOTHING = "是", "否", "—"

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a form: a text, or a table."""

    label: str
    text: str = ""
    heads: Sequence[str] = ()  # of the table's columns; empty: its first column is the heads
    rows: Sequence[Sequence[str]] = ()


def labelled(form: Mapping[str, Any], document: Schema) -> list[Field]:
    """Every value of ``form`` in its own order: a release does not keep that of the schema."""
    known = _properties(document, document)
    return [_field(key, value, known.get(key, {}), document) for key, value in form.items()]


def _field(key: str, value: Any, schema: Schema, root: Schema) -> Field:  # noqa: ANN401 - JSON
    label = _label(key, schema)
    if isinstance(value, dict):
        return Field(label=label, rows=_pairs(value, schema, root))
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return _table(label, value, _resolved(schema.get("items", {}), root), root)
    return Field(label=label, text=_text(value, schema, root))


def _table(label: str, value: Sequence[Any], schema: Schema, root: Schema) -> Field:
    known = _properties(schema, root)
    keys = list(dict.fromkeys(key for one in value for key in one))
    return Field(
        label=label,
        heads=[_label(key, known.get(key, {})) for key in keys],
        rows=[[_text(one.get(key), known.get(key, {}), root) for key in keys] for one in value],
    )


def _pairs(value: Mapping[str, Any], schema: Schema, root: Schema) -> list[tuple[str, str]]:
    known = _properties(schema, root)
    return [
        (_label(key, known.get(key, {})), _text(one, known.get(key, {}), root))
        for key, one in value.items()
    ]


def _text(value: Any, schema: Schema, root: Schema) -> str:  # noqa: ANN401 - JSON
    """One line, however deep ``value`` is."""
    if isinstance(value, dict):
        return "；".join(f"{label}：{text}" for label, text in _pairs(value, schema, root))
    if isinstance(value, list):
        items = _resolved(schema.get("items", {}), root)
        return "、".join(_text(one, items, root) for one in value) or _NOTHING
    if isinstance(value, bool):
        return _YES if value else _NO
    if value in (None, ""):
        return _NOTHING
    return _choice(value, schema) or str(value)


def _choice(value: object, schema: Schema) -> str:
    """What the schema calls one of several constants."""
    choices = schema.get("oneOf")
    for one in choices if isinstance(choices, list) else ():
        if isinstance(one, dict) and one.get("const") == value:
            return str(one.get("title", ""))
    return ""


def _label(key: str, schema: Schema) -> str:
    title = schema.get("title")
    return title if isinstance(title, str) and title else key


def _properties(schema: Schema, root: Schema) -> dict[str, Schema]:
    found = _resolved(schema, root).get("properties")
    if not isinstance(found, dict):
        return {}
    return {key: _resolved(one, root) for key, one in found.items()}


def _resolved(schema: object, root: Schema) -> Schema:
    """What a reference inside of ``root`` leads to; what is no schema is an empty one."""
    for _ in range(_REFERENCES):
        if not isinstance(schema, dict):
            return {}
        target = schema.get("$ref")
        if not isinstance(target, str) or not target.startswith("#/"):
            return schema
        found: object = root
        for step in target[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        own = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**found, **own} if isinstance(found, dict) else own
    return {}
