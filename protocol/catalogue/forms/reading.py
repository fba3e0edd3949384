"""JSON that comes from outside, read within bounds; and a form as the text that is sealed of it.

Source: docs/catalogue.md, "Forms".
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from protocol.errors import FormInvalidError, TextError, YizhanError
from protocol.limits import MAX_FORM_BYTES, MAX_FORM_DEPTH
from protocol.text import decode, visible

_SHOWN_CHARS = 40
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_BRACKET = re.compile(_STRING + r"|[\[\]{}]")  # those inside of strings do not count
_PROPERTIES = b'"properties":'  # as a key: in a text its quotes would be escaped
_sorted = msgspec.json.Encoder(order="deterministic").encode
_BRACKETS = str.maketrans("{}", "[]", "".join(set(map(chr, range(128))) - set("[]{}")))
_SOLID = re.compile(_STRING + r'|[^" \t\r\n]+')  # a string, or what stands between space


def read_form(data: bytes) -> dict[str, Any]:
    """A form from its JSON bytes.

    Raises:
        FormInvalidError: not a JSON object, over-long, over-deep, with repeated keys or NaN.
    """
    form = parse_json(data, limit=MAX_FORM_BYTES, depth=MAX_FORM_DEPTH, error=FormInvalidError)
    if not isinstance(form, dict):
        raise FormInvalidError("表单应是一组栏目：{ … }")
    return form


def form_text(data: bytes) -> str:
    """The JSON text that is sealed of a form that :func:`read_form` took.

    Numbers stay as they were written: 1.10 and a sum of 20 digits would come back from a float
    as other text. Only spaces go, and escapes that UTF-8 writes shorter.
    """
    text = data.decode("utf-8-sig")
    tokens = _SOLID.findall(text)
    return "".join(map(_shortest, tokens) if "\\" in text else tokens)


def parse_json(
    data: bytes, *, limit: int, depth: int, error: Callable[[str], YizhanError]
) -> object:
    """JSON from outside; raises ``error`` for whatever is wrong with it.

    At most ``limit`` bytes and ``depth`` levels; repeated keys, NaN and infinity are refused.
    """
    if len(data) > limit:
        raise error(f"共 {len(data)} 字节，最多 {limit}")
    try:
        text = data.decode("utf-8-sig")
        _check_depth(text, depth)
        value: object = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if "\\u" in text:  # half of a surrogate pair could never be written again
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as exc:
        raise error(
            f"JSON 写法不对，在第 {exc.lineno} 行第 {exc.colno} 个字；"
            "看看附近的引号、逗号、括号，不要用中文标点"
        ) from None
    except UnicodeDecodeError:
        raise error(f"不能用的 JSON：{_encoding_of(data)}") from None
    except UnicodeEncodeError:
        raise error("不能用的 JSON：有半个字符（\\ud800 一类的写法），请改成完整的字") from None
    except (ValueError, RecursionError) as exc:
        raise error(f"不能用的 JSON：{str(exc)[:200]}") from None
    return value


def _encoding_of(data: bytes) -> str:
    """What to say of text that is not UTF-8."""
    try:
        decode(data)
    except TextError as exc:
        return exc.detail
    return "编码是 UTF-16 或 UTF-32；请另存为 UTF-8"


def _shortest(token: str) -> str:
    return json.dumps(json.loads(token), ensure_ascii=False) if "\\" in token else token


def _check_depth(text: str, depth: int) -> None:
    if text.count("[") + text.count("{") <= depth or _is_flat(text, depth):
        return
    level = 0
    for token in _BRACKET.finditer(text):
        if token[0] in "[{":
            level += 1
            if level > depth:
                raise ValueError(f"嵌套超过 {depth} 层")
        elif token[0] in "]}":
            level -= 1


def _is_flat(text: str, depth: int) -> bool:
    """Whether the brackets outside of strings are pairs, at most ``depth`` deep: the quick way.

    What is no JSON may pass or not; it is refused when it is parsed.
    """
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    brackets = "".join(outside).translate(_BRACKETS)
    for _ in range(depth):  # each round takes the innermost level away
        brackets = brackets.replace("[]", "")
    return not brackets


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counted.items() if count > 1)
        raise ValueError(f"栏目“{visible(twice)[:_SHOWN_CHARS]}”写了两次")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} 不是数字")


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # more digits than Python reads
        raise ValueError(f"{digits[:40]} 太大") from None


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:40]} 太大")
    return value


def canonical_json(value: object) -> bytes:
    """The shortest JSON of ``value``: keys sorted, but those of ``properties`` as they stand.

    Their order is the order of the fields on paper and screen.
    """
    text = _sorted(value)
    if _PROPERTIES not in text:
        return text  # as most are: the library has sorted all of it
    if isinstance(value, dict):
        return _object(value, sorted(value), within="properties")
    return b"[%b]" % b",".join(map(canonical_json, value)) if isinstance(value, list) else text


def _object(value: dict[str, Any], keys: Iterable[str], *, within: str = "") -> bytes:
    """An object with its keys in this order; the one ``within`` it keeps the order of its own."""
    inner = []
    for key in keys:
        one = value[key]
        as_it_stands = key == within and isinstance(one, dict)
        inner.append(
            b"%b:%b" % (_sorted(key), _object(one, one) if as_it_stands else canonical_json(one))
        )
    return b"{%b}" % b",".join(inner)
