"""The kinds of fields that a form may have, by their ``format``: ours, and those of JSON Schema.

``field: signing`` is the one kind that is more than a text or number: how the form was signed.

Source: docs/forms.md, "Kinds of fields"; domain facts of GB 11643 and GB 32100.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms import identifiers

RESIDENT_ID, FEN, DATE = "cn-resident-id", "cn-fen", "date"
SIGNING = "signing"

WAYS = ("签名", "捺印", "代签", "监护人签名")
PROXY, GUARDIAN = WAYS[2:]
_NAME = {"type": "string", "minLength": 1, "maxLength": 30}
SIGNING_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "way": {"type": "string", "title": "签署方式", "enum": list(WAYS)},
        "signer": _NAME | {"title": "代签人或监护人"},
        "relation": _NAME | {"title": "与申请人关系"},
        "witness": _NAME | {"title": "见证人"},
        "clerk": _NAME | {"title": "经办人"},
        "paper": {
            "type": "string",
            "title": "纸面签字",
            "enum": ["已拍照上传", "原件留存"],
        },
        "date": {"type": "string", "title": "签署日期", "format": DATE},
    },
    "required": ["way", "paper"],
    "additionalProperties": False,
}
"""What ``field: signing`` stands for: ink on paper, which is photographed or kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One ``format``."""

    words: str  # what a value of it is, as a clerk says it
    type: str = "string"
    fits: Callable[[str], bool] | None = None  # None: the library knows
    why: Callable[[str], str] | None = None  # what is wrong with a value; None: only the words
    sample: object = ""
    secret: bool = False  # shown with its middle hidden where a page says so


KINDS: Mapping[str, Kind] = {
    RESIDENT_ID: Kind(
        words="身份证号",
        fits=identifiers.is_resident_id,
        why=identifiers.why_no_resident_id,
        sample="451423189912310072",
        secret=True,
    ),
    "cn-uscc": Kind(
        words="统一社会信用代码",
        fits=identifiers.is_uscc,
        why=identifiers.why_no_uscc,
        sample="54451423MF00000056",
    ),
    "cn-mobile": Kind(
        words="手机号",
        fits=identifiers.is_mobile,
        why=lambda _: "手机号应为11位数字，以1开头",
        sample="19900000000",
        secret=True,
    ),
    "cn-landline": Kind(
        words="带区号的固定电话，如 0771-8812345",
        fits=identifiers.is_landline,
        sample="0771-8812345",
        secret=True,
    ),
    "cn-phone": Kind(
        words="手机号，或带区号的固定电话",
        fits=identifiers.is_phone,
        sample="19900000000",
        secret=True,
    ),
    "cn-division": Kind(
        words="6、9 或 12 位行政区划代码",
        fits=identifiers.is_division,
        sample="451423103204",
    ),
    "cn-month": Kind(words="年和月，如 2026-01", fits=identifiers.is_month, sample="2026-01"),
    FEN: Kind(
        words="金额（以分计的整数）",
        type="integer",
        why=lambda _: "应是金额：整数，或最多两位小数",
        sample=100,
    ),
    DATE: Kind(words="日期，如 2026-01-31", sample="2026-01-31"),
    "time": Kind(words="时间，如 09:30:00", sample="09:30:00Z"),
    "date-time": Kind(
        words="日期和时间，如 2026-01-31T09:30:00+08:00", sample="2026-01-31T09:30:00+08:00"
    ),
    "email": Kind(words="电子邮箱地址", sample="a@example.org"),
    "uri": Kind(words="网址", sample="https://example.org/"),
}


def checked_formats() -> dict[str, Callable[[str], bool]]:
    """The checks of our own formats, for the library that judges a form."""
    return {name: kind.fits for name, kind in KINDS.items() if kind.fits}


_OF_CHOICE = {str: "string", bool: "boolean", int: "integer", float: "number"}


def type_of(schema: Schema) -> str:
    """The type of a field, told or seen from its other keywords; empty: nobody can say."""
    if isinstance(told := schema.get("type"), str):
        return told
    if schema.get("field") == SIGNING or "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    if (kind := KINDS.get(str(schema.get("format", "")))) is not None:
        return kind.type
    if {"pattern", "maxLength", "minLength"} & schema.keys():
        return "string"
    choices = schema.get("enum", [schema["const"]] if "const" in schema else ())
    found = {_OF_CHOICE.get(type(one), "") for one in choices} if isinstance(choices, list) else ()
    return found.pop() if isinstance(found, set) and len(found) == 1 else ""
