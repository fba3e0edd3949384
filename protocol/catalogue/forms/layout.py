"""How a form is laid out: sections of fields and tables, with labels, hints, values and faults.

One model for the page on which a form is filled in, the printed form, and the county's view; a
template draws it and decides nothing. Fields that the schema does not know are laid out at the end
under their own keys: forms come from village PCs.

Source: docs/forms.md, "Three renderings".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.columns import Column, columns_of
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.identifiers import birth_date, is_resident_id, sex
from protocol.catalogue.forms.keywords import MAX_ROWS
from protocol.catalogue.forms.kinds import FEN, KINDS, RESIDENT_ID, type_of
from protocol.catalogue.forms.parts import Block, Cell, Layout, Section, Widget
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.shown import shown, typed
from protocol.catalogue.forms.walk import Path, fields, items, part, required
from protocol.catalogue.forms.words import pattern_words

LONG_CHARS = 60  # a text that may be longer gets several lines
FEW_CHOICES = 4  # up to so many choices are shown beside one another
_LATER_ROWS = 2  # empty ones under those of a table that are filled, to fill in more


def layout(
    schema: FormSchema,
    form: FormData,
    *,
    faults: Sequence[FormFault] = (),
    language: str = "zh",
    masked: bool = False,
    spare_rows: int = _LATER_ROWS,
) -> Layout:
    """Lay out ``form``; an empty one is the blank form.

    Args:
        faults: of the check; each stands at its field.
        masked: personal data has its middle hidden.
        spare_rows: empty rows below the filled ones of each table.
    """
    return _Maker(
        schema=schema,
        form=form,
        faults=tuple(faults),
        language=language,
        masked=masked,
        spare=spare_rows,
        hidden=schema.rules.hidden(form),
        must=required(schema.document) | set(schema.rules.required(form)),
    ).made()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    schema: FormSchema
    form: FormData
    faults: tuple[FormFault, ...]
    language: str
    masked: bool
    spare: int
    hidden: frozenset[str]
    must: frozenset[str]

    def made(self) -> Layout:
        known = fields(self.schema.meant)
        sections, grouped = [], set()
        named = self.schema.document.get("sections", ())
        for section in named if isinstance(named, list) else ():
            parts = [self.field(name) for name in section["fields"] if name in known]
            grouped |= set(section["fields"])
            sections.append(Section(title=section["title"], parts=tuple(parts)))
        others = [name for name in (*known, *self.form) if name not in grouped]
        parts = [self.field(name) for name in dict.fromkeys(others)]
        if parts:
            sections.append(Section(title="", parts=tuple(parts)))
        title = str(self.schema.document.get("title", ""))
        return Layout(title=title, sections=tuple(sections), faults=self.faults)

    def field(self, name: str) -> Cell | Block:
        schema, value = part(self.schema.meant, name), self.form.get(name)
        shows = self.schema.rules.conditional.get(name, ())
        facts: dict[str, Any] = {
            "required": name in self.must and name not in self.hidden,
            "when": shows[0].message if shows else "",
            "there": name not in self.hidden,
        }
        kind = type_of(schema)
        if kind == "object" and isinstance(value, Mapping | None):
            return self.object(value or {}, schema, (name,), facts)
        if _is_table(schema, value):
            return self.table(value or [], schema, (name,), facts)
        return self.cell(value, schema, (name,), facts)

    def cell(self, value: object, schema: Schema, path: Path, facts: FormData) -> Cell:
        lines = type_of(schema) == "array" and isinstance(value, list)
        entered = None
        if lines and isinstance(value, list):
            entered = "\n".join(typed(one, items(schema)) for one in value)
        return Cell(
            path=path,
            title=_title(schema, path),
            text=shown(value, schema, language=self.language, masked=self.masked),
            typed=typed(value, schema) if entered is None else entered,
            filled=value is not None,
            widget=widget_of(schema),
            hint=_hint(schema),
            choices=_choices(schema, self.language),
            most_chars=schema.get("maxLength"),
            note="" if self.masked else _note(value, schema),
            faults=self.at(path),
            **facts,
        )

    def object(self, value: FormData, schema: Schema, path: Path, facts: FormData) -> Block:
        names = dict.fromkeys((*fields(schema), *value))
        cells = tuple(self.inner(value, schema, (*path, name)) for name in names)
        return Block(
            path=path,
            title=_title(schema, path),
            rows=(cells,),
            filled=1 if value else 0,
            hint=_hint(schema),
            faults=self.at(path),
            **facts,
        )

    def table(self, value: Sequence[Any], schema: Schema, path: Path, facts: FormData) -> Block:
        row = items(schema)
        columns = list(columns_of(row, value))
        most = int(schema.get("maxItems", MAX_ROWS))
        count = max(len(value), min(most, len(value) + self.spare))
        rows = []
        for number in range(count):
            one = value[number] if number < len(value) else {}
            one = one if isinstance(one, Mapping) else {"": one}
            rows.append(tuple(self.column(one, each, (*path, number)) for each in columns))
        return Block(
            path=path,
            title=_title(schema, path),
            heads=tuple(each.title for each in columns),
            must=tuple(each.required for each in columns),
            rows=tuple(rows),
            filled=len(value),
            most_rows=most,
            hint=_hint(schema),
            faults=self.at(path),
            **facts,
        )

    def column(self, row: FormData, column: Column, path: Path) -> Cell:
        """A cell of a row; the first of an object's tells what is wrong with the whole object."""
        value: Any = row
        for key in column.keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        must = {"required": column.required}
        cell = self.cell(value, column.schema, (*path, *column.keys), must)
        whole = () if not column.leads else self.at((*path, *column.keys[:-1]))
        return replace(cell, faults=(*whole, *cell.faults))

    def inner(self, value: FormData, schema: Schema, path: Path) -> Cell:
        name = str(path[-1])
        must = {"required": name in required(schema)}
        return self.cell(value.get(name), part(schema, name), path, must)

    def at(self, path: Path) -> tuple[FormFault, ...]:
        return tuple(fault for fault in self.faults if fault.path == path)


