"""Where the parent is called: asked of the county, when the parent itself can't say it.

A station whose hub has not been set up knows no address; a hub that moved while nobody could call
it is not where the roster held here says. The request by which this station joined, sent again,
brings the newest roster: from the county itself, or through whoever passed it on then.

Source: docs/protocol.md section 10.3; ADR 0019.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from protocol.errors import (
    BusyError,
    LineError,
    ParentAbsentError,
    ParentStrangeError,
    YizhanError,
)
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.kit import Contact
from runtime.node.certificate import is_shut_out
from runtime.node.identity import Asked, Identity
from station_agent.exchange.receiver import ArrivalService, HeldRoster

if TYPE_CHECKING:
    from runtime.node.readmission import Readmission

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
        """Whether there is news, after an exchange failed with ``failure``.

        A newer roster, or a certificate in place of one that counts no more.
        """
        if not await self._is_due(failure):
            return False
        asked = await asyncio.to_thread(self._identity.asked)
        if asked is None:
            return False
        self._asked_s = self._clock.ticks_s()
        try:
            return await self._take(await self._post(asked))
        except YizhanError as exc:
            log.info("nothing newer", extra={"event": "parent.sought", "code": exc.code})
            return False

    async def _is_due(self, failure: YizhanError) -> bool:
        if not isinstance(failure, LineError) or isinstance(failure, BusyError):
            return False
        now_s = self._clock.ticks_s()
        lost = isinstance(failure, ParentAbsentError | ParentStrangeError)
        if lost or await asyncio.to_thread(is_shut_out, self._identity, self._held.roster):
            return self._asked_s is None or now_s - self._asked_s >= _ABSENT_S
        return now_s - max(self._heard_s, self._asked_s or self._heard_s) >= _SILENT_S

    async def _take(self, answer: "Readmission") -> bool:
        from runtime.node.readmission import take_certificate  # noqa: PLC0415 - see _post

        before = self._held.roster.version
        if answer.news is not None:
            await self._arrival.take_in([answer.news])
        certified = await asyncio.to_thread(
            take_certificate, self._identity, answer, self._held.roster
        )
        return certified or self._held.roster.version > before

    async def _post(self, asked: Asked) -> "Readmission":
        from runtime.node.readmission import ask_again  # noqa: PLC0415 - most parents stay

        roster = self._held.roster
        county, entry = roster.county()
        me = roster.nodes.get(self._identity.node)
        above = NodeId(me.parent) if me else county
        parent = roster.nodes.get(above, entry)
        return await ask_again(
            self._identity,
            roster,
            asked,
            [Contact(node=above, url=parent.url), Contact(node=county, url=entry.url)],
            clock=self._clock,
            randomness=self._randomness,
        )
