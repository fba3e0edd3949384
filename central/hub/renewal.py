"""New keys or certificate of a hub: asked for in an envelope, taken when the hub starts anew.

Source: docs/protocol.md sections 10.5 and 10.6.
"""

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.instance.notes import drop_note, keep_note, read_note
from central.relay.ports.role import Effect
from central.relay.retry import poison
from central.relay.service import Relay
from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.keys import PublicKeys
from protocol.envelope.payloads import (
    Payload,
    Recertify,
    Renewal,
    Renewed,
    payload_bytes,
    read_payload,
)
from protocol.envelope.suites import SuiteNumber, suite_number
from protocol.errors import NeedsNewerError, PeerError
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import BlobRef, EnvelopeId, NodeId
from protocol.ports import Randomness
from protocol.trust.certificate import authority_name
from runtime.jobs.repeated import run_logged
from runtime.node.certificate import is_replaced, wants_certificate
from runtime.node.identity import Identity
from runtime.node.renewal import ask_for_keys, awaits_certificate, keep_certificate, may_take_keys

_DAY_MS = 86_400_000
_PAUSE_MS = 30 * _DAY_MS
_SINCE = "keys"  # key of the row in meta: when the keys were first seen, or asked for last
_CERTIFY = "certify"  # the same: of which authority a certificate was asked for, and when

log = logging.getLogger(__name__)


