"""Renewing: nodes ask for new keys or certificates in an envelope, and get the certificate in one.

The authority keeps its own books, so what it does is done even if the county's transaction does
not come about; the node asks again then, and gets the same answer.

Source: docs/protocol.md sections 10.5 and 10.6.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.relay import Nodes, Outgoing
from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.payloads import Renewal, Renewed, payload_bytes
from protocol.envelope.suites import suite_number
from protocol.errors import SignatureError, YizhanError
from protocol.ids import NodeId
from protocol.trust.edition import Edition
from protocol.trust.renewal import RenewalRequest, open_renewal
from protocol.trust.roster import Roster
from runtime.record import Detail

log = logging.getLogger(__name__)


class Record(Protocol):
    """The record of who did what (provisioning.audit.log)."""

    def add(
        self,
        *,
        actor: str,
        action: str,
        outcome: str,
        detail: Detail,
        subject: str = "",
    ) -> object:
        """Note it; blocks for the disk."""
        ...


class Registrar(Protocol):
    """The authority, as far as renewals ask it (provisioning.authority)."""

    @property
    def audit(self) -> Record:
        """Where it is noted what was done to the county."""
        ...

    def renew(self, request: RenewalRequest) -> bytes:
        """The certificate for new keys; blocks for the disk."""
        ...

    def certify(self, node: NodeId) -> bytes:
        """The certificate for the present keys; blocks for the disk."""
        ...

    def roster(self) -> Roster:
        """The newest version."""
        ...

    def move_ahead(self, by: int) -> Roster:
        """The same roster under a number that is higher by ``by``. Blocks for the disk."""
        ...

    def settle(self, node: NodeId, shown: bytes) -> bool:
        """The node has shown its signing key; whether that was news. Blocks for the disk."""
        ...


class Rosters:
    """Offers the authority's newest roster, once the transaction of the caller is over."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        nodes: Nodes,
        publish: Callable[[Edition], Awaitable[None]],
    ) -> None:
        self._registrar, self._nodes, self._offer = registrar, nodes, publish
        self._running: set[asyncio.Task[None]] = set()

    def offer_soon(self, also: Callable[[], Awaitable[None]] | None = None) -> None:
        """Do so, and what is to be done with it; what holds the database is waited for."""
        task = asyncio.create_task(self._newest(also))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Wait until everything is published."""
        while self._running:
            await asyncio.gather(*self._running)

    async def _newest(self, also: Callable[[], Awaitable[None]] | None) -> None:
        roster = self._registrar.roster()
        if roster.version > self._nodes.roster.version:
            await self._offer(roster.edition)
        if also is not None:
            await also()


class Renewing:
    """Answers renewals, in the caller's transaction."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        nodes: Nodes,
        outgoing: Outgoing,
        rosters: Rosters,
        allowed: Callable[[AsyncSession, NodeId], Awaitable[bool]],
    ) -> None:
        self._registrar, self._nodes, self._outgoing = registrar, nodes, outgoing
        self._rosters, self._allowed = rosters, allowed

    async def answer(self, session: AsyncSession, envelope: Envelope, renewal: Renewal) -> None:
        """Renew, and post the certificate. An old or foreign request has no effect.

        Nor has one of too many in a day: each makes a new roster, which goes to everybody.
        """
        if await self._answer(session, envelope, lambda: self._renew(envelope, renewal)):
            log.info("keys renewed", extra={"event": "renewal.done", "node": envelope.origin})
            self._rosters.offer_soon()

    async def certify(self, session: AsyncSession, envelope: Envelope) -> None:
        """Post the certificate for the keys of who asks, by the TLS authority in use."""

        async def certificate() -> bytes:
            return await asyncio.to_thread(self._registrar.certify, envelope.origin)

        if await self._answer(session, envelope, certificate):
            log.info("certified", extra={"event": "certificate.sent", "node": envelope.origin})

    async def _answer(
        self,
        session: AsyncSession,
        envelope: Envelope,
        certificate: Callable[[], Awaitable[bytes]],
    ) -> bool:
        """Whether ``certificate`` was posted; so many in a day go to one node."""
        if not await self._allowed(session, envelope.origin):
            log.warning(
                "renewal put off", extra={"event": "renewal.often", "from": envelope.origin}
            )
            return False
        try:
            issued = await certificate()
        except YizhanError as exc:
            log.warning(
                "renewal refused",
                extra={"event": "renewal.refused", "from": envelope.origin, "code": exc.code},
            )
            return False
        await self._outgoing.post(
            session,
            to=envelope.origin,
            lane=Lane.CONTROL,
            payload=payload_bytes(Renewed(certificate=issued)),
            suite=suite_number(envelope.header.suite),
        )
        return True

    async def look(self, envelope: Envelope) -> None:
        """A node that signs with its new key has them: its former TLS key is done with."""
        entry = self._nodes.roster.nodes.get(envelope.origin)
        if entry is None or entry.keys is None or not entry.former_tls:
            return
        try:
            envelope.check(entry.keys.signing)
        except SignatureError:
            return  # sealed before it took them
        # the authority may know newer keys than our roster, which this one does not prove
        if await asyncio.to_thread(self._registrar.settle, envelope.origin, entry.keys.signing):
            self._rosters.offer_soon()

    async def _renew(self, envelope: Envelope, renewal: Renewal) -> bytes:
        request = open_renewal(renewal)
        if request.node.hex() != envelope.origin:
            raise SignatureError("a renewal for another node")
        envelope.check(request.previous)
        return await asyncio.to_thread(self._registrar.renew, request)
