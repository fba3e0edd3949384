"""What items are called today, for pages of other rooms that know them by their codes."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping

from protocol.catalogue.items.names import is_item
from protocol.trust.edition import Edition

Counting = Callable[[], Awaitable[Edition | None]]


async def item_names(counting: Counting, codes: Collection[str]) -> Mapping[str, str]:
    """Names by code; an item that the release does not have keeps its code.

    Args:
        counting: the release that counts today.
    """
    release = await counting()
    entries = release.entries if release else {}
    return {
        code: json.loads(entries[code])["name"] if is_item(code) and code in entries else code
        for code in codes
    }
