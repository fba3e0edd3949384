"""The version of each item: 1 when it is new, one more whenever its content changes.

Code and version together name one content for ever: an item that was withdrawn and comes back goes
on from where it was, which the entry ``@gone`` remembers.

Source: docs/catalogue.md, "Versions of an item".
"""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from protocol.catalogue.items import is_item

WITHDRAWN = "@gone"  # items that were withdrawn, with the last version of each
VERSION = "version"


def content_of(entry: bytes) -> dict[str, Any]:
    """An item without its version."""
    raw: dict[str, Any] = json.loads(entry)
    raw.pop(VERSION, None)
    return raw


def version_of(entry: bytes | None) -> int:
    """The version of an item; 0 without any."""
    found = json.loads(entry).get(VERSION, 0) if entry else 0
    return found if type(found) is int else 0


def withdrawn(entries: Mapping[str, bytes]) -> dict[str, int]:
    """The last version of each item that was withdrawn."""
    return dict(json.loads(entries.get(WITHDRAWN, b"{}")))


def with_versions(wanted: Mapping[str, bytes], *known: Mapping[str, bytes]) -> dict[str, bytes]:
    """``wanted`` with a version in each item.

    Args:
        known: the entries that are in force, and those that will be: what is as in one of them
            keeps its version.
    """
    gone = {code: version for one in known for code, version in withdrawn(one).items()}
    return {
        key: _versioned(key, entry, gone.get(key, 0), known) if is_item(key) else entry
        for key, entry in wanted.items()
    }


def _versioned(code: str, entry: bytes, gone: int, known: tuple[Mapping[str, bytes], ...]) -> bytes:
    content, before = content_of(entry), [one[code] for one in known if code in one]
    for held in before:
        if content_of(held) == content:
            return held
    content[VERSION] = max([gone, *map(version_of, before)]) + 1
    return minified(content)


def gone_entry(
    before: Mapping[str, bytes], after: AbstractSet[str], known: Mapping[str, int]
) -> dict[str, bytes]:
    """The entry that remembers withdrawn items, or none.

    Args:
        before: entries of which some may be missing ``after`` publishing.
        known: those that were withdrawn earlier.
    """
    found = {code: version for code, version in known.items() if code not in after}
    for code, entry in before.items():
        if is_item(code) and code not in after:
            found[code] = max(version_of(entry), known.get(code, 0))
    return {WITHDRAWN: minified(found)} if found else {}


def minified(value: object) -> bytes:
    """JSON as it stands in a release."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
