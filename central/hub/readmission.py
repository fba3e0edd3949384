"""A hub that its parent takes no more finds its way back by the request with which it joined.

Its certificate may be of a TLS authority that counts no more, because it was away for long; or its
parent shows one that this hub does not know. The county's answer brings roster and certificate.

Source: docs/protocol.md section 10.3.
"""

import asyncio
import logging

from central.relay.service import Relay
from protocol.errors import BusyError, LineError, ParentStrangeError, YizhanError
from protocol.ports import Randomness
from protocol.trust.kit import Contact
from runtime.node.certificate import is_shut_out
from runtime.node.readmission import Readmission, ask_again, take_certificate

_PAUSE_S = 900.0  # between questions: the answer is a whole roster

log = logging.getLogger(__name__)


class HubReadmission:
    """Asks the county again, seldom."""

    def __init__(self, relay: Relay, randomness: Randomness, certified: asyncio.Event) -> None:
        """``certified`` is set when a certificate has come, which the next start uses."""
        self._relay, self._randomness, self._certified = relay, randomness, certified
        self._asked_s: float | None = None

    async def look(self, failure: YizhanError) -> bool:
        """Whether there is news, after an exchange with the parent failed with ``failure``."""
        if not await self._is_due(failure):
            return False
        asked = await asyncio.to_thread(self._relay.identity.asked)
        if asked is None:
            return False
        self._asked_s = self._relay.clock.ticks_s()
        county, entry = self._relay.editions.roster.county()
        try:
            answer = await ask_again(
                self._relay.identity,
                self._relay.editions.roster,
                asked,
                [Contact(node=county, url=entry.url)],
                clock=self._relay.clock,
                randomness=self._randomness,
            )
            return await self._take(answer)
        except YizhanError as exc:
            log.info("nothing newer", extra={"event": "upstream.sought", "code": exc.code})
            return False

    async def _is_due(self, failure: YizhanError) -> bool:
        if not isinstance(failure, LineError) or isinstance(failure, BusyError):
            return False
        now_s, roster = self._relay.clock.ticks_s(), self._relay.editions.roster
        if self._asked_s is not None and now_s - self._asked_s < _PAUSE_S:
            return False
        strange = isinstance(failure, ParentStrangeError)
        return strange or await asyncio.to_thread(is_shut_out, self._relay.identity, roster)

    async def _take(self, answer: Readmission) -> bool:
        editions, news = self._relay.editions, answer.news
        if news is not None:
            await self._relay.publish(editions.check(news, news.body))
        if await asyncio.to_thread(take_certificate, self._relay.identity, answer, editions.roster):
            self._certified.set()
            return True
        return news is not None
