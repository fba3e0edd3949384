"""Example applications of an item as rows: what was filled in, a line for each field.

Source: docs/catalogue.md, ``examples``.
"""

from typing import Any

from central.county.catalogue.pages.asking.conditions import value_of, value_words
from central.county.catalogue.pages.editing.controls import titles_by_field
from central.county.catalogue.pages.values import listed, mapping, plain
from protocol.catalogue.documents import Document

_COLONS = ("：", ":")
_NONE: tuple[object, ...] = (None, [], {})


def example_row(example: Document, schema: Document) -> dict[str, Any]:
    """An example as its controls show it; what no line can say stays under ``form``."""
    fields, titles = mapping(schema, "properties"), titles_by_field({"schema": schema})
    lines, rest = [], {}
    for name, value in mapping(example, "form").items():
        said = value_words(value, fields.get(name)) if name in fields else ""
        if said and "\n" not in said:
            lines.append(f"{titles[name]}：{said}")
        else:
            rest[name] = value
    row = {**example, "answers": lines, "form": rest}
    return {key: one for key, one in row.items() if one not in _NONE} | {"example": dict(example)}


def example_of(row: Document, before: Document, schema: Document) -> dict[str, Any]:
    """The example that a row says; one of a field that was dropped says nothing of it any more.

    Args:
        before: the form as it was, whose titles the lines may have.
    """
    fields, was = mapping(schema, "properties"), row.get("example")
    gone = mapping(before, "properties").keys() - fields.keys()
    said = {key: one for key, one in row.items() if key != "example"}
    if isinstance(was, dict) and said == {
        key: one for key, one in example_row(was, before).items() if key != "example"
    }:
        left = {key: one for key, one in mapping(was, "form").items() if key not in gone}
        return {**was, "form": left} if gone else was
    names = {
        title: name
        for one in (before, schema)
        for name, title in titles_by_field({"schema": one}).items()
    }
    answers: dict[str, Any] = {}
    for line in map(plain, listed(row, "answers")):
        title, value = _parted(line)
        name = names.get(title, title)
        if name not in gone:
            answers[name] = value_of(value, fields.get(name))
    made = {**said, "form": {**answers, **mapping(row, "form")}}
    return {key: one for key, one in made.items() if key != "answers"}


def _parted(line: str) -> tuple[str, str]:
    """The two sides of a line's first colon."""
    at = min((line.index(one) for one in _COLONS if one in line), default=len(line))
    return line[:at].strip(), line[at + 1 :].strip()
