"""Forms as people type them: what an input method left in a field is read by its meaning.

A string that breaks its field's rule is tried as an identifier (half-width, without marks that
nobody sees), then in capitals; it is changed only if it fits then. Everywhere else only marks that
nobody sees are taken out.

Source: docs/operations.md, "Text".
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from protocol.catalogue.forms.reading import form_text, read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.limits import MAX_FORM_BYTES
from protocol.text import decode, identifier, without_marks

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?')
_MARKS = re.compile(
    "[\u00ad\u061c\u115f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]"
)
_TRIES: tuple[Callable[[str], str], ...] = (identifier, lambda text: identifier(text).upper())


def form_as_meant(
    schema: FormSchema, data: bytes, *, may_miss: bool = False
) -> tuple[dict[str, Any], str]:
    """A form that fits ``schema``, and its JSON text; numbers stay as they were written.

    Args:
        may_miss: fields that have to be filled in may be missing.

    Raises:
        TextError: the file is of another encoding.
        FormInvalidError: it is no form, or does not fit; every wrong field is named.
    """
    if len(data) <= 4 * MAX_FORM_BYTES:  # UTF-16 or UTF-32 of the longest one
        data = decode(data).encode()
    form = read_form(data)
    text = form_text(data)
    if "\\" in text or _MARKS.search(text):  # most forms have none
        clean = {value: without_marks(value) for value in _strings(form)}
        form, text = _changed(form, text, clean)
    if schema.fits(form):
        return form, text
    for attempt in _TRIES:
        wrong = schema.wrong_strings(form)
        if not wrong:
            break
        tried = {value: attempt(value) for value in wrong}
        better, _ = _changed(form, text, tried)
        still = schema.wrong_strings(better)
        kept = {old: new for old, new in tried.items() if new not in still}
        form, text = _changed(form, text, kept)
    schema.check(form, may_miss=may_miss)
    return form, text


def _changed(
    form: dict[str, Any], text: str, changes: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """Form and text with these strings in place of those; keys stay as they are."""
    changes = {old: new for old, new in changes.items() if old != new}
    if not changes:
        return form, text

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        value = json.loads(found[0])
        return json.dumps(changes[value], ensure_ascii=False) if value in changes else found[0]

    text = _STRING.sub(one, text)
    return read_form(text.encode()), text


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
