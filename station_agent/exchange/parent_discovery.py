"""Where the parent is called: asked of the county, when the parent itself can't say it.

A station whose hub has not been set up knows no address; a hub that moved while nobody could call
it is not where the roster held here says. The request by which this station joined, sent again,
brings the newest roster: from the county itself, or through whoever passed it on then.

Source: docs/protocol.md section 10.3; ADR 0019.
"""

import asyncio
import logging
from functools import partial

from protocol.errors import (
    BusyError,
    LineError,
    ParentAbsentError,
    UnexpectedError,
    YizhanError,
    from_code,
)
from protocol.exchange.messages import EditionNews
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Kind
from protocol.trust.enrolment import read_answer, read_parcel, read_verdict
from protocol.trust.kit import Contact
from protocol.trust.roster import open_proof
from runtime.identity import Identity
from station_agent.exchange.receiver import ArrivalService, HeldRoster

_ABSENT_S = 900.0  # between questions about a hub without an address: the answer is a whole roster
_SILENT_S = 3600.0  # and about one that does not answer; it is only down, mostly

log = logging.getLogger(__name__)


class ParentDiscovery:
    """Asks for the newest roster, seldom."""

    def __init__(
        self,
        *,
        identity: Identity,
        held: HeldRoster,
        arrival: ArrivalService,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._identity, self._held, self._arrival = identity, held, arrival
        self._clock, self._randomness = clock, randomness
        self._asked_s: float | None = None
        self._heard_s = clock.ticks_s()

    def answered(self) -> None:
        """Somebody serves us."""
        self._heard_s = self._clock.ticks_s()

    async def look(self, failure: YizhanError) -> bool:
        """Whether there is a newer roster, after an exchange failed with ``failure``."""
        if not self._is_due(failure):
            return False
        asked = await asyncio.to_thread(self._identity.asked)
        if asked is None:
            return False
        self._asked_s = self._clock.ticks_s()
        before = self._held.roster.version
        try:
            await self._ask(asked.parcel, asked.via)
        except YizhanError as exc:
            log.info("no newer roster", extra={"event": "parent.sought", "code": exc.code})
        return self._held.roster.version > before

    def _is_due(self, failure: YizhanError) -> bool:
        if not isinstance(failure, LineError) or isinstance(failure, BusyError):
            return False
        now_s = self._clock.ticks_s()
        if isinstance(failure, ParentAbsentError):
            return self._asked_s is None or now_s - self._asked_s >= _ABSENT_S
        return now_s - max(self._heard_s, self._asked_s or self._heard_s) >= _SILENT_S

    async def _ask(self, parcel: bytes, via: str) -> None:
        await self._arrival.take_in([await self._post(parcel, via)])

    def _newer(self, parcel: bytes, answer: bytes) -> EditionNews:
        """The roster in an answer of the county; an answer that it gave long ago is none."""
        verdict = read_verdict(self._identity.root, answer, read_parcel(parcel))
        if verdict.code:
            raise from_code(verdict.code, verdict.detail)
        admission, _ = read_answer(verdict.answer)
        _, head = open_proof(self._identity.root, admission.roster_proof)
        if head.version <= self._held.roster.version:
            raise UnexpectedError("a roster that is no newer")
        return EditionNews(
            kind=Kind.ROSTER,
            version=head.version,
            base=0,
            proof=admission.roster_proof,
            body=admission.roster,
        )

    async def _post(self, parcel: bytes, via: str) -> EditionNews:
        # a third of a second to import, and seldom needed
        from runtime.joining import anybody, post_parcel  # noqa: PLC0415
        from runtime.line.tls import open_context  # noqa: PLC0415

        node, county = self._held.roster.county()
        return await post_parcel(
            parcel,
            [anybody(via), Contact(node=node, url=county.url)],
            partial(self._newer, parcel),
            context=open_context(),  # what comes back proves itself: the authority may be new
            clock=self._clock,
            randomness=self._randomness,
        )
