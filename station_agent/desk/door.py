"""Where the desk is, and the one-time token by which its first clerk is made.

Source: docs/security.md, "The desk".
"""

import hashlib
import hmac
from collections.abc import Callable

from protocol.errors import YizhanError
from protocol.errors.desk import DeskClosedError, DeskError, DeskTokenError
from protocol.ports import Clock, Randomness
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.desk.calls import DESK, DeskShown

HOST = "127.0.0.1"
TOKEN_S = 900.0  # a link waits so long for whoever opens it
_TOKEN_BYTES = 16


class DeskDoor:
    """Known from the start of a process; the pages behind it are opened later, or not at all."""

    def __init__(
        self, *, clock: Clock, randomness: Randomness, has_clerks: Callable[[], bool]
    ) -> None:
        self._clock, self._randomness, self._has_clerks = clock, randomness, has_clerks
        self._token: tuple[bytes, float] | None = None  # its hash, and when it was made: ticks
        self.url = ""  # empty: not open
        self.trouble: DeskError | None = None  # why not

    def opened(self, url: str) -> None:
        """The desk is open at this URL."""
        self.url = url

    def failed(self, error: YizhanError) -> None:
        """It could not be opened: whoever asks is told why, if that is for a person."""
        self.trouble = error if isinstance(error, DeskError) else None

    async def desk(self, _: Actor, __: Nothing, ___: Report = silent) -> DeskShown:
        """Where it is; a link for the first clerk while there is none.

        Raises:
            DeskClosedError, DeskPortError: it is not open.
        """
        if not self.url:
            raise type(self.trouble)(self.trouble.detail) if self.trouble else DeskClosedError
        first = None if self._has_clerks() else f"{self.url}/first?first={self._new_token()}"
        return DeskShown(url=self.url, first=first)

    def check(self, token: str) -> None:
        """Raise DeskTokenError unless ``token`` may make the first clerk now."""
        if self._token is None or self._has_clerks():
            raise DeskTokenError
        digest, made_s = self._token
        is_young = self._clock.ticks_s() - made_s < TOKEN_S
        if not (is_young and hmac.compare_digest(digest, _digest(token))):
            raise DeskTokenError

    def spend(self) -> None:
        """The token has made a clerk."""
        self._token = None

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DESK, self.desk))

    def _new_token(self) -> str:
        token = self._randomness.token(_TOKEN_BYTES).hex()
        self._token = (_digest(token), self._clock.ticks_s())
        return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
