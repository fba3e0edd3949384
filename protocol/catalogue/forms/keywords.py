"""The keywords that a schema of a form may use: which types of field have each, with what values.

Source: docs/forms.md, "The language"; JSON Schema draft 2020-12.
"""

from collections.abc import Callable, Mapping
from typing import Any

from protocol.catalogue.forms.kinds import KINDS, SIGNING
from protocol.catalogue.forms.patterns import why_no_pattern
from protocol.text import what_is_unseen

MAX_ROWS = 100  # of a table or list; it may say less
MAX_CHOICES = 500
MAX_TITLE_CHARS = 100
MAX_TEXT_CHARS = 1000  # of a hint
MAX_EXAMPLES = 50
MAX_LENGTH = 10_000  # that a text may be given; a whole form has 32 KiB

DERIVABLE = ("birth_date", "sex")
TYPES = ("string", "integer", "number", "boolean", "array", "object")
_NUMBERS, _EVERY = frozenset({"integer", "number"}), frozenset(TYPES)

Check = Callable[[Any], str]


def text_of(most: int) -> Check:
    """A check of text of 1 to ``most`` characters."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most:
            return f"应是 1 到 {most} 个字的文字"
        return _unseen_in(value.replace("\n", "").replace("\t", ""))

    return check


def _unseen_in(text: str) -> str:
    unseen = what_is_unseen(text)
    return f"含有看不见的字符 {unseen}，请删除后重新填写" if unseen else ""


def _count(most: int) -> Check:
    def check(value: object) -> str:
        good = type(value) is int and 0 <= value <= most
        return "" if good else f"应是 0 到 {most} 的整数"

    return check


def number(value: object) -> str:
    """What is wrong with a number; empty: nothing."""
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if good else "应是数字"


def _step(value: object) -> str:
    return number(value) or ("" if float(str(value)) > 0 else "应大于 0")


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "应是 true 或 false"


def _choices(value: object) -> str:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_CHOICES:
        return f"应是 1 到 {MAX_CHOICES} 个选项的列表"
    if not all(isinstance(one, str | int | float) for one in value):
        return "选项只能是文字、数字或 true、false"
    if len(set(map(repr, value))) != len(value):
        return "有选项写了两次"
    return _unseen_in("".join(one for one in value if isinstance(one, str)))


def _scalar(value: object) -> str:
    return "" if isinstance(value, str | int | float) else "只能是文字、数字或 true、false"


def _examples(value: object) -> str:
    good = isinstance(value, list) and len(value) <= MAX_EXAMPLES
    return "" if good else f"应是最多 {MAX_EXAMPLES} 个例子的列表"


def _format(value: object) -> str:
    if isinstance(value, str) and value in KINDS:
        return ""
    return f"没有这种填法，能用的有：{'、'.join(KINDS)}"


def _pattern(value: object) -> str:
    return why_no_pattern(value) if isinstance(value, str) else "应是文字"


def derivation(value: object) -> str:
    """What is wrong with what a field is derived from; empty: nothing."""
    if not isinstance(value, Mapping) or value.keys() != {"from", "what"}:
        return "应有 from（身份证号栏目）和 what 两项"
    good = isinstance(value["from"], str) and value["what"] in DERIVABLE
    return "" if good else f"what 只能是 {'、'.join(DERIVABLE)}"


def names(value: object) -> str:
    """What is wrong with a list of names of fields; empty: nothing."""
    good = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if good else "应是栏目名的列表"


def _is_type(value: object) -> str:
    return "" if value in TYPES else f"只能是 {'、'.join(TYPES)} 中的一种"


def _anything(_: object) -> str:
    return ""  # read apart


_STRING, _ARRAY, _OBJECT = (frozenset({name}) for name in ("string", "array", "object"))
_SCALARS = _EVERY - _ARRAY - _OBJECT
KEYWORDS: Mapping[str, tuple[frozenset[str], Check]] = {
    "title": (_EVERY, text_of(MAX_TITLE_CHARS)),
    "description": (_EVERY, text_of(MAX_TEXT_CHARS)),
    "type": (_EVERY, _is_type),
    "examples": (_EVERY, _examples),
    "enum": (_SCALARS, _choices),
    "const": (_SCALARS, _scalar),
    "format": (_SCALARS, _format),
    "mask": (_SCALARS, _flag),
    "derived": (_STRING, derivation),
    "minLength": (_STRING, _count(MAX_LENGTH)),
    "maxLength": (_STRING, _count(MAX_LENGTH)),
    "pattern": (_STRING, _pattern),
    "minimum": (_NUMBERS, number),
    "maximum": (_NUMBERS, number),
    "exclusiveMinimum": (_NUMBERS, number),
    "exclusiveMaximum": (_NUMBERS, number),
    "multipleOf": (_NUMBERS, _step),
    "items": (_ARRAY, _anything),
    "minItems": (_ARRAY, _count(MAX_ROWS)),
    "maxItems": (_ARRAY, _count(MAX_ROWS)),
    "uniqueItems": (_ARRAY, _flag),
    "field": (_OBJECT, lambda value: "" if value == SIGNING else f"只能是 {SIGNING}"),
    "properties": (_OBJECT, _anything),
    "required": (_OBJECT, names),
    "additionalProperties": (_OBJECT, _flag),
}
"""By keyword: the types of field that may have it, and what is wrong with a value, if anything."""
