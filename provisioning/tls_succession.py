"""Another TLS authority of the county: announced, used, and the one before dropped.

All that counts stand on the roster, so nodes trust the next one before a certificate of it is
shown to them, and the former one as long as somebody has a certificate of it. Their private keys
lie beside each other; the roster says which one issues.

Source: docs/protocol.md section 7.2; docs/adr/0040-another-tls-authority.md.
"""

import logging
from pathlib import Path

from protocol.codec import altered, pack
from protocol.errors import RekeyError
from protocol.limits import MAX_AUTHORITIES
from protocol.ports import Randomness
from protocol.trust.roster import NextAuthority, Roster
from provisioning.issuer import Issuer
from provisioning.register import Register
from provisioning.tls_files import drop_before, find_authority, next_authority
from provisioning.x509 import TlsAuthority
from runtime.disk.files import disk_errors

log = logging.getLogger(__name__)


class TlsSuccession:
    """The steps of one authority; each takes the register's lock."""

    def __init__(
        self, register: Register, *, issuer: Issuer, folder: Path, randomness: Randomness
    ) -> None:
        self._register, self._issuer = register, issuer
        self._folder, self._randomness = folder, randomness

    @property
    def counted(self) -> tuple[bytes, ...]:
        """Certificates (DER) of the one in use and those before it, as the roster has them."""
        return self._register.roster.county()[1].authorities or (self._issuer.certificate,)

    @property
    def announced(self) -> NextAuthority | None:
        """What the roster says of the next one."""
        return self._register.roster.county()[1].next_authority

    def prepare(self) -> bytes:
        """Put the next authority on disk; its certificate (DER).

        Raises:
            RekeyError: one is announced, and its key is here; or too many count.
            DiskFullError, StoreError: it can't be written.
        """
        with self._register.lock, disk_errors():
            announced = self.announced
            if announced and find_authority(self._folder, announced.certificate):
                raise RekeyError("已公布，尚未启用")
            if len(self.counted) >= MAX_AUTHORITIES:
                raise RekeyError("旧的证书签发密钥太多，请先停用（rekey drop --key tls）")
            county, _ = self._register.roster.county()
            return next_authority(
                self._folder, self._issuer.certificate, county, self._randomness
            ).certificate

    def announce(self, certificate: bytes, now_ms: int) -> Roster:
        """Let nodes trust what :meth:`prepare` has made."""
        with self._register.lock:
            county, entry = self._register.roster.county()
            version = self._register.roster.version + 1
            coming = NextAuthority(certificate=certificate, version=version, announced_ms=now_ms)
            return self._register.alter(county, altered(entry, next_authority=coming))

    def use(self, *, stolen: bool) -> Roster:
        """Issue by the announced authority from now on; the county's own certificate, too.

        Args:
            stolen: certificates of the present one, and of any before it, count no more.

        Raises:
            RekeyError: none is announced, or its key is not on this disk.
        """
        with self._register.lock:
            county, entry = self._register.roster.county()
            coming = self._announced_one()
            former = () if stolen else self.counted
            own = coming.issue_again(
                self._register.store.certificate(county),
                county,
                entry.role,
                entry.url,
                self._randomness,
            )

            def also(_: Roster) -> None:
                keys = pack(self._register.keys[county])
                self._register.store.put_keys(county, keys, own)

            authorities = (coming.certificate, *former)
            changed = altered(entry, authorities=authorities, next_authority=None)
            roster = self._register.put({county: changed}, also)
            self._issuer.succeed(coming)
            self.tidy()
            return roster

    def drop(self) -> Roster:
        """Certificates of former authorities count no more.

        Raises:
            RekeyError: there is none.
        """
        with self._register.lock:
            county, entry = self._register.roster.county()
            if len(self.counted) == 1:
                raise RekeyError("没有旧的证书签发密钥")
            changed = altered(entry, authorities=self.counted[:1])
            roster = self._register.alter(county, changed)
            self.tidy()
            return roster

    def _announced_one(self) -> TlsAuthority:
        if self.announced is None:
            raise RekeyError("尚未公布新钥")
        found = find_authority(self._folder, self.announced.certificate)
        if found is None:
            raise RekeyError("已公布的新钥不在本机，请重新公布")
        return found

    def tidy(self) -> None:
        """Keys that issue nothing any more leave this disk; one that stays counts for nothing."""
        if len(self.counted) > 1:
            return
        try:
            if drop_before(self._folder, self._issuer.certificate):
                log.info("former TLS keys removed", extra={"event": "tls.removed"})
        except OSError as exc:
            fields = {"event": "tls.not-removed", "kind": type(exc).__name__}
            log.warning("keys of a former TLS authority are still here", extra=fields)
