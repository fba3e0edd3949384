"""How to come with exactly so much of what a catalogue bounds."""

from collections.abc import Callable
from typing import Any

from protocol.catalogue.items.entries import catalogue_entries
from tests.protocol.catalogue.items.catalogues import file_of, make_item

_MARKET = {"cal": "lunar", "tail": [1]}
_QUESTION = {"ask": "是吗？", "refuse_if": True, "say": "不能"}
_FIELDS = {f"f{n}": {"type": "string", "maxLength": 5} for n in range(50)}


def _item(**changed: Any) -> object:
    return catalogue_entries(file_of(make_item(**changed)))


def _paper(**changed: Any) -> object:
    return _item(materials=[{"id": "a", "name": "甲", **changed}])


def _library(**changed: Any) -> object:
    return catalogue_entries(file_of(materials={"a": {"name": "甲", **changed}}))


def _numbered(n: int, **more: object) -> list[dict[str, object]]:
    return [{"id": f"n{at}", **more} for at in range(n)]


def _published(n: int) -> object:
    schema = {"type": "object", "properties": _FIELDS}
    publicity = {"window": "7d", "fields": [f"f{at}" for at in range(n)]}
    return _item(schema=schema, publicity=publicity)


UPPER: dict[str, Callable[[int], object]] = {
    "protocol.catalogue.items.entries._MAX_RULES": lambda n: catalogue_entries(
        file_of(market_days={"451423103": [_MARKET] * n})
    ),
    "protocol.catalogue.items.bounds.MAX_CODE_CHARS": lambda n: _item(id="a" * n),
    "protocol.catalogue.items.bounds.MAX_NAME_CHARS": lambda n: _item(name="长" * n),
    "protocol.catalogue.items.bounds.MAX_LINE_CHARS": lambda n: _item(contact="电" * n),
    "protocol.catalogue.items.bounds.MAX_TEXT_CHARS": lambda n: _item(conditions=["长" * n]),
    "protocol.catalogue.items.bounds.MAX_ALIASES": lambda n: _item(aliases=["低保"] * n),
    "protocol.catalogue.items.bounds.MAX_CONDITIONS": lambda n: _item(conditions=["满足"] * n),
    "protocol.catalogue.items.bounds.MAX_QUESTIONS": lambda n: _item(
        questions=_numbered(n, **_QUESTION)
    ),
    "protocol.catalogue.items.bounds.MAX_BASES": lambda n: _item(legal_basis=[{"law": "法"}] * n),
    "protocol.catalogue.items.bounds.MAX_PAPERS": lambda n: _item(
        materials=_numbered(n, name="证明")
    ),
    "protocol.catalogue.items.bounds.MAX_MEMBERS": lambda n: _item(
        materials=[{"group": "g", "name": "任选", "one_of": _numbered(n, name="证明")}]
    ),
    "protocol.catalogue.items.bounds.MAX_NODES": lambda n: _item(
        flow=_numbered(n, kind="review", name="审核")
    ),
    "protocol.catalogue.items.bounds.MAX_SPECIAL": lambda n: _item(
        special=[{"name": "鉴定", "limit": "5wd"}] * n
    ),
    "protocol.catalogue.items.bounds.MAX_ANSWERS": lambda n: _item(
        faq=[{"question": "问", "answer": "答"}] * n
    ),
    "protocol.catalogue.items.bounds.MAX_EXAMPLES": lambda n: _item(
        examples=[{"name": "不全", "form": {}, "fits": False}] * n
    ),
    "protocol.catalogue.items.bounds.MAX_PUBLIC_FIELDS": _published,
    "protocol.catalogue.items.bounds.MAX_PAGES": lambda n: _library(pages=["页"] * n),
    "protocol.catalogue.items.bounds.MAX_FAULTS": lambda n: _library(
        faults=[{"code": f"n{at}", "say": "不清"} for at in range(n)]
    ),
    "protocol.catalogue.items.bounds.MAX_COPIES": lambda n: _paper(copies=n),
    "protocol.catalogue.items.bounds.MAX_LIBRARY": lambda n: catalogue_entries(
        file_of(materials={f"m{at}": {"name": "证明"} for at in range(n)})
    ),
    "protocol.catalogue.items.bounds.MAX_LOCAL": lambda n: catalogue_entries(
        file_of(local={f"{451423000000 + at}": {"place": "大厅"} for at in range(n)})
    ),
}

LOWER: dict[str, Callable[[int], object]] = {
    "protocol.catalogue.items.bounds.MIN_QUESTIONS": lambda n: _item(
        questions=_numbered(n, **_QUESTION)
    ),
    "protocol.catalogue.items.bounds.MIN_MEMBERS": lambda n: _item(
        materials=[{"group": "g", "name": "任选", "one_of": _numbered(n, name="证明")}]
    ),
}
