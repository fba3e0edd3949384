"""The kinds of field that the page of a form offers, each with the controls that it needs.

Source: docs/forms.md, "Kinds of fields".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.catalogue.documents import Document


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One kind of field."""

    words: str  # in Chinese, to be translated
    schema: Document  # what makes a field one of this kind
    controls: tuple[str, ...] = ()  # of KEYWORDS


KEYWORDS = {
    "choices": "enum",
    "longest": "maxLength",
    "least": "minimum",
    "most": "maximum",
    "rows": "maxItems",
}
"""What a control that only some kinds have is in a schema."""
TEXT, CHOICE, MONEY, TABLE, SIGNING, OTHER = (
    *("text", "choice", "money", "table", "signing", "other"),
)
_BETWEEN = ("least", "most")
KINDS: Mapping[str, FieldKind] = {
    TEXT: FieldKind("文字", {"type": "string"}, ("longest",)),
    CHOICE: FieldKind("选一项", {"type": "string"}, ("choices",)),
    "yes-no": FieldKind("是或否", {"type": "boolean"}),
    "whole": FieldKind("整数", {"type": "integer"}, _BETWEEN),
    "number": FieldKind("可有小数的数", {"type": "number"}, _BETWEEN),
    MONEY: FieldKind("金额（元）", {"type": "integer", "format": "cn-fen"}, _BETWEEN),
    "date": FieldKind("日期", {"type": "string", "format": "date"}),
    "month": FieldKind("年月", {"type": "string", "format": "cn-month"}),
    "identity": FieldKind("身份证号", {"type": "string", "format": "cn-resident-id"}),
    "mobile": FieldKind("手机号", {"type": "string", "format": "cn-mobile"}),
    "phone": FieldKind("手机或固定电话", {"type": "string", "format": "cn-phone"}),
    "uscc": FieldKind("统一社会信用代码", {"type": "string", "format": "cn-uscc"}),
    "division": FieldKind("区划代码", {"type": "string", "format": "cn-division"}),
    TABLE: FieldKind("表格（如家庭成员，一人一行）", {"type": "array"}, ("rows",)),
    SIGNING: FieldKind("签署（签名、捺印、代签）", {"field": "signing"}),
    OTHER: FieldKind("其他（只能按 JSON 改）", {}),
}
"""By key."""


def kind_of(schema: Document) -> str:
    """The kind of a field; OTHER for what the page has no controls for."""
    if schema.get("field") == "signing":
        return SIGNING
    if schema.get("type") == "array":
        return TABLE if is_table(schema) else OTHER
    if "enum" in schema:
        choices, shape = schema["enum"], (schema.get("type", "string"), schema.get("format"))
        plain = isinstance(choices, list) and all(isinstance(one, str) for one in choices)
        return CHOICE if plain and shape == ("string", None) else OTHER
    shape = (schema.get("type"), schema.get("format"))
    return _BY_SHAPE.get(shape, OTHER) if "field" not in schema else OTHER


def is_table(schema: Document) -> bool:
    """Whether a field has rows of columns."""
    items = schema.get("items")
    return isinstance(items, dict) and isinstance(items.get("properties"), dict)


def keywords_of(kind: str) -> dict[str, str]:
    """The controls of a kind, and what each is in a schema."""
    return {one: KEYWORDS[one] for one in KINDS[kind].controls}


_BY_SHAPE = {
    (kind.schema.get("type"), kind.schema.get("format")): key
    for key, kind in KINDS.items()
    if key not in (CHOICE, TABLE, SIGNING, OTHER)
}
WORDS = tuple(kind.words for kind in KINDS.values())
"""What is translated beside the templates."""
