"""A whole form as the rows of its page, and back.

A field's id never changes; that of a new one names the release that it was made from, so that it
is no id of a field that was dropped before. Source: docs/forms.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.catalogue.pages.asking.conditions import columns_of, when_of
from central.county.catalogue.pages.asking.examples import example_of, example_row
from central.county.catalogue.pages.asking.fields import ID, MUST, SECTION, field_of, row_of
from central.county.catalogue.pages.asking.kinds import is_table
from central.county.catalogue.pages.asking.parts import (
    EXAMPLES,
    FIELDS,
    RULES,
    TABLE_LEAD,
    parts_of,
)
from central.county.catalogue.pages.editing.entry import Entered, Typed, entered
from central.county.catalogue.pages.editing.inputs import Part
from central.county.catalogue.pages.values import listed, mapping, objects, plain, text
from protocol.catalogue.documents import Document

_NEW = re.compile(r"field[0-9]{1,9}_[0-9]{1,3}")
_COUNT = re.compile(rf"{TABLE_LEAD}(.+)\.@count")


@dataclass(slots=True, kw_only=True)
class TypedForm:
    """A form as it was typed."""

    schema: dict[str, Any]
    examples: list[Any]
    rows: dict[str, Any]  # as the page shows it
    parts: Sequence[Part]
    entered: Entered = field(default_factory=lambda: Entered(raw={}))

    @classmethod
    def of(cls, item: Document) -> "TypedForm":
        """That of an item into which nobody has typed."""
        schema, examples = mapping(item, "schema"), list(listed(item, "examples"))
        return cls(
            schema=dict(schema),
            examples=examples,
            rows=rows_of(schema, examples),
            parts=parts_of(tables_of(schema)),
        )

    @classmethod
    def read(cls, item: Document, typed: Typed, release: int) -> "TypedForm":
        """What was typed over the form of ``item``.

        Args:
            release: that the item was made from.
        """
        before = mapping(item, "schema")
        known = dict(tables_of(before))
        new = (found[1] for name in typed if (found := _COUNT.fullmatch(name)))
        sent = parts_of((known | {one: one for one in new if one not in known}).items())
        made = entered(rows_of(before, listed(item, "examples")), typed, sent)
        schema = _Making(before=before, rows=made.raw, was=made.was, release=release).schema()
        examples = [example_of(row, before, schema) for row in objects(made.raw, EXAMPLES)]
        rows = rows_of(schema, examples)
        parts = parts_of(tables_of(schema))
        return cls(schema=schema, examples=examples, rows=rows, parts=parts, entered=made)

    def of_item(self, item: Document) -> dict[str, Any]:
        """The item with what was typed."""
        made = {**item, "schema": self.schema}
        if self.examples or "examples" in item:
            made["examples"] = self.examples
        return made


def rows_of(schema: Document, examples: Sequence[Any]) -> dict[str, Any]:
    """A form and its examples as rows; with the form itself, whose fields conditions can name."""
    fields = mapping(schema, "properties")
    groups = {
        plain(name): text(one, "title")
        for one in objects(schema, "sections")
        for name in listed(one, "fields")
    }
    rows: dict[str, Any] = {FIELDS: _rows(schema, groups), "schema": dict(schema)}
    for name, _ in tables_of(schema):
        rows[f"{TABLE_LEAD}{name}"] = _rows(mapping(mapping(fields, name), "items"), {})
    rows[RULES] = [rule_row(one, fields) for one in objects(schema, "rules")]
    rows[EXAMPLES] = [example_row(one, schema) for one in examples if isinstance(one, dict)]
    return rows


def tables_of(schema: Document) -> list[tuple[str, str]]:
    """Ids and titles of the fields that are tables."""
    fields = mapping(schema, "properties")
    return [
        (name, text(one, "title") or name)
        for name, one in fields.items()
        if isinstance(one, dict) and one.get("type") == "array" and is_table(one)
    ]


def rule_row(rule: Document, fields: Document) -> dict[str, Any]:
    """A condition as its controls show it; one that they can't stands under ``when``."""
    columns = columns_of(rule.get("when"), fields)
    row = {key: one for key, one in rule.items() if key != "when" or columns is None}
    return {**(columns or {}), **row, "rule": dict(rule)}


