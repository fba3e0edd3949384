"""Those who came while all exchanges were taken, and whose turn is near.

Whoever is sent away comes back with another TLS handshake, which costs as much as a sixth of the
exchange. So who can be let in within a few seconds waits on the connection that is open already;
the others are sent away (central.relay.limits.turns).

Source: docs/protocol.md section 8.6.
"""

import asyncio
from collections import deque

from central.relay.limits.turns import RetryTimes
from protocol.errors import BusyError

WAIT_S = 10.0  # a child takes a path on which nothing comes for 20 s as half duplex


class WaitingRoom:
    """Lets in by turns, in the order of arrival."""

    def __init__(self, times: RetryTimes, *, most: int, wait_s: float = WAIT_S) -> None:
        """At most ``most`` wait at once."""
        self._times, self._most, self._wait_s = times, most, wait_s
        self._line: deque[asyncio.Future[None]] = deque()
        self._called = 0  # places that are given to somebody who has not taken them yet

    def has_turn(self, free: int) -> bool:
        """Whether a newcomer may go in at once while ``free`` places are free."""
        return not self._line and self._called < free

    async def wait(self) -> None:
        """Return when the caller's turn has come.

        Raises:
            BusyError: it would not come soon, or has not come.
        """
        ahead = len(self._line)
        if ahead >= min(self._most, self._times.rate() * self._wait_s):
            raise BusyError(f"{ahead} are waiting")
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await asyncio.wait({turn}, timeout=self._wait_s)
        finally:
            if turn.done():
                self._called -= 1
            else:
                self._line.remove(turn)
        if not turn.done():
            raise BusyError("nobody has ended")

    def call(self, free: int) -> None:
        """There are ``free`` places now: those who came first take them."""
        while self._line and self._called < free:
            self._called += 1
            self._line.popleft().set_result(None)
