"""The posts that flows name, for whoever sees to it that somebody is in each.

Source: docs/catalogue.md, "Flows"; docs/operations.md, "Departments and posts".
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from central.county.catalogue.service import Catalogue
from central.county.departments.ports import Named
from protocol.catalogue.items.kinds import NodeKind
from protocol.catalogue.items.names import is_item

_OTHER_TIERS = ("村", "乡", "镇", "街道", "社区")  # whose posts are filled there
_ELSEWHERE = frozenset({NodeKind.PUBLICITY, NodeKind.ASSESSMENT, NodeKind.DELIVERY})


class NamedPosts:
    """The posts of the catalogue that counts today; read once for each release and day."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: tuple[object, Sequence[Named]] = (None, ())

    async def __call__(self) -> Sequence[Named]:
        """All of them; none before the first release."""
        release = await self._catalogue.counting()
        if release is None:
            return ()
        key = release.head.digest, self._catalogue.today()
        if self._known[0] != key:
            self._known = key, await asyncio.to_thread(named_by, release.entries)
        return self._known[1]


def named_by(entries: Mapping[str, bytes]) -> list[Named]:
    """The posts at which somebody of the county handles a case, by the entries of a release.

    Posts of villages and townships, and of whoever posts notices, examines or delivers, are filled
    elsewhere.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for code in filter(is_item, entries):
        item: dict[str, Any] = json.loads(entries[code])
        for node in item.get("flow") or ():
            post = node.get("post") or ""
            if post and node.get("kind") not in _ELSEWHERE and not post.startswith(_OTHER_TIERS):
                found.setdefault((item.get("department") or "", post), {})[code] = None
    return [
        Named(department=department, post=post, items=tuple(items))
        for (department, post), items in sorted(found.items())
    ]