class HubRenewal:
    """Asks for new keys, and takes what is addressed to the hub (the relay's port Deliver)."""

    def __init__(self, relay: Relay, randomness: Randomness) -> None:
        self._relay, self._randomness = relay, randomness
        self._post = relay.post_office(self._keys_of)
        self.ready = asyncio.Event()  # start anew to take new keys, or another certificate
        self._authorities = self._own_authorities()
        self._changed = asyncio.Event()
        relay.on_news(self._look_at_roster)

    @property
    def _identity(self) -> Identity:
        return self._relay.identity

    async def ask(self) -> None:
        """Ask the county for new keys now."""
        renewal = await asyncio.to_thread(ask_for_keys, self._identity, self._randomness)

        async def work(session: AsyncSession) -> None:
            await self._send(session, renewal)
            await _note(session, self._relay.clock.now_ms())

        await self._relay.store.transact(work)
        log.info("new keys asked for", extra={"event": "renewal.asked"})

    async def _certify(self, now_ms: int) -> None:
        """Ask for a certificate of the TLS authority in use, once a month and once for each."""
        roster = self._relay.editions.roster
        if not await asyncio.to_thread(wants_certificate, self._identity, roster):
            return
        name = authority_name(roster.authorities(self._identity.ca)[0])

        async def work(session: AsyncSession) -> None:
            held = await read_note(session, _CERTIFY)
            asked = held or b""
            asked_ms = int.from_bytes(asked[len(name) :])
            if asked.startswith(name) and abs(now_ms - asked_ms) <= _PAUSE_MS:
                return
            await self._send(session, Recertify())
            await keep_note(session, _CERTIFY, name + max(now_ms, 0).to_bytes(8))
            log.info("certificate asked for", extra={"event": "certificate.asked"})

        await self._relay.store.transact(work)

    async def _send(self, session: AsyncSession, payload: Renewal | Recertify) -> None:
        county, _ = self._relay.editions.roster.county()
        await self._post.post(
            session,
            to=county,
            lane=Lane.CONTROL,
            payload=payload_bytes(payload),
            suite=SuiteNumber.XWING,
        )

    async def look(self) -> None:
        """What is due: ask, or take new keys. For a job of every hour."""
        now_ms = self._relay.clock.now_ms()
        since_ms = await self._relay.store.transact(lambda session: _since(session, now_ms))
        awaits = await asyncio.to_thread(awaits_certificate, self._identity)
        old_ms = self._relay.editions.roster.rules.keys_days * _DAY_MS
        if abs(now_ms - since_ms) > (_PAUSE_MS if awaits else old_ms):
            await self.ask()
        await self._certify(now_ms)
        entry = self._relay.editions.roster.nodes.get(self._relay.node)
        if await asyncio.to_thread(may_take_keys, self._identity, entry):
            self.ready.set()
        if await asyncio.to_thread(is_replaced, self._identity):
            self.ready.set()

    async def watch(self) -> None:
        """Look at once when the county has another TLS authority: children wait for this hub."""
        while True:
            await run_logged("renewal", self.look)
            await self._changed.wait()
            self._changed.clear()

    def _look_at_roster(self) -> None:
        if self._authorities != (now := self._own_authorities()):
            self._authorities = now
            self._changed.set()

    def _own_authorities(self) -> tuple[bytes, ...]:
        return self._relay.editions.roster.own_authorities(self._identity.ca)

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        """Keep the certificate; receipts and what else comes to a hub need no effect."""
        county, _ = self._relay.editions.roster.county()
        mine = [envelope for envelope in envelopes if envelope.origin == county]
        read = await asyncio.to_thread(lambda: [self._open(envelope) for envelope in mine])

        async def effect(session: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
            for envelope, content in zip(mine, read, strict=True):
                if envelope.id in new:
                    await self._act(session, envelope, content)

        return effect

    async def take_up(self) -> None:
        """Read again what an older program could not understand; after each start."""

        async def work(session: AsyncSession) -> None:
            for envelope, _ in await poison.envelopes(session):
                content = self._open(envelope) if envelope.to == self._relay.node else None
                if content is not None and not isinstance(content, NeedsNewerError):
                    await poison.forget(session, envelope)
                    await self._act(session, envelope, content)

        await self._relay.store.transact(work)

    async def _act(
        self, session: AsyncSession, envelope: Envelope, content: Payload | NeedsNewerError | None
    ) -> None:
        if isinstance(content, Renewed):
            await asyncio.to_thread(self._keep, content.certificate)
            self._changed.set()
        elif isinstance(content, NeedsNewerError):
            item, now_ms = EnvelopeItem(wire=envelope.wire), self._relay.clock.now_ms()
            await poison.keep(session, item, content, peer=None, now_ms=now_ms)

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        """None belong to what a hub is sent."""

    def _open(self, envelope: Envelope) -> Payload | NeedsNewerError | None:
        """What is in it; None if that can't be known, now or later."""
        try:
            key = self._identity.keys.opening.get(suite_number(envelope.header.suite))
            return read_payload(envelope.open(key)) if key else None
        except NeedsNewerError as exc:
            log.warning("an envelope needs a newer program", extra=_fields(envelope, exc))
            return exc
        except PeerError as exc:
            log.warning("envelope can't be opened", extra=_fields(envelope, exc))
            return None

    def _keep(self, certificate: bytes) -> None:
        try:
            keep_certificate(self._identity, certificate, self._relay.editions.roster)
        except PeerError as exc:
            log.warning("certificate refused", extra={"event": "renewal.refused", "code": exc.code})

    def _keys_of(self, node: NodeId) -> PublicKeys | None:
        entry = self._relay.editions.roster.nodes.get(node)
        return entry.keys if entry else None


def _fields(envelope: Envelope, exc: PeerError) -> dict[str, str]:
    return {"event": "hub.mail", "code": exc.code, "envelope": envelope.id.hex()}


async def keys_taken(session: AsyncSession) -> None:
    """The hub has new keys: their time begins when they are next looked at."""
    await drop_note(session, _SINCE)


async def _since(session: AsyncSession, now_ms: int) -> int:
    held = await read_note(session, _SINCE)
    if held is None:
        await _note(session, now_ms)
        return now_ms
    return int.from_bytes(held)


async def _note(session: AsyncSession, now_ms: int) -> None:
    await keep_note(session, _SINCE, max(now_ms, 0).to_bytes(8))
