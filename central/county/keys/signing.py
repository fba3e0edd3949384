"""Another signing key of a county: made and announced, then used; the old one for a while more.

Nodes believe an announced key, so the change needs no moment at which all of them hear of it. What
lies here under the old signature is signed anew, id by id, as the old key stops counting one day.

Source: docs/operations.md, "New keys of the county"; docs/adr/0035-another-signing-key.md.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from central.county.catalogue.service import Catalogue
from central.county.keys.calls import KeyState
from central.county.keys.copies import MADE, Overview, name_of, not_heard, require_copy
from central.relay.queue.resigning import sign_spool_anew
from central.relay.service import Relay
from protocol.envelope.keyring import SigningRing
from protocol.envelope.keys import SoftwareSigner
from protocol.errors import RekeyError, SignatureError, UsageError
from protocol.ports import Randomness
from protocol.trust.edition import Kind, open_head
from protocol.trust.roster import RosterEntry
from provisioning.authority import Authority
from runtime.disk.files import disk_errors
from runtime.node.identity import add_signing, signing_seeds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """The steps of one county."""

    relay: Relay
    authority: Authority
    catalogue: Catalogue
    randomness: Randomness
    overview: Overview  # of the nodes, for who has not heard yet
    changed: Callable[[], Awaitable[None]]  # offers the authority's newest roster
    lock: threading.Lock = field(default_factory=threading.Lock)  # two at once would lose a key

    def begin(self) -> None:
        """Sign with the key that the authority's roster names.

        Raises:
            DamagedError: its private half is not on this disk.
        """
        entry = self._entry()
        if entry.keys is not None:
            self._ring().use(entry.keys.signing)

    async def announce(self) -> KeyState:
        """Put the next key on disk, then on the roster.

        Raises:
            RekeyError: one is announced already.
        """
        await asyncio.to_thread(self._announce)
        await self.changed()
        return await self.status()

    async def use(self, *, force: bool, stolen: bool) -> KeyState:
        """Sign with the announced key from now on, and sign anew what waits.

        Args:
            force: although no copy of it is known.
            stolen: what the old one signed counts no more from now on.

        Raises:
            RekeyError: none is announced.
            RekeyUnsafeError: no copy of it is known.
        """
        await asyncio.to_thread(self._use, force=force, stolen=stolen)
        await self.changed()
        await self.settle()
        return await self.status()

    async def drop(self, *, anyway: bool) -> KeyState:  # noqa: ARG002 - as the others
        """Refused: what counts of the old one ends by itself.

        Raises:
            UsageError: always.
        """
        raise UsageError("旧的签名密钥到期自动停用；已被盗时用 use --stolen")

    async def status(self) -> KeyState:
        """Keys in use, announced (since when) and still believed, and who has not heard."""
        entry = self._entry()
        coming = entry.next_signing
        return KeyState(
            in_use=name_of(entry.keys.signing) if entry.keys else None,
            announced=name_of(coming.key) if coming else None,
            announced_ms=coming.announced_ms if coming else None,
            old=len(entry.former),
            not_heard=await not_heard(self.overview, coming.version if coming else None),
        )

    async def settle(self) -> None:
        """A slow job: former keys go in time, and nothing here bears the signature of one."""
        await asyncio.to_thread(self.authority.forget_former)
        await self.changed()
        signer = self.relay.identity.keys.signer
        count = await sign_spool_anew(self.relay.store, self.relay.node, signer)
        if count:
            log.info("signed anew", extra={"event": "signing.anew", "count": count})
        release = await self.relay.editions.current(Kind.RELEASE)
        if release is None:
            return
        try:
            open_head(signer.public_bytes(), Kind.RELEASE, release.proof)
        except SignatureError:
            await self.catalogue.move_ahead(1)

    def _entry(self) -> RosterEntry:
        return self.authority.roster().county()[1]

    def _ring(self) -> SigningRing:
        ring = self.relay.identity.keys.signer
        if not isinstance(ring, SigningRing):
            raise TypeError("a county's signing key can't be joined by another")
        return ring

    def _announce(self) -> None:
        """A key that a power cut left unannounced is taken up."""
        with self.lock:
            if self._entry().next_signing is not None:
                raise RekeyError("已公布，尚未启用")
            signer = SoftwareSigner(self._next_seed())
            self._ring().add(signer)
            public = signer.public_bytes()
            self.authority.audit.add(actor="", action=MADE, subject=name_of(public))
            self.authority.announce_signing(public)

    def _next_seed(self) -> bytes:
        entry, seeds = self._entry(), signing_seeds(self.relay.identity)
        publics = [SoftwareSigner(seed).public_bytes() for seed in seeds]
        if entry.keys is not None and publics[-1] != entry.keys.signing:
            return seeds[-1]
        with disk_errors():
            return add_signing(self.relay.identity, self.randomness)

    def _use(self, *, force: bool, stolen: bool) -> None:
        with self.lock:
            coming = self._entry().next_signing
            if coming is not None and not force:
                require_copy(self.authority, name_of(coming.key))
            if coming is not None and coming.key not in self._ring().publics():
                raise RekeyError("已公布的新钥不在本机")
            self.authority.use_signing(stolen=stolen)
            self.begin()
