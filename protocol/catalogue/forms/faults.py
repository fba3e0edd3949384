"""What is wrong in one form: each fault with a stable code, the field it belongs to, and its words.

Source: docs/forms.md, "Faults".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.forms.walk import Path, at, fields
from protocol.catalogue.forms.words import broken_words, named, titled

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

MISSING, UNKNOWN = "form.missing", "form.unknown-field"
REQUIRED_BY_RULE, FORBIDDEN, HIDDEN = "form.rule-require", "form.rule-forbid", "form.rule-hidden"
DERIVED, WITNESS, SIGNING = "form.derived", "form.witness", "form.signing"
RETURNED = "form.returned"
"""Of what the county wants to be corrected; no check finds it."""
ELSEWHERE = "form.elsewhere"
"""Of what two pages say differently of one draft."""
MISSES = frozenset({MISSING, REQUIRED_BY_RULE})
"""Of what is not filled in; all others are of something that is."""
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
    label: str  # the field by title and key, or where it should stand; empty: the form
    words: str  # what is wrong; never what was filled in
    title: str = ""  # the field as a page names it, without its key
    short: str = ""  # the words beside the field itself, if others fit there

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


def of_error(error: "ValidationError", schema: Schema) -> Iterator[FormFault]:
    """The faults that one error of the library tells of."""
    path, keyword, value = tuple(error.instance_path), error.kind.name, error.kind.value
    if keyword == "required":
        yield missing(schema, (*path, str(value)))
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in value:
            yield unknown(schema, (*path, name))
    else:
        words = _words_of_kind(error, at(schema, path)) or broken_words(keyword, value)
        yield fault(schema, CODES.get(keyword, OTHER), path, words)


def missing(schema: Schema, path: Path) -> FormFault:
    """A field that must be there is not."""
    return FormFault(
        code=MISSING,
        path=path,
        label=titled(schema, path[:-1]),
        words=f"缺少必填栏目“{titled(schema, path)}”",
        title=named(schema, path),
        short="必填，还没有填",
    )


def unknown(schema: Schema, path: Path) -> FormFault:
    """There is a field that the form does not have."""
    return FormFault(
        code=UNKNOWN,
        path=path,
        label=titled(schema, path[:-1]),
        words=f"没有这样的栏目：{str(path[-1])[:100]}",
        title=named(schema, path)[:100],
        short="没有这样的栏目",
    )


def fault(schema: Schema, code: str, path: Path, words: str) -> FormFault:
    """Any other fault of one field."""
    return FormFault(
        code=code,
        path=path,
        label=titled(schema, path),
        words=words,
        title=named(schema, path),
        short=words,
    )


def in_order(found: Sequence[FormFault], schema: Schema) -> list[FormFault]:
    """As the fields stand on the form; faults of one field by their code."""
    return sorted(set(found), key=lambda one: (_position(one.path, schema), one.code, str(one)))


def _position(path: Path, schema: Schema) -> list[int]:
    found = []
    for depth, step in enumerate(path):
        known = list(fields(at(schema, path[:depth])))
        if isinstance(step, int):
            found.append(step)
        else:
            found.append(known.index(step) if step in known else _LAST)
    return found


def _words_of_kind(error: "ValidationError", schema: Schema) -> str:
    """What is wrong with a value of a kind that can say so."""
    kind = KINDS.get(str(schema.get("format", "")))
    if kind is None or error.kind.name not in ("format", "type"):
        return ""
    if error.kind.name == "type":
        return kind.why("") if kind.why and kind.type != "string" else ""
    return kind.why(error.instance) if kind.why and isinstance(error.instance, str) else ""
