"""What arrives from villages, as it moves cases: in any order, inside the relay's transaction."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.casework.views import FollowedBy
from central.county.flows.log import Begun
from central.county.flows.service import Flows
from central.county.ports.keys import Key
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody
from protocol.limits import MAX_NAME_CHARS
from protocol.records.followups import (
    Delivered,
    Objection,
    PosterState,
    Posting,
    Rating,
    Said,
    Supplement,
    Telling,
    Withdrawal,
)
from protocol.trust.schedule import local_time

Heard = Callable[[AsyncSession, Key, str], Awaitable[None]]
"""Told what came for a case: id of a follow-up, or number of another case that answers for it."""


async def _nobody(session: AsyncSession, key: Key, ref: str) -> None:
    """Nobody else wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What followed an application."""

    key: Key  # of the application
    follow_up: str  # id in hex
    said: Said
    materials: Sequence[str]  # ids, of the papers that it brings
    received_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case that was just opened, and what it answers for."""

    begun: Begun
    number: str
    answers: bytes | None  # application that it corrects or replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArrivals:
    """Of one county."""

    flows: Flows
    casework: Casework
    followed_by: FollowedBy
    heard: Heard = _nobody  # told of all that came for a case

    async def opened(self, session: AsyncSession, opened: Sequence[Opened], now_ms: int) -> None:
        """Begin their logs; a case that waited for its correction is continued by it."""
        await self.flows.log.begin(session, [one.begun for one in opened], now_ms)
        before = {(one.begun.key[0], one.answers): one.number for one in opened if one.answers}
        cases = await self.casework.handled_of(session, before)
        for key, number in before.items():
            if key in cases:
                await self.heard(session, key, number)
            if key in cases and await self.flows.waits_for_correction(session, cases[key]):
                await self.flows.itself(session, cases[key], opening.Continued(case=number))
        earlier = await self.followed_by(session, {one.begun.key for one in opened})
        await self.followed(
            session,
            [
                Followed(
                    key=key,
                    follow_up=told.follow_up,
                    said=told.said,
                    materials=[file.material for file in told.attachments],
                    received_ms=told.received_ms,
                )
                for key, several in earlier.items()
                for told in several
                if told.said
            ],
        )

    async def followed(self, session: AsyncSession, followed: Sequence[Followed]) -> None:
        """Let what followed move its case; what can't moves nothing, and stands beside it."""
        cases = await self.casework.handled_of(session, {one.key for one in followed})
        for one in followed:
            if case := cases.get(one.key):
                await self.heard(session, one.key, one.follow_up)
                for body in bodies_of(one):
                    await self.flows.arrived(session, case, body)


def bodies_of(one: Followed) -> Iterator[AnyBody]:
    """What a follow-up lets happen; nothing of most."""
    match one.said.subject:
        case Supplement(words=words):
            yield handling.PapersCame(
                note=words, materials=_known(one.materials), follow_up=one.follow_up
            )
            yield opening.Corrected(follow_up=one.follow_up)
        case Withdrawal(by=person, words=words):
            yield closing.WithdrawalAsked(note=words, person=person, follow_up=one.follow_up)
        case Telling(what=Delivered.TOLD) as said:
            yield closing.Told(document=said.document, way=said.way.value, person=said.person)
        case Telling() as said if said.document:
            yield closing.Told(document=said.document, way=said.way.value, person=said.person)
        case Telling() as said:
            yield closing.Delivered(way=said.way.value, person=said.person)
        case Rating(level=level, words=words):
            yield closing.Rated(level=level, note=words)
        case Objection(words=words):
            yield handling.Objected(note=words, follow_up=one.follow_up)
        case Posting(what=PosterState.PLACED):
            yield handling.PublicityBegun(day=_day(one).isoformat())
        case _:
            return


def _day(one: Followed) -> date:
    """The day on which it was, as the village says; never after it came."""
    came = local_time(one.received_ms).date()
    if one.said.day:
        return min(came, date.fromisoformat(one.said.day))
    return min(came, local_time(one.said.at_ms).date()) if one.said.at_ms else came


def _known(materials: Sequence[str]) -> tuple[str, ...]:
    """Each once, as far as it has a name."""
    return tuple(dict.fromkeys(one[:MAX_NAME_CHARS] for one in materials if one))
