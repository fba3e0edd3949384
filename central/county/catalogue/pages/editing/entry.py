"""From what was typed into the controls to an item.

A control that still says what it said changes nothing, so an item that is saved without an edit
comes out as it was, to the last key.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiMapping

from central.county.catalogue.pages.editing.inputs import PARTS, Input, Part, Rows, Way
from central.county.catalogue.pages.editing.shown import rest_of, rows_at, shown, value_at
from central.county.catalogue.pages.views.limits import limit_of
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.forms.reading import parse_json
from protocol.errors import CatalogueError
from protocol.limits import MAX_ENTRY_BYTES
from protocol.text import identifier
from runtime.web.numbers import whole_number

Typed = MultiMapping[Any]

WAS = "@was"
"""Behind a row's name: which row of the list it was when nobody had typed, from 1; 0: none."""
UP, DOWN = "up:", "down:"  # begin the value of the button that moves a row
NEW_ROWS = 2  # empty ones behind those of a list
_MAX_ROWS = 210  # of one list that are read: a form has 200 fields at most, other lists fewer
_MOST = 10**9 - 1  # of what is counted
_DEPTH = 20  # of JSON in a control; an entry has 24


@dataclass(slots=True)
class Entered:
    """An item as it was typed, and what could not be read of it."""

    raw: dict[str, Any]
    faults: list[Finding] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)  # texts that could not be, by control
    was: dict[str, list[int]] = field(default_factory=dict)  # of each list's rows: see ``WAS``
    moved: str = ""  # the row that a button has moved: flow.2

    def fault(self, place: str, reason: str) -> None:
        """Note a text that can't be read."""
        self.faults.append(
            Finding(
                code="item.json",
                level=Level.ERROR,
                item=str(self.raw.get("id", "")),
                place=place,
                reason=reason,
                todo="改正后再保存",
            )
        )


def entered(before: Document, typed: Typed, parts: Sequence[Part] = PARTS) -> Entered:
    """The item ``before``, or whatever else ``parts`` are of, with what was typed."""
    found = Entered(raw=json.loads(json.dumps(before)))
    for part in parts:
        for one in part.inputs:
            _put(found, found.raw, one, typed, "")
        if part.rows is not None:
            _put_rows(found, part.rows, typed)
    return found


def name_of(one: Input, before: str = "") -> str:
    """What a control is called in the form: ``flow.0.name``."""
    return before + ".".join(one.path)


def _put(found: Entered, whole: dict[str, Any], one: Input, typed: Typed, before: str) -> None:
    name = name_of(one, before)
    if one.way is not Way.MANY and name not in typed:
        return
    texts = [str(text).replace("\r\n", "\n") for text in typed.getall(name, [])]
    if _in_order(texts, one) == _in_order(shown(whole, one), one):
        return
    value = _read(found, one, texts, name)
    if value is not _UNREADABLE:
        _set(whole, one.path, value)


def _in_order(texts: Sequence[str], one: Input) -> Sequence[str]:
    """A browser sends choices in the order of the page, which says nothing."""
    return sorted(texts) if one.way is Way.MANY else texts


def _put_rows(found: Entered, rows: Rows, typed: Typed) -> None:
    if f"{rows.key}.@count" not in typed:
        return
    old, count = rows_at(found.raw, rows), min(_number(typed, f"{rows.key}.@count"), _MAX_ROWS)
    kept: list[tuple[int, int, dict[str, Any]]] = []  # place, which it was, the row
    for at in range(count):
        before = f"{rows.key}.{at}."
        was = _number(typed, before + WAS) if before + WAS in typed else at + 1
        row = _row(found, rows, typed, before, old[was - 1] if 0 < was <= len(old) else {})
        if row and f"{before}@drop" not in typed:
            kept.append((_number(typed, f"{before}@order") or at + 1, was, row))
    if f"{rows.key}.0.{WAS}" not in typed:  # nobody can say which rows were not shown
        kept += [(len(kept) + at, at + 1, old[at]) for at in range(count, len(old))]
    kept.sort(key=lambda one: one[0])
    _move(found, rows, kept, str(typed.get("do", "")))
    found.was[rows.key] = [was for _, was, _ in kept]
    made = [row for _, _, row in kept]
    if made == old:
        return
    if rows.new_id:
        _name_new(made, rows)
    _set(found.raw, (rows.key,), made if made or rows.key == "materials" else None)


def _row(found: Entered, rows: Rows, typed: Typed, before: str, old: Document) -> dict[str, Any]:
    """A row as it was typed over the one that it was."""
    row = dict(old)
    for one in rows.columns:
        _put(found, row, one, typed, before)
    return _with_rest(found, rows, row, typed, before) if rows.more else row


def _move(found: Entered, rows: Rows, kept: list[Any], button: str) -> None:
    """Exchange the row that a button names with the one above or below it."""
    step = -1 if button.startswith(UP) else 1 if button.startswith(DOWN) else 0
    key, _, place = button.removeprefix(UP).removeprefix(DOWN).rpartition(".")
    number = whole_number(place)
    if not step or key != rows.key or number is None:
        return
    at = next((n for n, one in enumerate(kept) if one[0] == number + 1), -1)
    if at < 0 or not 0 <= at + step < len(kept):
        return
    kept[at], kept[at + step] = kept[at + step], kept[at]
    found.moved = f"{rows.key}.{at + step}"


