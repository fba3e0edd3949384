"""The changes between two versions of an edition, kept for the children that come next."""

import asyncio
from collections import OrderedDict

from protocol.trust.edition import Edition, Kind, changes

_KEPT = 64


class ChangesCache:
    """The newest of them, in memory."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[tuple[Kind, int, int], bytes] = OrderedDict()

    async def between(self, base: Edition | None, newest: Edition) -> bytes:
        """What brings a node from ``base`` to ``newest``; None: from nothing, so the whole."""
        key = (newest.head.kind, newest.version, base.version if base else 0)
        if key not in self._bodies:
            held = base.entries if base else {}
            # a second of work for a large catalogue: others are served meanwhile
            self._bodies[key] = await asyncio.to_thread(changes, held, newest.entries)
            while len(self._bodies) > _KEPT:
                self._bodies.popitem(last=False)
        return self._bodies[key]
