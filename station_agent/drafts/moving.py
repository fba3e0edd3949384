"""What becomes of texts when their form is asked by another version of its item.

By the id of each field, never by its title or place: what both versions ask is kept as it was
typed; what is asked no more, or is a choice that is offered no more, is dropped, and stays in the
draft.

Source: docs/operations.md, "Drafts".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.kinds import type_of
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import fields, items, required

_ROW = re.compile(r"\.([0-9]+)\.")
_ANY_ROW = ".*."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed into one field."""

    name: str  # people.1.name
    title: str  # 成员 2 姓名
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field that only the other version asks."""

    title: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Texts by the names of their fields, and how people read what becomes of them."""

    texts: Mapping[str, str] = field(repr=False)  # those that are kept
    kept: Sequence[Said]  # the same, without empty ones
    dropped: Sequence[Said]
    new: Sequence[Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that says something else than before."""

    name: str  # people.1.name
    title: str
    before: str = field(repr=False)
    now: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """A field into which something is typed."""

    titles: tuple[str, ...]
    choices: frozenset[str]  # empty: anything
    required: bool

    def said(self, name: str, text: str) -> Said:
        rows = [f" {int(row) + 1} " for row in _ROW.findall(name)]
        return Said(name=name, title=(rows[0] if rows else " ").join(self.titles), text=text)


def moved(old: FormSchema, new: FormSchema, texts: Mapping[str, str]) -> Moved:
    """What becomes of ``texts``, typed into a form of ``old``, in one of ``new``."""
    before, after = dict(_leaves(old.document)), dict(_leaves(new.document))
    kept = {name: text for name, text in texts.items() if _fits(after.get(_pattern(name)), text)}
    return Moved(
        texts=kept,
        kept=[_said(after, name, text) for name, text in kept.items() if text],
        dropped=[
            _said(before, name, text) for name, text in texts.items() if text and name not in kept
        ],
        new=[
            Asked(title=" ".join(leaf.titles), required=leaf.required)
            for name, leaf in after.items()
            if name not in before
        ],
    )


def changes(
    schema: FormSchema, before: Mapping[str, str], now: Mapping[str, str]
) -> Sequence[Change]:
    """Every field that says something else now, in the order of the form."""
    leaves = dict(_leaves(schema.document))
    order = {name: at for at, name in enumerate(leaves)}
    names = [
        name
        for name in dict.fromkeys([*now, *before])
        if before.get(name, "").strip() != now.get(name, "").strip()
    ]
    return [
        Change(
            name=name,
            title=_said(leaves, name, "").title,
            before=before.get(name, ""),
            now=now.get(name, ""),
        )
        for name in sorted(names, key=lambda name: order.get(_pattern(name), len(order)))
    ]


def _fits(leaf: _Leaf | None, text: str) -> bool:
    return leaf is not None and (not leaf.choices or not text or text in leaf.choices)


def _said(leaves: Mapping[str, _Leaf], name: str, text: str) -> Said:
    leaf = leaves.get(_pattern(name))
    return leaf.said(name, text) if leaf else Said(name=name, title=name, text=text)


def _pattern(name: str) -> str:
    return _ROW.sub(_ANY_ROW, name)


def _leaves(
    schema: Schema, lead: str = "", titles: tuple[str, ...] = ()
) -> Iterator[tuple[str, _Leaf]]:
    must = required(schema)
    for key, one in fields(schema).items():
        called = (*titles, str(one.get("title") or key))
        if type_of(one) == "object":
            yield from _leaves(one, f"{lead}{key}.", called)
        elif type_of(one) == "array" and type_of(items(one)) == "object":
            yield from _leaves(items(one), f"{lead}{key}{_ANY_ROW}", called)
        else:
            leaf = _Leaf(titles=called, choices=_choices(one), required=key in must)
            yield f"{lead}{key}", leaf


def _choices(schema: Schema) -> frozenset[str]:
    found = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()
