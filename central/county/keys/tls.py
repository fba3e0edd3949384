"""Another TLS authority of a county: made and announced, then used, and the old one dropped.

Nodes trust an announced authority, and a former one while anybody has a certificate of it, so no
moment is needed at which all of them hear of the change. Each asks for a certificate of the one in
use when its roster names it (docs/protocol.md section 10.6).

Source: docs/operations.md, "New keys of the county"; docs/adr/0040-another-tls-authority.md.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from central.county.keys.calls import KeyState
from central.county.keys.copies import BACKUP, MADE, Overview, not_heard, require_copy
from protocol.errors import RekeyWaitingError
from protocol.trust.certificate import authority_name, certificate_pem
from provisioning.authority import Authority
from runtime.disk.files import disk_errors, write_private
from runtime.node.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsRekeying:
    """The steps of one county."""

    identity: Identity
    authority: Authority
    overview: Overview  # of the nodes, for who has not heard yet, and who has which certificate
    changed: Callable[[], Awaitable[None]]  # offers the authority's newest roster
    lock: threading.Lock = field(default_factory=threading.Lock)  # two at once would lose a key

    def begin(self) -> None:
        """Show the certificate that the authority has issued last; a power cut may have come first.

        Raises:
            DiskFullError, StoreError: it can't be written.
        """
        self._show_newest()
        self.authority.succession.tidy()

    async def announce(self) -> KeyState:
        """Put the next authority on disk, then on the roster.

        Raises:
            RekeyError: one is announced already, or too many count.
        """
        await asyncio.to_thread(self._announce)
        await self.changed()
        return await self.status()

    async def use(self, *, force: bool, stolen: bool) -> KeyState:
        """Issue by the announced authority from now on; the county shows a certificate of it.

        Args:
            force: although no backup has it.
            stolen: the one before counts no more from now on, whoever has a certificate of it.

        Raises:
            RekeyError: none is announced, or its key is not here.
            RekeyUnsafeError: no backup has it.
        """
        await asyncio.to_thread(self._use, force=force, stolen=stolen)
        await self.changed()
        return await self.status()

    async def drop(self, *, anyway: bool) -> KeyState:
        """Let certificates of former authorities count no more.

        Args:
            anyway: although nodes have no other, as far as is known.

        Raises:
            RekeyError: there is no former one.
            RekeyWaitingError: nodes have a certificate of one.
        """
        state = await self.status()
        waiting = state.old and state.not_over
        if waiting and not anyway:
            raise RekeyWaitingError(str(waiting))
        await asyncio.to_thread(self.authority.succession.drop)
        await self.changed()
        return await self.status()

    async def status(self) -> KeyState:
        """Which is in use, announced (since when) and old; who has not heard, or has an old one."""
        succession, coming = self.authority.succession, self.authority.succession.announced
        in_use = _name(succession.counted[0])
        return KeyState(
            in_use=in_use,
            announced=_name(coming.certificate) if coming else None,
            announced_ms=coming.announced_ms if coming else None,
            old=len(succession.counted) - 1,
            not_heard=await not_heard(self.overview, coming.version if coming else None),
            not_over=await self._not_over(in_use),
        )

    async def _not_over(self, in_use: str) -> int | None:
        """Nodes that have not said that their certificate is of it; None: it is the first."""
        if not self.authority.roster().county()[1].authorities:
            return None
        views = [view for view in await self.overview() if view.should_speak]
        return sum(view.authority != in_use for view in views)

    def _announce(self) -> None:
        with self.lock:
            certificate = self.authority.succession.prepare()
            self.authority.audit.add(actor="", action=MADE, subject=_name(certificate))
            self.authority.succession.announce(certificate, self.authority.clock.now_ms())

    def _use(self, *, force: bool, stolen: bool) -> None:
        with self.lock:
            coming = self.authority.succession.announced
            if coming is not None and not force:
                require_copy(self.authority, _name(coming.certificate), (BACKUP,))
            self.authority.succession.use(stolen=stolen)
            self._show_newest()

    def _show_newest(self) -> None:
        path = self.identity.certificate_path
        newest = certificate_pem(self.authority.county_certificate())
        with disk_errors():
            if not path.exists() or path.read_bytes() != newest:
                write_private(path, newest)


def _name(certificate: bytes) -> str:
    return authority_name(certificate).hex()
