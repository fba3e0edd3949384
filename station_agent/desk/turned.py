"""Pages that are turned to a citizen, while nobody is logged in at the desk.

Each stands under a random word in its address, and knows which clerk turned it and for what.

Source: docs/operations.md, "Ratings"; docs/security.md, "Written unseen".
"""

from dataclasses import dataclass, field, replace

from aiohttp import web

from protocol.errors.answers import TurnedPageError
from protocol.ids import ApplicationId
from protocol.ports import Clock, Randomness

OPEN_S = 900.0  # seconds in which a citizen takes the seat and makes up their mind
MAX_TURNED = 20  # pages that are open at once
RATING = "rating"
_TOKEN_BYTES = 24
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One of them."""

    what: str  # RATING, or the name of a subject
    own: ApplicationId  # id of what is sent from there, however often it is
    application: str  # id; empty: none
    item: str  # name
    clerk: str  # who turned it
    until_s: float  # ticks


@dataclass(slots=True, kw_only=True)
class TurnedPages:
    """In memory: a start of the program ends them, and nothing was sent by that."""

    clock: Clock
    randomness: Randomness
    _open: dict[str, Turned] = field(default_factory=dict)

    def turn(self, what: str, application: str, item: str, clerk: str) -> str:
        """One more; the word in its address."""
        now_s = self.clock.ticks_s()
        self._open = {word: one for word, one in self._open.items() if one.until_s > now_s}
        while len(self._open) >= MAX_TURNED:
            del self._open[min(self._open, key=lambda word: self._open[word].until_s)]
        word = self.randomness.token(_TOKEN_BYTES).hex()
        self._open[word] = Turned(
            what=what,
            own=ApplicationId(self.randomness.token(_ID_BYTES).hex()),
            application=application,
            item=item,
            clerk=clerk,
            until_s=now_s + OPEN_S,
        )
        return word

    def of(self, word: str, *what: str) -> Turned:
        """What an address stands for. Raises TurnedPageError: it is over, or for something else."""
        found = self._open.get(word)
        if found is None or found.until_s <= self.clock.ticks_s() or found.what not in what:
            raise TurnedPageError
        return found

    def keep(self, word: str, *what: str) -> None:
        """Somebody still writes there. Raises as :meth:`of`."""
        found = self.of(word, *what)
        self._open[word] = replace(found, until_s=self.clock.ticks_s() + OPEN_S)

    def end(self, word: str) -> None:
        """It was used, or the citizen does not want to."""
        self._open.pop(word, None)


TURNED = web.AppKey("TURNED", TurnedPages)
