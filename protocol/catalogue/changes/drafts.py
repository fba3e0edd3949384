"""Until when begun forms go on in the old version, as it stands in a release.

Source: docs/publishing.md, "What becomes of drafts".
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from protocol.catalogue.changes.classes import DRAFTS_DAYS, Class
from protocol.catalogue.changes.difference import Change
from protocol.catalogue.changes.names import DRAFTS
from protocol.catalogue.changes.versions import minified, version_of
from protocol.catalogue.items.names import is_item


def drafts_entry(
    changes: Iterable[Change],
    base: Mapping[str, bytes],
    wanted: Mapping[str, bytes],
    *,
    begins: date,
    today: date,
) -> dict[str, bytes]:
    """The entry that says so, or none: ``{item: {"version": the old one, "until": its last day}}``.

    What an earlier release said holds until its day.

    Args:
        begins: from when on the new versions count.
    """
    found = {code: one for code, one in drafts_of(base).items() if one["until"] >= str(today)}
    usual = (begins + timedelta(days=DRAFTS_DAYS)).isoformat()
    for change in changes:
        if is_item(change.item) and change.drafts is Class.OLD and change.item in base:
            until = _named(wanted.get(change.item)) or usual
            found[change.item] = {"until": until, "version": version_of(base[change.item])}
    return {DRAFTS: minified(found)} if found else {}


def drafts_of(entries: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """What a release says about old drafts, by item."""
    found: dict[str, dict[str, Any]] = json.loads(entries.get(DRAFTS, b"{}"))
    return found


def _named(entry: bytes | None) -> str:
    """The last day that an item names itself; empty: none."""
    return str(json.loads(entry).get("drafts_until") or "") if entry else ""