def widget_of(schema: Schema) -> Widget:
    """How a field is filled in."""
    if type_of(schema) == "boolean":
        return Widget.YES_NO
    if choices := _choices(schema):
        return Widget.CHOICE if len(choices) <= FEW_CHOICES else Widget.LIST
    by_format = {
        FEN: Widget.MONEY,
        "date": Widget.DATE,
        "cn-month": Widget.MONTH,
        "cn-mobile": Widget.PHONE,
        "cn-landline": Widget.PHONE,
        "cn-phone": Widget.PHONE,
    }
    if (found := by_format.get(str(schema.get("format", "")))) is not None:
        return found
    by_type = {
        "integer": Widget.NUMBER,
        "number": Widget.NUMBER,
        "array": Widget.LINES,
    }
    if (found := by_type.get(type_of(schema))) is not None:
        return found
    return Widget.LONG if schema.get("maxLength", 0) > LONG_CHARS else Widget.TEXT


def _choices(schema: Schema, language: str = "zh") -> tuple[tuple[str, str], ...]:
    if type_of(schema) == "boolean":
        return tuple((typed(one, {}), shown(one, {}, language=language)) for one in (True, False))
    found = schema.get("enum", [schema["const"]] if "const" in schema else [])
    every = found if isinstance(found, list) else ()
    return tuple((typed(one, schema), shown(one, schema, language=language)) for one in every)


def _is_table(schema: Schema, value: object) -> bool:
    if type_of(schema) == "array" and type_of(items(schema)) == "object":
        return isinstance(value, list | None)
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _title(schema: Schema, path: Path) -> str:
    title = schema.get("title")
    return title if isinstance(title, str) and title else str(path[-1])


def _hint(schema: Schema) -> str:
    """What to write: the author's word, else how the kind of field is written, else examples."""
    if isinstance(told := schema.get("description"), str):
        return told
    if isinstance(pattern := schema.get("pattern"), str):
        return pattern_words(pattern)
    kind = KINDS.get(str(schema.get("format", "")))
    if kind is not None and "如" in kind.words:
        return kind.words
    examples = schema.get("examples")
    given = examples[:3] if isinstance(examples, list) else ()
    return f"如：{'、'.join(map(str, given))}" if given else ""


def _note(value: object, schema: Schema) -> str:
    if schema.get("format") != RESIDENT_ID or not isinstance(value, str):
        return ""
    return f"{birth_date(value)} {sex(value)}" if is_resident_id(value) else ""
