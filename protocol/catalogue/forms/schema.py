"""The schema of an item's form, and the one check of a form, at station and county alike.

Source: docs/forms.md.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.forms.derive import derived_faults
from protocol.catalogue.forms.faults import (
    FORBIDDEN,
    HIDDEN,
    MISSES,
    REQUIRED_BY_RULE,
    FormFault,
    fault,
    in_order,
    missing,
    of_error,
)
from protocol.catalogue.forms.keywords import MAX_ROWS
from protocol.catalogue.forms.kinds import SIGNING, SIGNING_SCHEMA, checked_formats
from protocol.catalogue.forms.language import SchemaFault, schema_faults
from protocol.catalogue.forms.patterns import ENGINE_BYTES
from protocol.catalogue.forms.rules import REQUIRE, SHOW, Broken, Rules, rule_faults
from protocol.catalogue.forms.signing import signing_faults
from protocol.catalogue.forms.walk import fields, items, objects, required
from protocol.errors import FormInvalidError

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_SHOWN_FAULTS = 20


class FormSchema:
    """The schema of an item's form, compiled when the first form comes and then kept.

    Compiling takes about 0.3 ms and 80 KB, checking a form 0.02 ms.
    """

    def __init__(self, document: Schema) -> None:
        self.document = document

    def fits(self, form: FormData) -> bool:
        """Whether nothing is wrong with ``form``."""
        return self._compiled.is_valid(form) and not any(self._beyond(form))

    def faults(self, form: FormData) -> list[FormFault]:
        """Everything that is wrong with ``form``, in the order of its fields."""
        found = list(self._beyond(form))
        if not self._compiled.is_valid(form):
            for error in self._compiled.iter_errors(form):
                found += of_error(error, self.meant)
        return in_order(found, self.meant)

    def check(self, form: FormData, *, may_miss: bool = False) -> None:
        """Raise FormInvalidError, which holds every fault, if something is wrong with ``form``.

        Args:
            may_miss: fields that have to be filled in may be missing.
        """
        if self.fits(form):
            return
        found = [one for one in self.faults(form) if not (may_miss and one.code in MISSES)]
        if found:
            words = "；".join(map(str, found[:_SHOWN_FAULTS]))
            raise FormInvalidError(words, faults=tuple(found))

    def wrong_strings(self, form: FormData) -> set[str]:
        """The strings in ``form`` that break the rule of their field."""
        if self._compiled.is_valid(form):
            return set()
        found = (error.instance for error in self._compiled.iter_errors(form))
        return {value for value in found if isinstance(value, str)}

    def findings(self, item: str, place: str = "schema") -> list[Finding]:
        """Everything in it that is not of the language of forms; empty: it can be used.

        Args:
            item: the code of its item.
            place: where the schema stands in it.
        """
        found = schema_faults(self.document) + rule_faults(self.document)
        return [
            Finding(
                code=one.code,
                level=Level.ERROR,
                item=item,
                place=f"{place}.{one.place}" if one.place else place,
                reason=one.reason,
                todo=one.todo,
            )
            for one in found or self._beyond_language()
        ]

    @cached_property
    def rules(self) -> Rules:
        """The conditions of the form."""
        return Rules(self.document)

    @cached_property
    def meant(self) -> Schema:
        """The JSON Schema that the document stands for: signing spelt out, each table bounded.

        A field that is not always there is required by the check itself, not by this.
        """
        made = _spelt_out(self.document)
        must = made.get("required")
        if self.rules.conditional and isinstance(must, list):
            made["required"] = [name for name in must if name not in self.rules.conditional]
        return made

    @cached_property
    def _compiled(self) -> "Draft202012Validator":
        return _compile(self.meant)

    def _beyond_language(self) -> list[SchemaFault]:
        """What only the library sees; what is of the language may still be none of its schemas."""
        try:
            _ = self._compiled
        except ValueError as exc:
            reason = f"不是能用的 JSON Schema：{str(exc)[:200]}"
            return [SchemaFault(code="schema.value", place="", reason=reason)]
        return []

    @cached_property
    def _is_plain(self) -> bool:
        """Whether the library alone can judge a form, as it can most."""
        return not self.rules and not _has(self.meant, ("derived", "field"))

    def _beyond(self, form: FormData) -> Iterator[FormFault]:
        """What JSON Schema can't say: rules, what is derived, and who may sign."""
        if self._is_plain:
            return
        yield from self._rule_faults(form)
        for value, schema, path in objects(form, self.meant):
            yield from derived_faults(value, schema, path, self.meant)
            if schema.get("field") == SIGNING:
                yield from signing_faults(value, path, self.meant)

    def _rule_faults(self, form: FormData) -> Iterator[FormFault]:
        for broken in self.rules.broken(form):
            yield self._told(broken)
        hidden = self.rules.hidden(form)
        for name in required(self.document):
            shown = name in self.rules.conditional and name not in hidden
            if shown and name not in form:
                yield missing(self.meant, (name,))

    def _told(self, broken: Broken) -> FormFault:
        codes = {REQUIRE: REQUIRED_BY_RULE, SHOW: HIDDEN}
        code = codes.get(broken.rule.then, FORBIDDEN)
        words = broken.rule.message
        if code == HIDDEN:
            words = f"这里不用填：{words}"
        return fault(self.meant, code, (broken.field,), words)


def _compile(document: Schema) -> "Draft202012Validator":
    # 7 MB to import: an agent that only carries envelopes never needs it
    from jsonschema_rs import Draft202012Validator, RegexOptions

    return Draft202012Validator(
        dict(document),
        validate_formats=True,
        formats=checked_formats(),
        pattern_options=RegexOptions(size_limit=ENGINE_BYTES),
        offline=True,
    )


def _spelt_out(schema: Schema) -> dict[str, Any]:
    made = dict(schema)
    if made.get("field") == SIGNING:
        made = {**SIGNING_SCHEMA, **made}
    if isinstance(made.get("properties"), Mapping):
        made["properties"] = {
            key: _spelt_out(one) if isinstance(one, Mapping) else one
            for key, one in made["properties"].items()
        }
    if isinstance(made.get("items"), Mapping):
        made["items"] = _spelt_out(made["items"])
        made.setdefault("maxItems", MAX_ROWS)
    return made


def _has(schema: Schema, keywords: tuple[str, ...]) -> bool:
    """Whether one of ``keywords`` stands in a schema or in one inside of it."""
    inner = [*fields(schema).values(), items(schema)]
    return any(key in schema for key in keywords) or any(
        _has(one, keywords) for one in inner if one
    )
