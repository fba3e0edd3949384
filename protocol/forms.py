"""Forms: JSON that comes from outside, read within bounds and checked against an item's schema.

The schema language is JSON Schema draft 2020-12 with local references only. Two string formats
of our own are checked beside the standard's: ``cn-resident-id`` (GB 11643) and ``cn-mobile``.

Source: docs/catalogue.md.
"""

import datetime
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from protocol.errors import CatalogueError, FormInvalidError, YizhanError
from protocol.limits import MAX_FORM_BYTES, MAX_FORM_DEPTH

_RESIDENT_ID = re.compile(r"\d{17}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_SHOWN_ERRORS = 20
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[ \t\r\n]+')  # a string, or space between others


def read_form(data: bytes) -> dict[str, Any]:
    """A form from its JSON bytes.

    Raises:
        FormInvalidError: not a JSON object, over-long, over-deep, with repeated keys or NaN.
    """
    form = parse_json(data, limit=MAX_FORM_BYTES, depth=MAX_FORM_DEPTH, error=FormInvalidError)
    if not isinstance(form, dict):
        raise FormInvalidError("the form is not a JSON object")
    return form


def form_text(data: bytes) -> str:
    """The JSON text that is sealed of a form that :func:`read_form` took.

    Numbers stay as they were written: 1.10 and a sum of 20 digits would come back from a float
    as other text. Only spaces go, and escapes that UTF-8 writes shorter.
    """
    return _TOKEN.sub(_shortest, data.decode("utf-8-sig"))


def check_form(form: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Raise FormInvalidError naming every field that breaks ``schema``."""
    try:
        found = [f"{_path(error)}: {error.message[:200]}" for error in _validator(schema, form)]
    except OverflowError:  # an integer of hundreds of digits against a "multipleOf" of fractions
        raise FormInvalidError("a number is too large") from None
    except RecursionError:  # a schema that refers to itself without end for this form
        raise FormInvalidError("the item's schema runs in a circle for this form") from None
    if found:
        raise FormInvalidError("; ".join(found[:_SHOWN_ERRORS]))


def check_schema(schema: Mapping[str, Any], where: str) -> None:
    """Raise CatalogueError unless ``schema`` is a usable JSON Schema without outside references."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(dict(schema))
        outside = [name for name in _references(schema) if not name.startswith("#")]
        if not outside:
            list(_validator(schema, {}))
    except (SchemaError, RecursionError, re.error) as exc:
        raise CatalogueError(f"{where}: not a JSON Schema: {str(exc)[:200]}") from None
    except Exception as exc:  # noqa: BLE001 - a dangling $ref has a class of another library
        raise CatalogueError(f"{where}: unusable schema: {type(exc).__name__}") from None
    if outside:
        raise CatalogueError(f"{where}: $ref {outside[0]!r} points outside")


def parse_json(
    data: bytes, *, limit: int, depth: int, error: Callable[[str], YizhanError]
) -> object:
    """JSON from outside; raises ``error`` for whatever is wrong with it.

    At most ``limit`` bytes and ``depth`` levels; repeated keys, NaN and infinity are refused.
    """
    if len(data) > limit:
        raise error(f"{len(data)} bytes of JSON, at most {limit}")
    try:
        text = data.decode("utf-8-sig")
        _check_depth(text, depth)
        value: object = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if "\\u" in text:  # half of a surrogate pair could never be written again
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as exc:
        raise error(f"not usable JSON: {str(exc)[:200]}") from None
    return value


def is_resident_id(value: str) -> bool:
    """Whether ``value`` is a well-formed number of GB 11643: check digit and calendar date."""
    if not (value.isascii() and _RESIDENT_ID.fullmatch(value)):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False))
    try:
        datetime.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    return value[17] == _CHECK_DIGITS[total % 11]


def _validator(schema: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[Any]:
    # 15 MB and 0.1 s to import: an agent that only carries envelopes never needs it
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry

    formats = FormatChecker(("date", "email", "ipv4"))
    formats.checks("cn-resident-id")(lambda v: not isinstance(v, str) or is_resident_id(v))
    formats.checks("cn-mobile")(lambda v: not isinstance(v, str) or bool(_MOBILE.fullmatch(v)))
    validator = Draft202012Validator(dict(schema), format_checker=formats, registry=Registry())
    return iter(sorted(validator.iter_errors(form), key=lambda error: str(error.json_path)))


def _shortest(token: re.Match[str]) -> str:
    text = token[0]
    if not text.startswith('"'):
        return ""
    return json.dumps(json.loads(text), ensure_ascii=False) if "\\" in text else text


def _path(error: Any) -> str:  # noqa: ANN401 - jsonschema's errors are untyped
    return str(error.json_path)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("$ref", "$dynamicRef") and isinstance(inner, str):
                yield inner
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _check_depth(text: str, depth: int) -> None:
    level, in_string, escaped = 0, False, False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "[{":
            level += 1
            if level > depth:
                raise ValueError(f"nested deeper than {depth} levels")
        elif char in "]}":
            level -= 1


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:40]} is too large")
    return value
