"""From the release in force and a wanted catalogue to the next release, now or from a day on.

Source: docs/catalogue.md, "From a later day on".
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from protocol.catalogue.changes.names import DRAFTS, FIND, MADE, REVIEW
from protocol.catalogue.changes.planned import GONE, NEVER, Planned, all_planned, in_force
from protocol.catalogue.changes.versions import (
    content_of,
    gone_entry,
    with_versions,
)
from protocol.catalogue.items.names import (
    ABOUT,
    CALENDAR,
    DOCUMENT,
    LOCAL,
    MARKETS,
    MATERIAL,
    is_item,
)
from protocol.errors.publishing import DraftConflictError

_AT_ONCE = frozenset((CALENDAR, FIND))  # what they say has its days in itself


def goal_of(entries: Mapping[str, bytes]) -> dict[str, bytes]:
    """What was wanted: the last version of each entry, without what publishing made of it.

    An item with a last day of its own is still wanted; one whose withdrawal is planned is not.
    """
    found = {key: entry for key, entry in in_force(entries, NEVER).items() if key not in MADE}
    for one in all_planned(entries):
        if one.entry != GONE:
            found[one.key] = one.entry
        elif one.key in found and _end_of(one.key, found[one.key]) != one.day:
            del found[one.key]
    return found


def versioned(
    wanted: Mapping[str, bytes], base: Mapping[str, bytes], today: date
) -> dict[str, bytes]:
    """``wanted``, each item with its version, on top of the release ``base``."""
    return with_versions(wanted, base, in_force(base, today.isoformat()), goal_of(base))


def next_entries(
    base: Mapping[str, bytes],
    wanted: Mapping[str, bytes],
    *,
    today: date,
    start: date | None = None,
    clears: bool = False,
) -> dict[str, bytes]:
    """The entries of the next release.

    What was planned up to today takes its place. What is planned for later stays as it is, unless
    ``wanted`` says something else of the same key: that is refused.

    Args:
        base: entries of the newest release; empty before the first.
        wanted: the whole catalogue as it shall be, with versions.
        start: from which day on what is different counts; None, or no later than today: at once.
        clears: what is planned for later is taken back, whatever it is.

    Raises:
        DraftConflictError: something else is planned for the same entry.
    """
    day = today.isoformat()
    present = {key: one for key, one in in_force(base, day).items() if key not in MADE}
    plans = _by_key([one for one in all_planned(base) if one.day > day and not clears])
    found, later = dict[str, bytes](), list[Planned]()
    goal = {} if clears else goal_of(base)
    for key in sorted(present.keys() | wanted.keys() | plans.keys()):
        now, plan, then = present.get(key), plans.get(key, []), wanted.get(key)
        if then == now and clears:
            later += _placed(key, now, then, day, None)[1]  # an end of its own stays
        elif then == now or (key in plans and then == goal.get(key)):
            later += plan
        else:
            _require_free(key, plan)
            now, plan = _placed(key, now, then, day, start)
            later += plan
        if now is not None:
            found[key] = now
    for one in later:
        found[one.name] = one.entry
    return found | gone_entry(base, found)


def _placed(
    key: str, now: bytes | None, then: bytes | None, today: str, start: date | None
) -> tuple[bytes | None, list[Planned]]:
    """What stands under a key from now on, and what is planned for it."""
    begins = start.isoformat() if start and key not in _AT_ONCE else today
    first, last = _days_of(key, then)
    begins = max(begins, first)
    if last and last < max(today, begins):  # over before it counts
        then, last = None, ""
    planned = list[Planned]()
    if begins <= today:
        now = then
    elif now is not None or then is not None:
        planned.append(Planned(day=begins, key=key, entry=GONE if then is None else then))
    if last:
        planned.append(Planned(day=_end_of(key, then), key=key, entry=GONE))
    return now, planned


def _end_of(key: str, entry: bytes | None) -> str:
    """The first day on which an item counts no more by its own words; empty: there is none."""
    _, last = _days_of(key, entry)
    return (date.fromisoformat(last) + timedelta(days=1)).isoformat() if last else ""


def _days_of(key: str, entry: bytes | None) -> tuple[str, str]:
    """First and last day that an item names itself; empty: none."""
    if entry is None or not is_item(key):
        return "", ""
    raw = json.loads(entry)
    return str(raw.get("from") or ""), str(raw.get("until") or "")


def _require_free(key: str, plan: list[Planned]) -> None:
    """Raise DraftConflictError unless all that is planned is the end that the item has."""
    if others := [one for one in plan if one.entry != GONE]:
        raise DraftConflictError(f"{key} 已定于 {others[0].day} 起改用另一版")


def _by_key(plans: list[Planned]) -> dict[str, list[Planned]]:
    found: dict[str, list[Planned]] = {}
    for one in plans:
        found.setdefault(one.key, []).append(one)
    return found


def file_of(entries: Mapping[str, bytes]) -> dict[str, Any]:
    """A release as a catalogue file, from which the same release can be made again.

    What is planned stands in it as it will be.
    """
    goal = goal_of(entries)
    file: dict[str, Any] = json.loads(goal.get(ABOUT, b"{}"))
    starts = {"materials": MATERIAL, "local": LOCAL, "documents": DOCUMENT}
    parts: dict[str, dict[str, Any]] = {name: {} for name in starts}
    for key, entry in goal.items():
        for name, start in starts.items():
            if key.startswith(start):
                read = content_of if name == "documents" else json.loads
                parts[name][key.removeprefix(start)] = read(entry)
    file |= {name: part for name, part in parts.items() if part}
    for name, key in (("calendar", CALENDAR), ("market_days", MARKETS)):
        if key in goal:
            file[name] = json.loads(goal[key])
    items = [content_of(goal[key]) for key in sorted(goal) if is_item(key)]
    return {**file, "items": items}


def same_content(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    """Whether two releases say the same, whoever wrote and approved them."""
    keys = one.keys() | other.keys()
    return all(one.get(key) == other.get(key) for key in keys if key not in (REVIEW, DRAFTS))
