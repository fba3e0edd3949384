"""Values of a form as people read them: dates, money, yes and no, and personal data with a gap.

Source: docs/forms.md, "Three renderings".
"""

import datetime
from collections.abc import Iterator
from typing import Any

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import DATE, FEN, KINDS
from protocol.catalogue.forms.walk import items, part

NOTHING = "—"
_YES_NO = {"zh": ("是", "否"), "en": ("Yes", "No")}
_JOIN = {"zh": "、", "en": ", "}
_LEFT, _STARS = {18: 6, 11: 3}, "*"  # of a resident's number the division, of a mobile the network
_RIGHT = 4
_FEN = 100


def shown(value: Any, schema: Schema, *, language: str = "zh", masked: bool = False) -> str:  # noqa: ANN401 - JSON
    """One line, however deep ``value`` is; a dash if there is nothing.

    Args:
        schema: of the field; a value that does not fit it is shown as it came.
        masked: personal data has its middle hidden.
    """
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _YES_NO[language][0 if value else 1]
    if isinstance(value, list | dict):
        return _JOIN[language].join(_inside(value, schema, language, masked=masked))
    return _plain(value, schema, language, masked=masked)


def _inside(
    value: list[Any] | dict[str, Any], schema: Schema, language: str, *, masked: bool
) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield shown(one, items(schema), language=language, masked=masked)
        return
    for key, one in value.items():
        inner = part(schema, key)
        text = shown(one, inner, language=language, masked=masked)
        yield f"{inner.get('title', key)}：{text}"


def _plain(value: Any, schema: Schema, language: str, *, masked: bool) -> str:  # noqa: ANN401 - JSON
    kind = schema.get("format")
    if kind == FEN and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // _FEN:,}.{abs(value) % _FEN:02} 元"
    if kind == DATE and language == "zh":
        return _chinese_date(str(value))
    return hidden(str(value)) if masked and is_secret(schema) else str(value)


def is_secret(schema: Schema) -> bool:
    """Whether a field holds what is masked."""
    kind = KINDS.get(str(schema.get("format", "")))
    return schema.get("mask") is True or (kind is not None and kind.secret)


def hidden(text: str) -> str:
    """Personal data with its middle hidden: 451423********0072; short text hides all but one."""
    left = _LEFT.get(len(text), 0)
    right = _RIGHT if len(text) > 2 * _RIGHT else min(1, len(text) - 1)
    return text[:left] + _STARS * (len(text) - left - right) + text[len(text) - right :]


def typed(value: Any, schema: Schema) -> str:  # noqa: ANN401 - JSON
    """A value as it stands in an input: money in yuan, everything else as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if schema.get("format") == FEN and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // _FEN}.{abs(value) % _FEN:02}"
    return str(value)


def _chinese_date(text: str) -> str:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
