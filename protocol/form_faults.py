"""What is wrong in a form, in a clerk's words: the field by its title, and never what it holds.

Source: docs/catalogue.md; JSON Schema draft 2020-12, "Validation".
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

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
    "pattern": lambda pattern: f"写法不对，应符合 {pattern}",
    "format": lambda name: (
        f"写法不对，应是 {name}（日期如 2026-01-31）"
        if name == "date"
        else f"写法不对，应是 {name}"
    ),
}
_MOST = 200


def type_words(types: object) -> str:
    """The type of a field in words: 文字, 整数."""
    return _types(types)


def rule_words(error: "ValidationError", schema: Mapping[str, Any]) -> str:
    """One broken rule, with the field that breaks it."""
    rule = _RULES.get(error.kind.name)
    value = error.kind.value
    if error.kind.name == "required":
        value = _titled(schema, [*error.instance_path, value])
    words = rule(value) if rule else f"不符合规定（{error.kind.name}）"
    where = field_words(error, schema)
    return f"{where}：{words[:_MOST]}" if where else words[:_MOST]


def field_words(error: "ValidationError", schema: Mapping[str, Any]) -> str:
    """Which field: its title with its key, or the key alone; empty for the form as a whole."""
    return _titled(schema, [*error.instance_path]) if error.instance_path else ""


def _titled(schema: Mapping[str, Any], path: list[Any]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    key = "".join(steps).removeprefix(".")
    at: Any = schema
    for step in path:
        inner = at.get("items" if isinstance(step, int) else "properties")
        at = inner if isinstance(step, int) else (inner or {}).get(step)
        if not isinstance(at, Mapping):
            return key
    title = at.get("title")
    return f"{title}（{key}）" if isinstance(title, str) and title else key


def _types(types: object) -> str:
    names = types if isinstance(types, list) else [types]
    return "或".join(_TYPES.get(str(name), str(name)) for name in sorted(map(str, names)))


def _listed(values: object) -> str:
    return "、".join(map(str, values)) if isinstance(values, list) else str(values)