def _rows(schema: Document, groups: Mapping[str, str]) -> list[dict[str, Any]]:
    required = set(map(plain, listed(schema, "required")))
    found = []
    for name, one in mapping(schema, "properties").items():
        row = {ID: name, **row_of(one if isinstance(one, dict) else {}), MUST: name in required}
        found.append(row | ({SECTION: groups[name]} if groups.get(name) else {}))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """Makes a form of rows."""

    before: Document
    rows: Document
    was: Mapping[str, Sequence[int]]
    release: int

    def schema(self) -> dict[str, Any]:
        made = self._fields(self.before, FIELDS)
        fields = mapping(made, "properties")
        for name, one in fields.items():
            key = f"{TABLE_LEAD}{name}"
            if is_table(one) and key in self.was:
                one["items"] = self._fields(mapping(one, "items"), key)
        made = self._sections(made)
        rules = [self._rule(row, fields) for row in objects(self.rows, RULES)]
        if rules or "rules" in made:
            made["rules"] = rules
        return made if rules else {key: one for key, one in made.items() if key != "rules"}

    def _fields(self, schema: Document, key: str) -> dict[str, Any]:
        old = mapping(schema, "properties")
        rows = self._named(list(old), key)
        fields = {row[ID]: json.loads(json.dumps(field_of(row, old.get(row[ID])))) for row in rows}
        must = [row[ID] for row in rows if row.get(MUST) is True]
        before = listed(schema, "required")
        made = {
            **schema,
            "properties": fields,
            "required": before if {*before} == {*must} else must,
        }
        return made if must or "required" in schema else _without(made, "required")

    def _named(self, old: Sequence[str], key: str) -> list[dict[str, Any]]:
        """The rows, each with its field's own id; new ones get one."""
        was = self.was.get(key)
        rows: list[dict[str, Any]] = [dict(row) for row in objects(self.rows, key)]
        for at, row in enumerate(rows):
            number = was[at] if was is not None and at < len(was) else 0
            typed = plain(row.get(ID))
            new = typed if _NEW.fullmatch(typed) and typed not in old else ""
            row[ID] = old[number - 1] if 0 < number <= len(old) else new
        used = {*old, *(row[ID] for row in rows)}
        free = (name for at in range(1, 1000) if (name := f"field{self.release}_{at}") not in used)
        seen: set[str] = set()
        for row in rows:
            if not row[ID] or row[ID] in seen:
                row[ID] = next(free)
            seen.add(row[ID])
        return rows

    def _sections(self, made: dict[str, Any]) -> dict[str, Any]:
        """The groups that the fields name: those of before first, then new ones as they come."""
        old = objects(self.before, "sections")
        wanted: dict[str, list[str]] = {text(one, "title"): [] for one in old}
        names = list(mapping(made, "properties"))
        for name, row in zip(names, objects(self.rows, FIELDS), strict=True):
            if group := text(row, SECTION):
                wanted.setdefault(group, []).append(name)
        if {text(one, "title"): {*listed(one, "fields")} for one in old} == {
            title: {*fields} for title, fields in wanted.items()
        }:
            return made
        sections = [{"title": title, "fields": one} for title, one in wanted.items() if one]
        return {**made, "sections": sections} if sections else _without(made, "sections")

    def _rule(self, row: Document, fields: Document) -> dict[str, Any]:
        before = row.get("rule")
        said = {key: one for key, one in row.items() if key not in ("rule", "words")}
        if isinstance(before, dict) and said == _without(
            rule_row(before, mapping(self.before, "properties")), "rule"
        ):
            return before
        when = when_of(row, fields)
        made = {"when": row.get("when") if when is None else when}
        made |= {key: row.get(key) for key in ("then", "fields", "message")}
        return {key: one for key, one in made.items() if one is not None}


def _without(raw: Document, key: str) -> dict[str, Any]:
    return {one: value for one, value in raw.items() if one != key}