def _with_rest(
    found: Entered, rows: Rows, row: dict[str, Any], typed: Typed, before: str
) -> dict[str, Any]:
    name = f"{before}@more"
    text = str(typed.get(name, "")).replace("\r\n", "\n")
    if name not in typed or text == rest_of(row, rows):
        return row
    value = _json(found, text, name) if text.strip() else {}
    if value is _UNREADABLE:
        return row
    if not isinstance(value, dict):
        found.unread[name] = text
        found.fault(_place(name), "应是一组栏目：{ … }")
        return row
    keys = {one.path[0] for one in rows.columns} | {*rows.hidden}
    return {**{key: one for key, one in row.items() if key in keys}, **value}


def _read(found: Entered, one: Input, texts: Sequence[str], name: str) -> Any:  # noqa: ANN401
    if one.way is Way.MANY:
        return list(texts) or None
    text = texts[0].strip()
    if one.way is Way.JSON:
        return _json(found, text, name) if text else None
    return _READING.get(one.way, str)(text) or _FALSE.get(one.way, {}).get(text)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _count(text: str) -> int | str | None:
    """A number; what is none stays a text, so that the checks name it."""
    number = whole_number(identifier(text), most=_MOST)
    return text if number is None else number


def _limit(text: str) -> str:
    """A limit as files write it: 5个工作日 is 5wd; what is none stays, for the checks to name."""
    found = limit_of(text)
    return f"{found.count}{found.unit.value}" if found else identifier(text)


_READING: Mapping[Way, Callable[[str], Any]] = {
    Way.LINES: _lines,
    Way.YES: lambda text: text == "yes",
    Way.NUMBER: _count,
    Way.LIMIT: _limit,
    Way.DATE: identifier,
}
_FALSE: Mapping[Way, Document] = {Way.YES: {"no": False}, Way.NUMBER: {"0": 0}}
"""What counts as something, though Python takes it for nothing."""


def _json(found: Entered, text: str, name: str) -> Any:  # noqa: ANN401 - whatever it says
    try:
        json.loads(text)
        return parse_json(text.encode(), limit=MAX_ENTRY_BYTES, depth=_DEPTH, error=CatalogueError)
    except json.JSONDecodeError as exc:
        words = f"第 {exc.lineno} 行第 {exc.colno} 个字处不是 JSON：{_told(exc)}"
    except (CatalogueError, ValueError, RecursionError) as exc:
        words = f"不能读作 JSON：{str(exc)[:200]}"
    found.unread[name] = text
    found.fault(_place(name), words)
    return _UNREADABLE


def _told(error: json.JSONDecodeError) -> str:
    """What is wrong with a text that is no JSON, in words."""
    return next(
        (said for begins, said in _NO_JSON.items() if error.msg.startswith(begins)), "写法不对"
    )


def _set(whole: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Put a value at a path, or take it away; an object that is empty then goes, too."""
    *outer, last = path
    parent = value_at(whole, outer) if outer else whole
    if value is None:
        if isinstance(parent, dict):
            parent.pop(last, None)
            if outer and not parent:
                whole.pop(outer[0], None)
        return
    if not isinstance(parent, dict):
        parent = whole[outer[0]] = {}
    parent[last] = value


def _name_new(made: list[dict[str, Any]], rows: Rows) -> None:
    key, start = rows.id_key, rows.new_id
    used = {row.get(key) for row in made} | {row.get("group") for row in made}
    number = 1
    for row in made:
        if row.get(key) or row.get("group"):
            continue
        while f"{start}{number}" in used:
            number += 1
        row[key] = f"{start}{number}"
        used.add(row[key])


def _number(typed: Typed, name: str) -> int:
    return whole_number(identifier(str(typed.get(name, ""))), most=_MOST) or 0


def _place(name: str) -> str:
    """Where in the item a control stands: ``materials.0.@more`` is ``materials[0]``."""
    parts = [f"[{part}]" if part.isdigit() else f".{part}" for part in name.split(".")]
    return "".join(parts).removeprefix(".").removesuffix(".@more")


_NO_JSON = {
    "Expecting value": "这里缺一个值，或者文字没有加半角双引号",
    "Expecting property name": "这里应是加半角双引号的栏目名，也许多了一个逗号",
    "Expecting ',' delimiter": "这里少一个半角逗号，或者用了全角标点",
    "Expecting ':' delimiter": "这里少一个半角冒号，或者用了全角标点",
    "Extra data": "前面已经写完整，后面多出来了",
    "Unterminated string": "从这里起的双引号没有成对",
    "Invalid control character": "双引号里面不能换行",
    "Invalid \\": "反斜杠后面写错了",
}
"""Beginnings of what Python says, and what the page says."""


class _Unreadable:
    """Stands for a text that could not be read; its fault was noted."""


_UNREADABLE = _Unreadable()
