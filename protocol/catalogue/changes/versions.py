"""The version of each item and template: 1 when new, one more whenever its content changes.

Code and version together name one content for ever. The entry ``@gone`` remembers the versions of
which nothing is left: of an item that was withdrawn, or planned and taken back.

Source: docs/catalogue.md, "Versions of an item".
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from protocol.catalogue.changes.names import WITHDRAWN
from protocol.catalogue.changes.planned import GONE, key_of
from protocol.catalogue.forms.reading import canonical_json
from protocol.catalogue.items.names import is_versioned

VERSION = "version"


def content_of(entry: bytes) -> dict[str, Any]:
    """An item without its version."""
    raw: dict[str, Any] = msgspec.json.decode(entry)
    raw.pop(VERSION, None)
    return raw


def version_of(entry: bytes | None) -> int:
    """The version of an item; 0 without any."""
    found = msgspec.json.decode(entry).get(VERSION, 0) if entry else 0
    return found if type(found) is int else 0


def withdrawn(entries: Mapping[str, bytes]) -> dict[str, int]:
    """The last version of each item of which that one is no more."""
    return dict(msgspec.json.decode(entries.get(WITHDRAWN, b"{}")))


def with_versions(
    wanted: Mapping[str, bytes], base: Mapping[str, bytes], *counting: Mapping[str, bytes]
) -> dict[str, bytes]:
    """``wanted`` with a version in each item and template.

    Args:
        base: the release before.
        counting: its entries that are in force, and those that will be: what is as in one of
            them keeps its version.
    """
    last = highest(base)
    return {
        key: _versioned(key, entry, last.get(key, 0), counting) if is_versioned(key) else entry
        for key, entry in wanted.items()
    }


def _versioned(
    code: str, entry: bytes, last: int, counting: tuple[Mapping[str, bytes], ...]
) -> bytes:
    content = content_of(entry)
    plain = msgspec.json.encode(content)
    for known in {one[code] for one in counting if code in one}:
        before = content_of(known)
        if msgspec.json.encode(before) == plain or minified(before) == minified(content):
            return known  # the same; the order of fields counts, of other keys it does not
    content[VERSION] = last + 1
    return minified(content)


def highest(entries: Mapping[str, bytes]) -> dict[str, int]:
    """The highest version of each item in a release, planned and withdrawn ones too."""
    found = withdrawn(entries)
    for name, entry in entries.items():
        code = key_of(name)
        if is_versioned(code) and entry != GONE:
            found[code] = max(version_of(entry), found.get(code, 0))
    return found


def gone_entry(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    """The entry that remembers versions of which nothing is left, or none."""
    left = highest(after)
    gone = {code: one for code, one in highest(before).items() if one > left.get(code, 0)}
    return {WITHDRAWN: minified(gone)} if gone else {}


def minified(value: object) -> bytes:
    """JSON as it stands in a release: fields of a form in their order, everything else sorted."""
    return canonical_json(value)
