"""Pages that were turned to a citizen: each good for one rating, while the desk is locked.

Source: docs/operations.md, "Ratings".
"""

from dataclasses import dataclass, field

from aiohttp import web

from protocol.errors.answers import RatingLinkError
from protocol.ids import ApplicationId
from protocol.ports import Clock, Randomness

OPEN_S = 900.0  # seconds in which a citizen takes the seat and makes up their mind
MAX_TURNED = 20  # pages that are open at once
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One of them."""

    application: ApplicationId
    item: str  # name
    clerk: str  # who turned it
    until_s: float  # ticks


@dataclass(slots=True, kw_only=True)
class TurnedPages:
    """In memory: a start of the program ends them, and nothing was rated by that."""

    clock: Clock
    randomness: Randomness
    _open: dict[str, Turned] = field(default_factory=dict)

    def turn(self, application: ApplicationId, item: str, clerk: str) -> str:
        """One more; the word in its address."""
        now_s = self.clock.ticks_s()
        self._open = {word: one for word, one in self._open.items() if one.until_s > now_s}
        while len(self._open) >= MAX_TURNED:
            del self._open[min(self._open, key=lambda word: self._open[word].until_s)]
        word = self.randomness.token(_TOKEN_BYTES).hex()
        self._open[word] = Turned(
            application=application, item=item, clerk=clerk, until_s=now_s + OPEN_S
        )
        return word

    def of(self, word: str) -> Turned:
        """What an address stands for. Raises RatingLinkError: it is over."""
        found = self._open.get(word)
        if found is None or found.until_s <= self.clock.ticks_s():
            raise RatingLinkError
        return found

    def end(self, word: str) -> None:
        """It was rated, or the citizen does not want to."""
        self._open.pop(word, None)


TURNED = web.AppKey("TURNED", TurnedPages)
