"""What supervision asks of other rooms: cases by their logs, and calendars by their releases."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.calendars.workdays import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as supervision looks at it: nothing that says whose it is."""

    key: Key
    number: str
    item: str  # as it is called where others see it
    item_type: str  # annex A.1
    events: Sequence[Event]
    status: Status
    rules: CaseRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Something about the money of a case that should not be."""

    n: int  # of the entry
    words: str


Charges = Callable[[AsyncSession, Collection[Key]], Awaitable[Mapping[Key, Sequence[Charge]]]]
"""What should not be, of these cases; of the others nothing."""


class Cases(Protocol):
    """The room of the logs."""

    async def watched(self, session: AsyncSession, keys: Collection[Key]) -> Sequence[Case]:
        """These cases, as far as they have a log that can be followed."""

    async def happens(self, session: AsyncSession, key: Key, bodies: Sequence[AnyBody]) -> bool:
        """Let things happen to a case by itself; False if it was not ready for any of them."""

    async def listed(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> Mapping[Key, tuple[str, str]]:
        """What lists know of these cases: the handler's day, empty: none runs, and the light."""

    async def lit(self, session: AsyncSession, key: Key, due: str, light: str) -> None:
        """Let lists know the handler's day of a case, and its light."""


Calendars = Callable[[AsyncSession, Collection[int]], Awaitable[tuple[int, Mapping[int, Calendar]]]]
"""The number of the newest release, and the calendars of these, with its own under NEWEST."""
