"""The difference between two releases in words, item by item, in Chinese or in English.

Source: docs/publishing.md, "What has changed".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from protocol.catalogue.changes.classes import WORDS, Class, class_of
from protocol.catalogue.changes.names import FIND, MADE
from protocol.catalogue.changes.naming import names_of
from protocol.catalogue.changes.places import Place, places
from protocol.catalogue.changes.planned import GONE, NEXT
from protocol.catalogue.changes.terms import Both, Language, in_language
from protocol.catalogue.changes.versions import VERSION
from protocol.catalogue.changes.words import Wording
from protocol.catalogue.documents import Document
from protocol.catalogue.items.names import DOCUMENT, MATERIAL, is_item

_SILENT = MADE | {FIND}  # nobody has written it
_MAX_FIELDS = 100  # of one item
Kind = Literal["added", "changed", "removed"]
_FOLLOWING = (
    "引用它的事项一并改变，草稿须重新核对",
    "items that use it change with it; forms that were begun have to be looked at again",
)
_OUTSIDE = ("不涉及填写内容", "it has nothing to do with what is filled in")
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


def differences(
    old: Mapping[str, bytes], new: Mapping[str, bytes], language: Language = "zh"
) -> tuple[Change, ...]:
    """What is different, items first, by code.

    Args:
        old, new: entries as they count on one day each; planned ones are passed over.
        language: of the words of each change. What an author wrote stays as it is.
    """
    keys = sorted(
        key
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key) and key not in _SILENT and not key.startswith(NEXT)
    )
    ordered = sorted(keys, key=lambda key: not is_item(key))
    library = {
        key.removeprefix(MATERIAL): _name(key, _read(entry), Wording())
        for key, entry in {**old, **new}.items()
        if key.startswith(MATERIAL) and keys
    }
    return tuple(_change(key, old.get(key), new.get(key), library, language) for key in ordered)


def _change(
    key: str,
    old: bytes | None,
    new: bytes | None,
    library: Mapping[str, str],
    language: Language,
) -> Change:
    before, after = _read(old), _read(new)
    names = {**library, **names_of(before), **names_of(after)}
    wording = Wording(language=language, names=names)
    name = _name(key, after if new else before, wording)
    if old is None or new is None:
        kind: Kind = "added" if old is None else "removed"
        drafts, reason = _of_whole(key, kind)
        return Change(
            item=key, name=name, kind=kind, drafts=drafts, reason=in_language(reason, language)
        )
    found = [place for place in places(before, after) if place.path != (VERSION,)]
    drafts, said = _judged(key, before, after, found, language)
    fields = tuple(_field(place, wording) for place in found[:_MAX_FIELDS])
    return Change(item=key, name=name, kind="changed", drafts=drafts, reason=said, fields=fields)


def _of_whole(key: str, kind: Kind) -> tuple[Class, Both]:
    if is_item(key) and kind == "removed":
        words = ("事项撤下后，旧草稿仍可办到期限", "forms that were begun go on until their day")
        return Class.OLD, words
    there = ("以前没有", "it was not there before")
    return Class.HARMLESS, there if kind == "added" else ("不再使用", "it is used no more")


def _judged(
    key: str,
    before: Document,
    after: Document,
    found: list[Place],
    language: Language,
) -> tuple[Class, str]:
    if is_item(key):
        judged = class_of(before, after, found)
        return judged.kind, in_language((judged.reason, judged.english), language)
    if key.startswith((MATERIAL, "@local.")):
        return Class.LOOK, in_language(_FOLLOWING, language)
    return Class.HARMLESS, in_language(_OUTSIDE, language)


def _field(place: Place, wording: Wording) -> FieldChange:
    old, new = wording.pair(place.old, place.new, place.path)
    return FieldChange(
        place=".".join(place.path), field=wording.place(place.shown), old=old, new=new
    )


def name_of(key: str, entry: bytes) -> str:
    """What people call an entry."""
    return _name(key, _read(entry), Wording())


def _name(key: str, raw: Document, wording: Wording) -> str:
    found = raw.get("name") if is_item(key) or key.startswith(MATERIAL) else None
    if key.startswith(DOCUMENT):
        found = raw.get("title")
    return found if isinstance(found, str) else wording.entry(key)


def _read(entry: bytes | None) -> dict[str, Any]:
    raw = json.loads(entry) if entry and entry != GONE else {}
    return raw if isinstance(raw, dict) else {"": raw}


def in_words(changes: tuple[Change, ...]) -> Iterator[str]:
    """All of it as lines: one for each change, and one for each of its fields, indented."""
    for change in changes:
        yield change.words
        yield from (f"    {line}" for line in change.lines)
