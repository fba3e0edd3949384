"""What is wrong in one form: each fault with a stable code, the field it belongs to, and its words.

Source: docs/forms.md, "Faults".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.forms.walk import Path
from protocol.catalogue.forms.words import broken_words, titled

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

MISSING, UNKNOWN = "form.missing", "form.unknown-field"
REQUIRED_BY_RULE, FORBIDDEN, HIDDEN = "form.rule-require", "form.rule-forbid", "form.rule-hidden"
DERIVED, WITNESS, SIGNING = "form.derived", "form.witness", "form.signing"
CODES = {
    "type": "form.type",
    "enum": "form.choice",
    "const": "form.choice",
    "minLength": "form.length",
    "maxLength": "form.length",
    "minimum": "form.range",
    "maximum": "form.range",
    "exclusiveMinimum": "form.range",
    "exclusiveMaximum": "form.range",
    "multipleOf": "form.range",
    "minItems": "form.rows",
    "maxItems": "form.rows",
    "uniqueItems": "form.repeated",
    "pattern": "form.pattern",
    "format": "form.format",
}
"""Of what breaks a keyword of the field's own schema."""
OTHER = "form.other"
_LAST = 10_000  # behind every field that the schema knows


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFault:
    """One thing that is wrong with one field."""

    code: str
    path: Path  # of the field: ("household", 0, "member_id"); empty: the form as a whole
    label: str  # the field as a clerk knows it, or where it should stand; empty: the form
    words: str  # what is wrong; never what was filled in

    @property
    def anchor(self) -> str:
        """The id that the field has on a page."""
        return anchor(self.path)

    def __str__(self) -> str:
        """One line for a clerk."""
        return f"{self.label}：{self.words}" if self.label else self.words


def anchor(path: Sequence[str | int]) -> str:
    """The id on a page of the field at ``path``."""
    return "-".join(("f", *map(str, path)))


def of_error(error: "ValidationError", schema: Mapping[str, Any]) -> Iterator[FormFault]:
    """The faults that one error of the library tells of."""
    path, keyword, value = tuple(error.instance_path), error.kind.name, error.kind.value
    if keyword == "required":
        yield missing(schema, (*path, str(value)))
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in value:
            yield unknown(schema, (*path, name))
    else:
        words = _format_words(error) or broken_words(keyword, value)
        code = CODES.get(keyword, OTHER)
        yield FormFault(code=code, path=path, label=titled(schema, path), words=words)


def missing(schema: Mapping[str, Any], path: Path) -> FormFault:
    """A field that must be there is not."""
    words = f"缺少必填栏目“{titled(schema, path)}”"
    return FormFault(code=MISSING, path=path, label=titled(schema, path[:-1]), words=words)


def unknown(schema: Mapping[str, Any], path: Path) -> FormFault:
    """There is a field that the form does not have."""
    words = f"没有这样的栏目：{str(path[-1])[:100]}"
    return FormFault(code=UNKNOWN, path=path, label=titled(schema, path[:-1]), words=words)


def fault(schema: Mapping[str, Any], code: str, path: Path, words: str) -> FormFault:
    """Any other fault of one field."""
    return FormFault(code=code, path=path, label=titled(schema, path), words=words)


def in_order(found: Sequence[FormFault], schema: Mapping[str, Any]) -> list[FormFault]:
    """As the fields stand on the form; faults of one field by their code."""
    return sorted(set(found), key=lambda one: (_position(one.path, schema), one.code, str(one)))


def _position(path: Path, schema: Mapping[str, Any]) -> list[int]:
    at: Any = schema
    found = []
    for step in path:
        if isinstance(step, int):
            found.append(step)
            at = at.get("items", {})
        else:
            fields = at.get("properties", {})
            known = isinstance(fields, Mapping) and step in fields
            found.append(list(fields).index(step) if known else _LAST)
            at = fields[step] if known else {}
        at = at if isinstance(at, Mapping) else {}
    return found


def _format_words(error: "ValidationError") -> str:
    """What is wrong with a value of a kind that can say so."""
    if error.kind.name != "format" or not isinstance(error.instance, str):
        return ""
    kind = KINDS.get(str(error.kind.value))
    return kind.why(error.instance) if kind and kind.why else ""
