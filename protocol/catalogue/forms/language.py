"""The language of forms: a closed subset of JSON Schema, with a little of our own.

What is not in the table of keywords is refused by its place, so that every form can be drawn,
printed, checked and compared everywhere alike. All faults are found, not the first alone.

Source: docs/forms.md, "The language"; JSON Schema draft 2020-12.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.keywords import (
    KEYWORDS,
    MAX_TITLE_CHARS,
    TYPES,
    derivation,
    names,
    number,
    text_of,
)
from protocol.catalogue.forms.kinds import KINDS, RESIDENT_ID, SIGNING, type_of

MAX_FIELDS = 200  # of one form, columns of its tables included; the sample county's longest has 24
MAX_LEVELS = 3  # a form, an object or table in it, and one more in that
MAX_ID_CHARS = 50
MAX_SECTIONS = 30

DRAFT = "https://json-schema.org/draft/2020-12/schema"


ROOT_KEYWORDS = ("$schema", "sections", "rules")
_INSTEAD = {
    "$ref": "把内容直接写在这里",
    "$defs": "把内容直接写在用到的地方",
    "if": "条件请写成 rules",
    "oneOf": "选项请写成 enum，条件请写成 rules",
    "anyOf": "选项请写成 enum，条件请写成 rules",
    "default": "表单没有默认值，请写成 examples 或 description",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """One thing in a schema that is not of the language."""

    code: str
    place: str  # properties.phone.pattern
    reason: str
    todo: str = ""


def schema_faults(document: object) -> list[SchemaFault]:
    """Everything in ``document`` that is not of the language, its rules left aside.

    Nothing is assumed of it; it may be any JSON value.
    """
    if not isinstance(document, Mapping):
        return [SchemaFault(code="schema.value", place="", reason="应是一个 JSON Schema 对象")]
    reader = _Reader()
    if document.get("$schema", DRAFT) != DRAFT:
        reader.fault("value", "$schema", "不是 JSON Schema 2020-12", f"写 {DRAFT}，或不写")
    if document.get("type", "object") != "object":
        reader.fault("value", "type", "表单应是一组栏目", "写 object，或不写")
    root = {key: value for key, value in document.items() if key not in ROOT_KEYWORDS}
    reader.field({**root, "type": "object"}, "", 1)
    if "sections" in document:
        reader.sections(document["sections"], document)
    if reader.fields > MAX_FIELDS:
        reader.fault("many", "", f"共 {reader.fields} 个栏目，最多 {MAX_FIELDS}")
    return reader.faults


class _Reader:
    def __init__(self) -> None:
        self.faults: list[SchemaFault] = []
        self.fields = 0

    def fault(self, code: str, place: str, reason: str, todo: str = "") -> None:
        found = SchemaFault(code=f"schema.{code}", place=place, reason=reason, todo=todo)
        self.faults.append(found)

    def field(self, schema: object, place: str, level: int) -> None:
        """A field, or the form itself (whose place is empty)."""
        if not isinstance(schema, Mapping):
            self.fault("value", place, "栏目应是一个对象：{ … }")
            return
        kind = type_of(schema)
        if not kind and "type" not in schema:
            self.fault("type", place, "没有写明类型", "加上 type")
            return
        for keyword, value in schema.items():
            self.keyword(keyword, value, kind, place)
        self.together(schema, kind, place)
        if level > MAX_LEVELS:
            self.fault("deep", place, f"嵌套超过 {MAX_LEVELS} 层")
        elif kind == "object":
            self.properties(schema, place, level)
        elif kind == "array":
            self.items(schema, place, level)

    def keyword(self, keyword: str, value: object, kind: str, place: str) -> None:
        at = _join(place, keyword)
        if keyword not in KEYWORDS:
            todo = _INSTEAD.get(keyword, "删去，或换成表单语言里有的写法")
            self.fault("keyword", at, f"表单语言里没有“{keyword[:40]}”", todo)
            return
        kinds, check = KEYWORDS[keyword]
        if kind in TYPES and kind not in kinds:
            self.fault("keyword", at, f"{kind} 类型的栏目不能用“{keyword}”")
        elif wrong := check(value):
            self.fault("pattern" if keyword == "pattern" else "value", at, wrong)

    def together(self, schema: Schema, kind: str, place: str) -> None:
        """What each keyword allows, but not beside another."""
        for low, high in (
            ("minLength", "maxLength"),
            ("minimum", "maximum"),
            ("minItems", "maxItems"),
        ):
            least, most = schema.get(low, 0), schema.get(high, math.inf)
            if not (number(least) or number(most)) and least > most:
                self.fault("empty", _join(place, low), f"大于 {high}，什么也填不了")
        form = KINDS.get(schema.get("format", "")) if _is_text(schema.get("format")) else None
        if form and kind not in (form.type, ""):
            self.fault("value", _join(place, "format"), f"这种填法的类型应是 {form.type}")
        wrong = [one for one in _listed(schema.get("enum")) if not _is_of(one, kind)]
        if wrong:
            self.fault("value", _join(place, "enum"), f"有选项不是 {kind} 类型")

    def properties(self, schema: Schema, place: str, level: int) -> None:
        own = {"properties", "required", "additionalProperties"} & schema.keys()
        if schema.get("field") == SIGNING:
            if own:
                self.fault("keyword", place, "签署栏目的内容是固定的，不能再写 properties 等")
            return
        found = schema.get("properties", {})
        if not isinstance(found, Mapping):
            self.fault("value", _join(place, "properties"), "应是一组栏目：{ … }")
            return
        self.fields += len(found)
        for key, one in found.items():
            at = _join(place, f"properties.{key[:MAX_ID_CHARS]}")
            if not 0 < len(key) <= MAX_ID_CHARS or not key.isprintable() or set(key) & set(". "):
                self.fault("id", at, f"栏目名应是 1 到 {MAX_ID_CHARS} 个字，没有点和空格")
            self.field(one, at, level + 1)
            self.source(one, found, at)
        for name in _listed(schema.get("required")):
            if isinstance(name, str) and name not in found and found:
                self.fault("unknown", _join(place, "required"), f"没有栏目“{name[:40]}”")

    def source(self, schema: object, beside: Schema, place: str) -> None:
        """What a derived field is derived from is a number beside it."""
        derived = schema.get("derived") if isinstance(schema, Mapping) else None
        if derived is None or derivation(derived):
            return
        source = beside.get(derived["from"])
        if not isinstance(source, Mapping) or source.get("format") != RESIDENT_ID:
            reason = f"同级没有身份证号栏目“{derived['from'][:40]}”"
            self.fault("unknown", _join(place, "derived"), reason)

    def items(self, schema: Schema, place: str, level: int) -> None:
        if "items" not in schema:
            self.fault("type", place, "列表没有写明每一项是什么", "加上 items")
            return
        inner = schema["items"]
        if isinstance(inner, Mapping) and type_of(inner) == "array":
            self.fault("deep", _join(place, "items"), "列表里不能直接再套列表")
            return
        at = _join(place, "items")
        self.field(inner, at, level if isinstance(inner, Mapping) else level + 1)

    def sections(self, sections: object, document: Schema) -> None:
        if not isinstance(sections, list) or len(sections) > MAX_SECTIONS:
            self.fault("value", "sections", f"应是最多 {MAX_SECTIONS} 节的列表")
            return
        properties, seen = document.get("properties"), set()
        known = properties if isinstance(properties, Mapping) else {}
        for place_number, section in enumerate(sections):
            at = f"sections[{place_number}]"
            if not isinstance(section, Mapping) or section.keys() != {"title", "fields"}:
                self.fault("value", at, "每一节应有 title 和 fields 两项")
                continue
            if wrong := text_of(MAX_TITLE_CHARS)(section["title"]) or names(section["fields"]):
                self.fault("value", at, wrong)
                continue
            for name in section["fields"]:
                if name not in known:
                    self.fault("unknown", f"{at}.fields", f"没有栏目“{name[:40]}”")
                elif name in seen:
                    self.fault("value", f"{at}.fields", f"栏目“{name[:40]}”写了两次")
                seen.add(name)


def _join(place: str, more: str) -> str:
    return f"{place}.{more}" if place else more[:80]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_of(value: object, kind: str) -> bool:
    types: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    of = types.get(kind)
    if of is None or not isinstance(value, of):
        return of is None
    return kind == "boolean" or not isinstance(value, bool)
