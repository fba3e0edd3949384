"""A login belongs to the user of this PC whose browser used it first.

Browsers send a cookie to every port of 127.0.0.1, so another user's server may learn it. What that
user can't have is a connection of the clerk's: the system says whose each one is.

Source: docs/security.md, "The desk".
"""

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

from aiohttp import web

from protocol.errors import LoginNeededError
from runtime.line.owners import Address, owner_of
from runtime.web.logins import Reader
from station_agent.desk.clerks.logins import DeskReader

log = logging.getLogger(__name__)

Tell = Callable[[Address, Address], str | None]


class OwnBrowser:
    """Lets requests in that come from the login's own user; each connection is looked up once."""

    def __init__(self, tell: Tell = owner_of) -> None:
        self._tell = tell
        self._known: WeakKeyDictionary[asyncio.BaseTransport, str] = WeakKeyDictionary()

    async def __call__(self, request: web.Request, reader: Reader) -> None:
        """The first request of a login, which follows at once, says whose it is.

        Raises:
            LoginNeededError: another user's program has the cookie.
        """
        if not isinstance(reader, DeskReader):
            raise LoginNeededError
        owner = await self._owner(request.transport)
        if not reader.owner:
            reader.owner = owner
        if owner != reader.owner:
            log.warning("a login was used by another user", extra={"event": "desk.stolen-cookie"})
            raise LoginNeededError

    async def _owner(self, transport: asyncio.BaseTransport | None) -> str:
        if transport is None:
            raise LoginNeededError  # whoever asked has gone
        if transport not in self._known:
            peer, own = (transport.get_extra_info(name) for name in ("peername", "sockname"))
            owner = await asyncio.to_thread(self._tell, peer[:2], own[:2])
            if owner is None:
                raise LoginNeededError
            self._known[transport] = owner
        return self._known[transport]
