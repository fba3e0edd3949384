"""A long list of changes by department, so that a page of it stays short: each group is folded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.county.catalogue.pages.values import parsed, text
from protocol.catalogue.changes.difference import Change
from protocol.catalogue.items.names import is_item

FEW = 20  # changes that are shown whole, one below the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The changes of one department's items."""

    department: str  # empty: of items without one, or of what is no item
    of_items: bool
    changes: Sequence[Change]

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many of each kind."""
        return Counter(one.kind for one in self.changes)


def grouped(changes: Sequence[Change], *releases: Mapping[str, bytes]) -> list[Group]:
    """The changes by department, the largest group first; empty if they are few.

    Args:
        releases: entries that say which department an item is of, the newest first.
    """
    if len(changes) <= FEW:
        return []
    found: dict[tuple[bool, str], list[Change]] = {}
    for one in changes:
        found.setdefault((is_item(one.item), _department(one.item, releases)), []).append(one)
    ordered = sorted(found.items(), key=lambda each: (not each[0][0], -len(each[1]), each[0][1]))
    return [
        Group(department=name, of_items=of_items, changes=each)
        for (of_items, name), each in ordered
    ]


def _department(key: str, releases: Sequence[Mapping[str, bytes]]) -> str:
    entry = next((entries[key] for entries in releases if key in entries), None)
    return text(parsed(entry), "department") if is_item(key) else ""
