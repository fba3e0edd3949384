"""What became of each field between two schemas of a form, told by the fields' ids.

A field is the same as long as its id is; its title may change, its place too. A column of a table
is named ``household.member_id``. What publishing makes of a change, and what a desk does with a
draft that was begun under the old schema, is decided by whoever asks.

Source: docs/forms.md, "Changes".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from protocol.catalogue.documents import Schema

_KIND = ("type", "format", "field")
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")  # more of it lets less through
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")  # the other way round
_OTHER = ("pattern", "multipleOf", "const", "uniqueItems", "additionalProperties", "derived")


class FieldNews(StrEnum):
    """What became of a field."""

    KEPT = "kept"
    RENAMED = "renamed"  # another title or hint
    DROPPED = "dropped"
    NEW = "new"  # and may be left out
    NEW_REQUIRED = "new-required"
    NOW_REQUIRED = "now-required"
    NOW_OPTIONAL = "now-optional"
    KIND_CHANGED = "kind-changed"  # an old value has another meaning, or none
    NARROWER = "narrower"  # some value that fitted does not, or nobody can say
    WIDER = "wider"
    RULES = "rules"  # of the form as a whole: other conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One piece of news about one field; a field that changed in two ways has two."""

    field: str  # its id; a column behind its table: household.member_id; empty: the form
    news: FieldNews
    title: str  # as the newer schema calls it, or the last one that had it

    @property
    def breaks_drafts(self) -> bool:
        """Whether a form that was good before may not be so now."""
        return self.news in _BREAKING


_BREAKING = frozenset(
    {
        FieldNews.DROPPED,
        FieldNews.NEW_REQUIRED,
        FieldNews.NOW_REQUIRED,
        FieldNews.KIND_CHANGED,
        FieldNews.NARROWER,
        FieldNews.RULES,
    }
)


def compare_schemas(old: Schema, new: Schema) -> list[FieldChange]:
    """News of every field, in the order of the new form; dropped ones at the end.

    Nothing in either schema has to be right: what is none counts as empty.
    """
    found = list(_fields(old, new, ""))
    if old.get("rules", []) != new.get("rules", []):
        found.append(FieldChange(field="", news=FieldNews.RULES, title=str(new.get("title", ""))))
    return found


def _fields(old: Schema, new: Schema, lead: str) -> Iterator[FieldChange]:
    before, after = _properties(old), _properties(new)
    must_before, must_after = _required(old), _required(new)
    for key, schema in after.items():
        if key in before:
            musts = (key in must_before, key in must_after)
            yield from _same(before[key], schema, lead + key, musts)
        else:
            news = FieldNews.NEW_REQUIRED if key in must_after else FieldNews.NEW
            yield FieldChange(field=lead + key, news=news, title=_title(schema, key))
    for key, schema in before.items():
        if key not in after:
            news = FieldNews.DROPPED
            yield FieldChange(field=lead + key, news=news, title=_title(schema, key))


def _same(old: Schema, new: Schema, field: str, musts: tuple[bool, bool]) -> Iterator[FieldChange]:
    title = _title(new, field)
    news = list(_news(old, new, musts))
    for one in news or [FieldNews.KEPT]:
        yield FieldChange(field=field, news=one, title=title)
    if FieldNews.KIND_CHANGED not in news:
        yield from _fields(_row(old), _row(new), f"{field}.")


def _news(old: Schema, new: Schema, musts: tuple[bool, bool]) -> Iterator[FieldNews]:
    if any(old.get(key) != new.get(key) for key in ("title", "description")):
        yield FieldNews.RENAMED
    if musts == (False, True):
        yield FieldNews.NOW_REQUIRED
    if musts == (True, False):
        yield FieldNews.NOW_OPTIONAL
    if any(old.get(key) != new.get(key) for key in _KIND):
        yield FieldNews.KIND_CHANGED
        return
    lists = _simple_items(old), _simple_items(new)
    if any(lists[0].get(key) != lists[1].get(key) for key in _KIND):
        yield FieldNews.KIND_CHANGED
        return
    changes = {_bounds(old, new), _bounds(*lists)}
    if "narrower" in changes:
        yield FieldNews.NARROWER
    elif "wider" in changes:
        yield FieldNews.WIDER


def _bounds(old: Schema, new: Schema) -> str:
    """Whether some value that fitted no longer does; what nobody can compare counts as narrower."""
    changed = [key for key in (*_LEAST, *_MOST, *_OTHER) if old.get(key) != new.get(key)]
    if any(not _is_wider(key, old, new) for key in changed):
        return "narrower"
    choices = [_choices(old), _choices(new)]
    if choices[0] == choices[1]:
        return "wider" if changed else ""
    if new.get("enum") is None:
        return "wider"
    fits = old.get("enum") is not None and choices[0] <= choices[1]
    return "wider" if fits else "narrower"


def _is_wider(key: str, old: Schema, new: Schema) -> bool:
    before, after = old.get(key), new.get(key)
    if after is None:
        return True
    if isinstance(before, int | float) and isinstance(after, int | float):
        if key in _LEAST:
            return after <= before
        if key in _MOST:
            return after >= before
    return key == "additionalProperties" and after is True


def _choices(schema: Schema) -> set[str]:
    found = schema.get("enum")
    return set(map(repr, found)) if isinstance(found, list) else set()


def _simple_items(schema: Schema) -> Schema:
    """What each entry of a list is; a table's columns are compared one by one instead."""
    items = schema.get("items")
    return items if isinstance(items, Mapping) else {}


def _row(schema: Schema) -> Schema:
    """Where the fields below a field stand: a table's in its rows, an object's in itself."""
    return _simple_items(schema) or schema


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {key: one if isinstance(one, Mapping) else {} for key, one in found.items()}


def _required(schema: Schema) -> set[str]:
    found = schema.get("required")
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


def _title(schema: Schema, key: str) -> str:
    title = schema.get("title")
    return title if isinstance(title, str) and title else key.rpartition(".")[2]
