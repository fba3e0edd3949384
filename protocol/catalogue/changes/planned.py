"""Entries that count from a later day on: both versions travel, and trusted time chooses.

An entry that is to replace ``KEY`` from a day on stands in the release as ``@next.DAY.KEY``; the
entry under ``KEY`` counts until then. Its bytes are those that will be in force, or ``null`` where
the key is dropped. The next publishing after that day puts it in the place of the old one.

Source: docs/catalogue.md, "From a later day on"; docs/adr/0048-entries-of-a-later-day.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

NEXT = "@next."
GONE = b"null"  # in place of an entry: the key is dropped on that day
_DAY_CHARS = len("2027-01-01")
KEY_AT = len(NEXT) + _DAY_CHARS + 1  # where the key begins in such a name
NEVER = ""  # the day of a release from which nothing planned counts yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One entry that is to count from a day on."""

    day: str  # ISO 8601
    key: str  # whose place it takes
    entry: bytes  # GONE: the key is dropped

    @property
    def name(self) -> str:
        """Its key in the release."""
        return planned_name(self.day, self.key)


def planned_name(day: str, key: str) -> str:
    """Under which name an entry stands that counts for ``key`` from a day on."""
    return f"{NEXT}{day}.{key}"


def key_of(name: str) -> str:
    """Whose place an entry takes that stands under ``name``: its own, if it is not planned."""
    return name[KEY_AT:] if name.startswith(NEXT) else name


def planned(entries: Iterable[str], of: Mapping[str, bytes]) -> Iterator[Planned]:
    """The planned ones among ``entries``, which are keys of ``of``, by day."""
    for name in sorted(entries):
        if name.startswith(NEXT):
            day, key = name[len(NEXT) : KEY_AT - 1], name[KEY_AT:]
            yield Planned(day=day, key=key, entry=of[name])


def all_planned(entries: Mapping[str, bytes]) -> list[Planned]:
    """Every planned entry of a release, by day."""
    return list(planned(entries, entries))


def since(names: Iterable[str], today: date | None) -> str:
    """The latest day of the planned entries that has come; :data:`NEVER`: none has.

    An application names it beside its release: both together say what it was filled in under.

    Args:
        names: keys of the release.
        today: by trusted time; None: that is not known, and nothing planned counts.
    """
    if today is None:
        return NEVER
    days = {name[len(NEXT) : KEY_AT - 1] for name in names if name.startswith(NEXT)}
    return max((day for day in days if day <= today.isoformat()), default=NEVER)


def in_force(entries: Mapping[str, bytes], day: str) -> dict[str, bytes]:
    """A release as it counts on a day: no planned entries, those up to ``day`` in their places.

    Args:
        day: as :func:`since` gives it, or any day in ISO 8601.
    """
    found = {key: entry for key, entry in entries.items() if not key.startswith(NEXT)}
    for one in all_planned(entries):
        if one.day > day:
            break
        if one.entry == GONE:
            found.pop(one.key, None)
        else:
            found[one.key] = one.entry
    return found
