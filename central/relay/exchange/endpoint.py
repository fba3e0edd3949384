"""The HTTPS side of a hub or county: children exchange here, new nodes join here.

Who may speak is decided by the roster, and a refusal is a signed answer in words.

Source: docs/protocol.md sections 8 and 10.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil

from aiohttp import web

from central.relay.exchange.exchanges import Exchanges
from central.relay.exchange.running import RunningExchanges
from central.relay.health.counts import CHILD, DONE
from central.relay.limits.questions import RosterQuestions
from central.relay.limits.turns import RetryTimes
from central.relay.limits.waiting_room import WaitingRoom
from protocol.codec import unpack
from protocol.errors import (
    BusyError,
    KitForeignError,
    LineError,
    NotOnRosterError,
    PeerError,
    TooLargeError,
    YizhanError,
)
from protocol.exchange.catching_up import RosterQuestion
from protocol.exchange.refusal import refusal_bytes, refusal_of
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_BYTES
from protocol.ports import Randomness
from protocol.trust.enrolment import JoinParcel, check_ticket, read_parcel
from protocol.trust.revocation import turned_away
from runtime.line.http import CONTENT_TYPE, EXCHANGE_PATH, JOIN_PATH, ROSTER_PATH
from runtime.line.server import (
    ExchangeResponse,
    answer_exchange,
    caller,
    keep_head_short,
)

log = logging.getLogger(__name__)

Admit = Callable[[JoinParcel], Awaitable[bytes]]
JOIN_S = 60.0  # for 16 KB of a join request: anybody may send one
QUESTION_S = 10.0  # for the few bytes of a question about the roster
_REFUSED, _UNAVAILABLE = 403, 503
_WAITING = 3  # for each exchange that may be open: who waits is a connection and no more
_RETRY_S = (30.0, 120.0)  # where what a request needs is away: spread over two minutes


class Endpoint:
    """Routes of one node's server."""

    def __init__(
        self, exchanges: Exchanges, admit: Admit, *, randomness: Randomness, max_exchanges: int
    ) -> None:
        relay = exchanges.relay
        self._exchanges, self._relay, self._admit = exchanges, relay, admit
        self._randomness, self.max_exchanges = randomness, max_exchanges
        self._running = RunningExchanges()
        self._turns, self._questions = RetryTimes(relay.clock), RosterQuestions(relay.clock)
        self._room = WaitingRoom(self._turns, most=_WAITING * max_exchanges)
        relay.on_end(self.stop)
        relay.on_news(self._dismiss)

    def application(self) -> web.Application:
        """The web application with its three routes."""
        app = web.Application(client_max_size=MAX_JOIN_BYTES, middlewares=[self._refuse])
        app.on_response_prepare.append(keep_head_short)
        app.router.add_post(EXCHANGE_PATH, self._exchange)
        app.router.add_post(JOIN_PATH, self._join)
        app.router.add_post(ROSTER_PATH, self._roster)
        return app

    def stop(self) -> None:
        """Let every running exchange end in order: what is stored is acknowledged."""
        self._running.stop()

    def close(self) -> None:
        """The same for those that are still to come: the program ends."""
        self._running.close()

    def _dismiss(self) -> None:
        """End exchanges with whom the newest roster turns away; they are told when they call."""
        for request, conversation in self._running.callers():
            try:
                self._known_child(request)
            except PeerError:
                conversation.stop()

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        peer = self._known_child(request)
        if peer not in self._running and not self._room.has_turn(self._free):
            self._running.make_room()
            await self._room.wait()
            self._known_child(request)  # the roster may have changed meanwhile
        self._running.enter(peer, request)
        try:
            return await self._hold(request, peer)
        finally:
            if self._running.leave(peer, request):
                self._turns.ended()
                self._room.call(self._free)

    @property
    def open_count(self) -> int:
        """Children whose exchange is open now."""
        return len(self._running)

    @property
    def _free(self) -> int:
        """Exchanges that could begin now."""
        return self.max_exchanges - len(self._running)

    async def _hold(self, request: web.Request, peer: NodeId) -> web.StreamResponse:
        response = ExchangeResponse()
        await response.prepare(request)
        exchange_store = self._exchanges.store_for(peer)
        try:
            tally = await answer_exchange(
                request,
                response,
                exchange_store,
                self._relay.clock,
                running=partial(self._running.said_hello, peer, request),
            )
        except YizhanError as exc:  # too late for another answer: the frames have said it
            level = logging.INFO if isinstance(exc, LineError) else logging.WARNING
            self._relay.counts.exchanges.add(CHILD, exc.code)
            log.log(level, "exchange broke off", extra=_fields("exchange.broken", peer, exc))
            return response
        except Exception:
            log.exception("exchange crashed", extra={"event": "exchange.crashed", "peer": peer})
            raise
        finally:
            self._running.is_over(peer, request)
        done = {"event": "exchange.done", "peer": peer, "items": tally.items_down}
        self._relay.counts.exchanges.add(CHILD, DONE)
        log.info("exchange done", extra=done)
        return response

    async def _join(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(JOIN_S):
                data = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise TooLargeError("join request") from None
        except TimeoutError:
            raise LineError("the join request drips") from None
        parcel = read_parcel(data)
        try:
            check_ticket(parcel, self._relay.identity.root)  # nobody else is passed on
        except PeerError as exc:
            raise KitForeignError(f"no ticket of this county: {exc.detail}") from None
        answer = await self._admit(parcel)
        return web.Response(body=answer, content_type=CONTENT_TYPE)

    async def _roster(self, request: web.Request) -> web.StreamResponse:
        """The newest roster, for every node of the county: also one that is told to stay away."""
        shown = caller(request)
        if shown is None or not self._relay.editions.roster.knows(*shown):
            raise NotOnRosterError("no key of the county's")
        with self._questions.of(shown[0]):
            try:
                async with asyncio.timeout(QUESTION_S):
                    question = unpack(await request.read(), RosterQuestion)
            except TimeoutError:
                raise LineError("the question drips") from None
            answer = await self._relay.roster_answer(question.held)
        return web.Response(body=answer, content_type=CONTENT_TYPE)

    def _known_child(self, request: web.Request) -> NodeId:
        """The roster's word on who calls.

        Raises:
            NodeSuspendedError, NodeStoppedError, NodeRetiredError, NodeReplacedError: it is
                told to stay away.
            NotOnRosterError: no certificate, another key, or a node that may not call us.
        """
        shown = caller(request)
        if shown is None:
            raise NotOnRosterError("no certificate")
        node, key_hash = shown
        roster = self._relay.editions.roster
        entry = roster.nodes.get(node)
        if entry is not None and (why := turned_away(entry, key_hash)):
            raise why(node)
        entry = roster.active(node)
        if entry is None or not roster.may_call(node, self._relay.node):
            raise NotOnRosterError(node)
        if key_hash not in (entry.tls, entry.former_tls):
            raise NotOnRosterError(node)
        return node

    def _pause_s(self, exc: YizhanError) -> int:
        if isinstance(exc, BusyError):
            return ceil(self._turns.pause_s())
        return round(self._randomness.uniform(*_RETRY_S)) if isinstance(exc, LineError) else 0

    @web.middleware
    async def _refuse(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except YizhanError as exc:
            self._relay.counts.requests_refused.add(exc.code)
            log.warning("refused", extra=_fields("request.refused", "", exc))
            refusal = refusal_of(
                exc,
                node=self._relay.node,
                at_ms=self._relay.clock.now_ms(),
                retry_after_s=self._pause_s(exc),
            )
            return web.Response(
                status=_UNAVAILABLE if isinstance(exc, LineError) else _REFUSED,
                body=refusal_bytes(self._relay.identity.keys.signer, refusal),
                content_type=CONTENT_TYPE,
            )


def _fields(event: str, peer: str, exc: YizhanError) -> dict[str, str]:
    return {"event": event, "peer": peer, **exc.fields()}
