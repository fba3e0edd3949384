"""Renewal: now and then, or when a person asks, this station gets new keys from the county.

How often is a rule of the county: once a year, if it says nothing. When the county has another TLS
authority, it gets a certificate of that for the keys it has. Asking and answering are envelopes, so
both go by line or stick. What has come is taken at the next start, keys once our own roster names
them; the agent starts itself anew for that. Age goes by trusted time: a wrong date never makes keys
old.

Source: docs/protocol.md sections 10.5 and 10.6.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from protocol.envelope.payloads import Inquiry, Recertify
from protocol.ports import Clock, Randomness
from protocol.trust.certificate import authority_name
from protocol.trust.trusted_clock import TrustedClock
from runtime.node.certificate import is_replaced, wants_certificate
from runtime.node.identity import Identity
from runtime.node.renewal import ask_for_keys, may_take_keys
from station_agent.exchange.receiver import HeldRoster
from station_agent.intake.sealing import SealingService, control_draft
from station_agent.store import station
from station_agent.store.db import Database, Transaction

_DAY_MS = 86_400_000
_PAUSE_MS = 30 * _DAY_MS  # a stick may take weeks; the answer to a second request is the same

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalService:
    """Asks for new keys, and says when they can be taken."""

    identity: Identity
    held: HeldRoster
    database: Database
    sealing: SealingService
    trusted: TrustedClock
    clock: Clock
    randomness: Randomness
    ready: asyncio.Event = field(default_factory=asyncio.Event)  # start anew to take new keys

    async def ask(self) -> None:
        """Ask the county for new keys now.

        Raises:
            DiskFullError, StoreError: nothing was asked.
        """
        renewal = await asyncio.to_thread(ask_for_keys, self.identity, self.randomness)
        await self.sealing.seal(control_draft(renewal))
        now_ms = self.clock.now_ms()
        await self.database.write(lambda tx: station.asked_for_keys(tx, now_ms))
        log.info("new keys asked for", extra={"event": "renewal.asked"})

    async def look(self) -> None:
        """What is due: ask, show new keys, or take them. For a job of every hour."""
        if await self.database.write(self._is_due):
            await self.ask()
        if await self.database.read(lambda tx: not station.read_state(tx).keys_shown):
            await self.sealing.seal(control_draft(Inquiry()))  # asks nothing; it is the signature
            await self.database.write(station.showed_keys)
        await self._certify()
        entry = self.held.roster.nodes.get(self.identity.node)
        if await asyncio.to_thread(may_take_keys, self.identity, entry):
            self.ready.set()
        if await asyncio.to_thread(is_replaced, self.identity):
            self.ready.set()

    async def _certify(self) -> None:
        """Ask for a certificate of the TLS authority in use, once a month and once for each."""
        identity, roster = self.identity, self.held.roster
        if not await asyncio.to_thread(wants_certificate, identity, roster):
            return
        name, now_ms = authority_name(roster.authorities(identity.ca)[0]), self.clock.now_ms()
        state = await self.database.read(station.read_state)
        asked_ms = state.certify_ms if state.certify_of == name else None
        if asked_ms is not None and abs(now_ms - asked_ms) <= _PAUSE_MS:
            return
        await self.sealing.seal(control_draft(Recertify()))
        await self.database.write(lambda tx: station.asked_for_certificate(tx, name, now_ms))
        log.info("certificate asked for", extra={"event": "certificate.asked"})

    def _is_due(self, tx: Transaction) -> bool:
        trusted_ms, state = self.trusted.now_ms(), station.read_state(tx)
        if trusted_ms is None:
            return False
        if state.keys_ms is None:
            station.note_keys(tx, trusted_ms)
            return False
        if trusted_ms - state.keys_ms <= self.held.roster.rules.keys_days * _DAY_MS:
            return False
        asked_ms = state.renewal_ms
        return asked_ms is None or abs(self.clock.now_ms() - asked_ms) > _PAUSE_MS
