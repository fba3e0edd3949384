"""What is wrong in a form, in a clerk's words: the field by its title, and never what it holds.

Source: docs/catalogue.md; JSON Schema draft 2020-12, "Validation".
"""

import re
from collections.abc import Callable
from typing import Any

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.forms.walk import Path, at

_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是或否（true、false）",
    "array": "列表",
    "object": "一组栏目",
    "null": "空（null）",
}
_RULES: dict[str, Callable[[Any], str]] = {
    "required": lambda name: f"缺少必填栏目“{name}”",
    "additionalProperties": lambda names: f"没有这样的栏目：{_listed(names)}",
    "unevaluatedProperties": lambda names: f"没有这样的栏目：{_listed(names)}",
    "type": lambda types: f"应是{_types(types)}",
    "enum": lambda options: f"只能填：{_listed(options)}",
    "const": lambda value: f"只能填：{value}",
    "minLength": lambda limit: "不能为空" if limit == 1 else f"至少 {limit} 个字",
    "maxLength": lambda limit: f"最多 {limit} 个字",
    "minimum": lambda limit: f"不能小于 {limit}",
    "maximum": lambda limit: f"不能大于 {limit}",
    "exclusiveMinimum": lambda limit: f"应大于 {limit}",
    "exclusiveMaximum": lambda limit: f"应小于 {limit}",
    "multipleOf": lambda step: f"应是 {step} 的倍数",
    "minItems": lambda limit: f"至少 {limit} 项",
    "maxItems": lambda limit: f"最多 {limit} 项",
    "uniqueItems": lambda _: "有重复的项",
    "pattern": lambda pattern: f"写法不对，应是{pattern_words(pattern)}",
    "format": lambda name: f"写法不对，应是{format_words(name)}",
}
_DIGITS = r"(?:\[0-9\]|\\d)"
_PATTERNS = (  # of patterns that forms have, and what they mean to whoever fills one in
    (rf"\^{_DIGITS}\{{(\d+)\}}\$", r"\1 位数字"),
    (rf"\^{_DIGITS}\{{(\d+),(\d+)\}}\$", r"\1 到 \2 位数字"),
    (rf"\^{_DIGITS}\{{17\}}\[0-9X\]\$", "身份证号"),
    (rf"\^{_DIGITS}\{{17\}}\[0-9X\]\[1-7\]\[1-4\]\$", "残疾人证号（身份证号加 2 位数字）"),
    (rf"\^{_DIGITS}\{{4\}}-\(0\[1-9\]\|1\[0-2\]\)\$", "年和月，如 2026-01"),
    (
        rf"\^{_DIGITS}\{{1,(\d+)\}}\(\\\.{_DIGITS}\{{1,(\d+)\}}\)\?\$",
        r"数字，小数点前最多 \1 位，小数点后最多 \2 位",
    ),
)
_SET_FORM = "规定的写法（见事项说明）"
_MOST = 200


def type_words(types: object) -> str:
    """The type of a field in words: 文字, 整数."""
    return _types(types)


def pattern_words(pattern: str) -> str:
    """How text that fits a pattern is written; nobody is shown the pattern itself."""
    for known, words in _PATTERNS:
        if found := re.fullmatch(known, pattern):
            return found.expand(words)
    return _SET_FORM


def format_words(name: str) -> str:
    """The same for a format that JSON Schema, or our own checks, have a name for."""
    return KINDS[name].words if name in KINDS else _SET_FORM


def broken_words(keyword: str, value: object) -> str:
    """What it means that a value breaks ``keyword`` of its field's schema."""
    rule = _RULES.get(keyword)
    return rule(value)[:_MOST] if rule else f"不符合规定（{keyword}）"


def titled(schema: Schema, path: Path) -> str:
    """A field by its title with its key, or by the key alone; empty for the form as a whole."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    key = "".join(steps).removeprefix(".")
    title = at(schema, path).get("title")
    return f"{title}（{key}）" if path and isinstance(title, str) and title else key


def named(schema: Schema, path: Path) -> str:
    """A field as a page names it: 家庭成员，第 1 行，身份证号."""
    found = []
    for depth, step in enumerate(path, start=1):
        title = at(schema, path[:depth]).get("title")
        own = title if isinstance(title, str) and title else str(step)
        found.append(f"第 {step + 1} 行" if isinstance(step, int) else own)
    return "，".join(found)


def _types(types: object) -> str:
    names = types if isinstance(types, list) else [types]
    return "或".join(_TYPES.get(str(name), str(name)) for name in sorted(map(str, names)))


def _listed(values: object) -> str:
    return "、".join(map(str, values)) if isinstance(values, list) else str(values)
