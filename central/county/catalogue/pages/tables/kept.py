"""What a page has made and somebody still has to fetch or to confirm: in memory, for an hour.

Everybody has one thing of each kind: a newer one takes its place.
"""

from dataclasses import dataclass
from typing import Any

from protocol.errors import BusyError, PageMissingError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from protocol.ports import Clock, Randomness
from runtime.web.limits import KEPT_S

_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    number: str
    value: Any
    size: int  # bytes
    made_s: float  # ticks


class Kept:
    """The things of one site; those of everybody together have at most ``max_bytes``."""

    def __init__(
        self, clock: Clock, randomness: Randomness, *, max_bytes: int = 4 * MAX_CATALOGUE_FILE_BYTES
    ) -> None:
        self._clock, self._randomness, self._max_bytes = clock, randomness, max_bytes
        self._things: dict[tuple[str, str], _Thing] = {}

    def put(self, owner: str, kind: str, value: object, *, size: int) -> str:
        """Keep ``value``; the number to find it by.

        Raises:
            BusyError: everybody's things together are too large.
        """
        self._sweep()
        self._things.pop((owner, kind), None)
        if sum(one.size for one in self._things.values()) + size > self._max_bytes:
            raise BusyError(kind)
        made_s = self._clock.ticks_s()
        number = self._randomness.token(_NAME_BYTES).hex()
        self._things[owner, kind] = _Thing(number=number, value=value, size=size, made_s=made_s)
        return number

    def of(self, owner: str, kind: str, number: str) -> Any:  # noqa: ANN401 - whatever was kept
        """What is kept under this number.

        Raises:
            PageMissingError: nothing, or it was forgotten, or a newer one took its place.
        """
        self._sweep()
        thing = self._things.get((owner, kind))
        if thing is None or thing.number != number:
            raise PageMissingError(number[:40])
        return thing.value

    def drop(self, owner: str, kind: str) -> None:
        """Forget it: it has served."""
        self._things.pop((owner, kind), None)

    def _sweep(self) -> None:
        since = self._clock.ticks_s() - KEPT_S
        self._things = {key: one for key, one in self._things.items() if one.made_s > since}
