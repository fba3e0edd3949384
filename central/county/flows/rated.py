"""Cases as ratings and reports look at them, and what a village is to say of a rating."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import IssueDocument
from central.county.casework.service import Casework
from central.county.figures.course import Course
from central.county.flows.log import CaseLog, course_of
from central.county.ports.keys import Key
from central.county.ratings.ports import RatedCase, Tell

ANSWER_NAME = "县里的答复"
"""Says nothing of a rating: the village was promised to its citizens not to see any."""
ANSWER_DAYS = 5
"""Working days in which the village is to tell it, as long as a citizen may wait for a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedByLog:
    """Of one county (central.county.ratings.ports.RatedCases)."""

    log: CaseLog
    casework: Casework

    async def case(self, session: AsyncSession, name: str) -> RatedCase:
        """The case of this number. Raises CaseUnknownError, LogBrokenError."""
        case = await self.log.read(session, await self.casework.handled(session, name))
        return RatedCase(key=case.key, number=case.number, events=case.events)

    async def courses(self, session: AsyncSession, keys: Collection[Key]) -> Sequence[Course]:
        """These cases by their logs. Raises LogBrokenError."""
        found = await self.casework.handled_of(session, keys)
        return [course_of(await self.log.read(session, one)) for one in found.values()]


def said_by_village(casework: Casework) -> Tell:
    """An answer goes to the village as a document, which its desk shows until it was told."""

    async def tell(session: AsyncSession, case: str, words: str) -> None:
        answer = IssueDocument(case=case, name=ANSWER_NAME, note=words, days=ANSWER_DAYS)
        await casework.documents.say(session, answer)

    return tell
