"""Visits: what stations say of their paths, acted on at the top of the tree and passed up below.

What is passed up lives in memory: a station says it again in each exchange, so a hub that starts
anew hears it anew.

Source: docs/protocol.md section 9.5.
"""

import logging
from collections.abc import Callable, Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.health.upstream_reports import UpstreamReports
from central.relay.routing.routes import Routes
from protocol.errors import NotOnRosterError, PeerError
from protocol.ids import NodeId
from protocol.limits import MAX_ROAMING_REPORTS
from protocol.trust.reports.roaming import RoamingReport, read_roaming_report

log = logging.getLogger(__name__)


class RoamingReports:
    """Takes the words of the nodes below, and remembers which the parent has not heard."""

    def __init__(self, *, node: NodeId, editions: Editions, routes: Routes) -> None:
        self._node, self._editions, self._routes = node, editions, routes
        self._up = UpstreamReports()
        self._news: Callable[[], None] = lambda: None

    def on_news(self, call: Callable[[], None]) -> None:
        """Have ``call`` called when there is something to tell the parent."""
        self._news = call

    async def take(self, session: AsyncSession, peer: NodeId, words: Sequence[bytes]) -> None:
        """What ``peer`` brought of its own, or of the stations that call it.

        A word that is not what the roster allows is logged and has no effect.
        """
        for word in words:
            try:
                roaming_report = self._checked(peer, word)
            except PeerError as exc:
                log.warning(
                    "roaming report not taken",
                    extra={"event": "roaming-report.refused", "peer": peer, "code": exc.code},
                )
                continue
            if not self._has_parent():
                await self._routes.take(session, roaming_report)
            elif self._note(roaming_report, word):
                self._news()

    def untold(self) -> tuple[bytes, ...]:
        """Words for the parent's ears; the rest of very many goes with the next exchange."""
        return tuple(self._up.untold().values())[:MAX_ROAMING_REPORTS]

    def told(self, words: Collection[bytes]) -> None:
        """The parent has acted on these."""
        self._up.told(words)

    def forget_told(self) -> None:
        """The parent has another database now: it may know nothing of them."""
        self._up.forget_told()

    def _note(self, roaming_report: RoamingReport, word: bytes) -> bool:
        key = self._editions.roster.signing_name(roaming_report.reporter)
        return self._up.note(roaming_report.reporter, key, roaming_report.number, word)

    def _checked(self, peer: NodeId, word: bytes) -> RoamingReport:
        roster = self._editions.roster
        roaming_report = read_roaming_report(word, roster.reporting_keys)
        own = roaming_report.reporter == peer and roaming_report.host == self._node
        passed_up = roaming_report.host == peer and not self._has_parent()
        if not (own or passed_up) or not roster.may_call(
            roaming_report.reporter, roaming_report.host
        ):
            raise NotOnRosterError(f"{roaming_report.reporter} at {roaming_report.host}")
        return roaming_report

    def _has_parent(self) -> bool:
        entry = self._editions.roster.nodes.get(self._node)
        return bool(entry and entry.parent)
