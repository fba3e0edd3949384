"""The difference between two releases in Chinese words, item by item.

Source: docs/publishing.md, "What has changed".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from protocol.catalogue.changes.classes import WORDS, Class, class_of
from protocol.catalogue.changes.names import FIND, MADE
from protocol.catalogue.changes.places import Place, places
from protocol.catalogue.changes.planned import GONE, NEXT
from protocol.catalogue.changes.versions import VERSION
from protocol.catalogue.changes.words import entry_words, place_words, value_words
from protocol.catalogue.items.names import is_item

_SILENT = MADE | {FIND}  # nobody has written it
_MAX_FIELDS = 100  # of one item
Kind = Literal["added", "changed", "removed"]
_KINDS: Mapping[str, str] = {"added": "新增", "changed": "修改", "removed": "撤下"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One place in an item."""

    place: str  # schema.properties.phone.title
    field: str  # in words
    old: str  # empty: nothing stood there
    new: str  # empty: nothing stands there now


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the catalogue that is not as it was."""

    item: str  # its code; of something else than an item, the key of the entry
    name: str
    kind: Kind
    drafts: Class  # what becomes of forms that were begun
    reason: str  # of that, in words
    fields: tuple[FieldChange, ...] = ()  # at most a hundred

    @property
    def words(self) -> str:
        """One line."""
        return f"{_KINDS[self.kind]} {self.item} {self.name}：{WORDS[self.drafts]}（{self.reason}）"

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each field: the old and the new."""
        return tuple(
            f"{one.field}：{one.old or '（无）'} → {one.new or '（无）'}" for one in self.fields
        )


def differences(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[Change, ...]:
    """What is different, items first, by code.

    Args:
        old, new: entries as they count on one day each; planned ones are passed over.
    """
    keys = sorted(
        key
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key) and key not in _SILENT and not key.startswith(NEXT)
    )
    ordered = sorted(keys, key=lambda key: not is_item(key))
    return tuple(_change(key, old.get(key), new.get(key)) for key in ordered)


def _change(key: str, old: bytes | None, new: bytes | None) -> Change:
    before, after = _read(old), _read(new)
    name = _name(key, after if new else before)
    if old is None or new is None:
        kind: Kind = "added" if old is None else "removed"
        drafts, reason = _of_whole(key, kind)
        return Change(item=key, name=name, kind=kind, drafts=drafts, reason=reason)
    found = [place for place in places(before, after) if place.path != (VERSION,)]
    drafts, reason = _judged(key, before, after, found)
    fields = tuple(_field(place) for place in found[:_MAX_FIELDS])
    return Change(item=key, name=name, kind="changed", drafts=drafts, reason=reason, fields=fields)


def _of_whole(key: str, kind: Kind) -> tuple[Class, str]:
    if is_item(key) and kind == "removed":
        return Class.OLD, "事项撤下后，旧草稿仍可办到期限"
    return Class.HARMLESS, "以前没有" if kind == "added" else "不再使用"


def _judged(
    key: str, before: Mapping[str, Any], after: Mapping[str, Any], found: list[Place]
) -> tuple[Class, str]:
    if is_item(key):
        judged = class_of(before, after, found)
        return judged.kind, judged.reason
    if key.startswith(("@m.", "@local.")):
        return Class.LOOK, "引用它的事项一并改变，草稿须重新核对"
    return Class.HARMLESS, "不涉及填写内容"


def _field(place: Place) -> FieldChange:
    return FieldChange(
        place=".".join(place.path),
        field=place_words(place.shown),
        old=value_words(place.old),
        new=value_words(place.new),
    )


def name_of(key: str, entry: bytes) -> str:
    """What people call an entry."""
    return _name(key, _read(entry))


def _name(key: str, raw: Mapping[str, Any]) -> str:
    found = raw.get("name") if is_item(key) or key.startswith("@m.") else None
    return found if isinstance(found, str) else entry_words(key)


def _read(entry: bytes | None) -> dict[str, Any]:
    raw = json.loads(entry) if entry and entry != GONE else {}
    return raw if isinstance(raw, dict) else {"": raw}


def in_words(changes: tuple[Change, ...]) -> Iterator[str]:
    """All of it as lines: one for each change, and one for each of its fields, indented."""
    for change in changes:
        yield change.words
        yield from (f"    {line}" for line in change.lines)
