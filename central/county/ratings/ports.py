"""What ratings ask of other rooms: a case by its log, and who works for a department."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.course import Course
from central.county.ports.keys import Key
from protocol.casework.events.log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedCase:
    """A case that was rated."""

    key: Key
    number: str
    events: Sequence[Event]

    @property
    def handled_by(self) -> Collection[str]:
        """Accounts that did anything of it: who was rated."""
        return sorted({one.by for one in self.events if one.by})


class RatedCases(Protocol):
    """The room of the logs."""

    async def case(self, session: AsyncSession, name: str) -> RatedCase:
        """The case of this number. Raises CaseUnknownError, LogBrokenError."""

    async def courses(self, session: AsyncSession, keys: Collection[Key]) -> Sequence[Course]:
        """These cases by their logs. Raises LogBrokenError."""


Tell = Callable[[AsyncSession, str, str], Awaitable[None]]
"""Let the village of a case, by its number, say these words to the applicant. Joins the
transaction; raises RefusedError: nothing may be told of the case, or nobody is there to say it."""

WorksFor = Callable[[AsyncSession, str, str], Awaitable[bool]]
"""Whether somebody, by name, may act for a department today."""
