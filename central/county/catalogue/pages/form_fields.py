"""The form of an item as a list of fields, and its conditions in words.

Source: docs/forms.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from central.county.catalogue.pages.values import listed, mapping, plain, text

Raw = Mapping[str, Any]

_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是或否",
    "array": "列表",
    "object": "一组栏目",
}
_FORMATS = {
    "cn-resident-id": "身份证号",
    "cn-mobile": "手机号",
    "cn-landline": "固定电话",
    "cn-phone": "电话",
    "cn-uscc": "统一社会信用代码",
    "cn-division": "区划代码",
    "cn-month": "年月",
    "cn-fen": "金额",
    "date": "日期",
    "time": "时间",
    "date-time": "日期时间",
    "email": "电子邮箱",
}
_COMPARED = {
    "minimum": "不小于",
    "maximum": "不大于",
    "exclusiveMinimum": "大于",
    "exclusiveMaximum": "小于",
    "pattern": "写法为",
    "minItems": "项数不少于",
    "maxItems": "项数不多于",
}
_JOINED = {"allOf": "，并且", "anyOf": "，或者", "oneOf": "，或者"}
_DEPTH = 4  # of tables in a form, and of conditions in each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    path: str  # its id; of a column behind that of its table
    title: str
    kind: tuple[str, ...]  # what it takes, in lines
    required: bool


def fields_of(schema: Raw, before: str = "", depth: int = _DEPTH) -> Iterator[Field]:
    """Every field in the form's order, columns of tables behind their table."""
    required = {plain(one) for one in listed(schema, "required")}
    for name, one in mapping(schema, "properties").items():
        if not isinstance(one, dict):
            continue
        path = f"{before}{name}"
        title = text(one, "title") or name
        yield Field(path=path, title=title, kind=_kind(one), required=name in required)
        inner = mapping(one, "items") or one
        if depth:
            yield from fields_of(inner, f"{path}.", depth - 1)


def titles_of(schema: Raw) -> dict[str, str]:
    """What each field is called."""
    return {one.path: one.title for one in fields_of(schema)}


def when_words(fragment: object, titles: Mapping[str, str], depth: int = _DEPTH) -> str:
    """A condition in words; what is too deep or unknown as it stands."""
    if not isinstance(fragment, dict):
        return ""
    if not depth:
        return json.dumps(fragment, ensure_ascii=False)
    told = [
        _of_field(titles.get(name, name), one, titles)
        for name, one in mapping(fragment, "properties").items()
    ]
    named = mapping(fragment, "properties")
    told += [
        f"“{titles.get(one, one)}”已填写"
        for one in map(plain, listed(fragment, "required"))
        if one not in named
    ]
    for key, joint in _JOINED.items():
        parts = [when_words(one, titles, depth - 1) for one in listed(fragment, key)]
        told += [joint.join(filter(None, parts))] if parts else []
    if isinstance(fragment.get("not"), dict):
        told.append(f"不是：{when_words(fragment['not'], titles, depth - 1)}")
    return "，并且".join(filter(None, told))


def _of_field(title: str, one: object, titles: Mapping[str, str]) -> str:
    if not isinstance(one, dict):
        return ""
    told = []
    if "const" in one:
        told.append(f"为“{_value(one['const'])}”")
    if choices := listed(one, "enum"):
        told.append(f"为{'、'.join(f'“{_value(choice)}”' for choice in choices)}之一")
    told += [f"{words}{plain(one[key])}" for key, words in _COMPARED.items() if key in one]
    if age := mapping(one, "age"):
        day = plain(age.get("on"))
        bounds = [f"{words}{plain(age[key])}" for key, words in _COMPARED.items() if key in age]
        told.append(f"到“{titles.get(day, day)}”的周岁{'且'.join(bounds)}")
    rest = "，且".join(told) or json.dumps(one, ensure_ascii=False)
    return f"“{title}”{rest}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value)


def _kind(one: Raw) -> tuple[str, ...]:
    if choices := listed(one, "enum"):
        return ("选一项：" + "、".join(map(_value, choices)),)
    if text(one, "field") == "signing":
        return ("签署",)
    if form := text(one, "format"):
        return (_FORMATS.get(form, form),)
    lines = [_TYPES.get(text(one, "type"), text(one, "type"))]
    if "maxLength" in one:
        lines.append(f"最多 {plain(one['maxLength'])} 个字")
    low, high = text(one, "minimum"), text(one, "maximum")
    if low or high:
        lines.append(f"{low or '…'} 至 {high or '…'}")
    return tuple(filter(None, lines))
