"""Opening a site to browsers: where it listens, under which certificate, for which hosts.

Source: docs/operations.md, "People and pages".
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from central.config import ServerConfig
from central.web.guard import Hosts, host_of
from central.web.site import Site
from protocol.errors import UsageError
from provisioning.page_certificate import fingerprint_of, page_certificate
from runtime.control.owner import Report

OFF = "off"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a site is opened."""

    host: str
    port: int
    is_choice: bool  # somebody asked for this very port; else a free one will do
    names: tuple[str, ...]  # hosts that it answers for, each with a port if that is another one
    context: ssl.SSLContext
    fingerprint: str  # of the certificate, SHA-256, as browsers show it

    @classmethod
    def of(cls, data: Path, config: ServerConfig, usual: str) -> Self | None:
        """What the settings say; None if there are to be no pages.

        Args:
            usual: host:port where no setting says another.

        Raises:
            UsageError: the address or the certificate can't be used.
            DiskFullError, StoreError: a certificate can't be written.
        """
        if config.pages == OFF:
            return None
        host, port = _address(config.pages or usual)
        names = (host, *config.page_hosts, *_LOOPBACK)
        certificate, key = _files(data, config, names)
        return cls(
            host=host,
            port=port,
            is_choice=bool(config.pages),
            names=names,
            context=_context(certificate, key),
            fingerprint=fingerprint_of(certificate),
        )

    def hosts(self, port: int) -> Hosts:
        """The hosts that the site answers for, once it listens on ``port``."""
        return Hosts(self.names, port)

    def url(self, port: int) -> str:
        """Where a browser on this machine, or at the host that was set, finds it."""
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"


@dataclass(slots=True, kw_only=True)
class Pages:
    """The pages that a server has for people, and where they are once it is open."""

    site: Site
    opening: Opening
    tell: Callable[[str], None]  # told their URL
    url: str = ""

    @classmethod
    def of(
        cls,
        data: Path,
        config: ServerConfig,
        usual: str,
        *,
        site: Site,
        tell: Callable[[str], None],
    ) -> Self | None:
        """The pages of ``site``; None if the settings say that there are to be none.

        Raises as :meth:`Opening.of`.
        """
        opening = Opening.of(data, config, usual)
        return cls(site=site, opening=opening, tell=tell) if opening else None

    def opened(self, port: int) -> None:
        """The server listens on ``port``, and will again if it is opened anew."""
        self.opening = replace(self.opening, port=port)
        self.site.hosts = self.opening.hosts(port)
        self.url = self.opening.url(port)
        self.tell(self.url)

    async def where(self, _: Mapping[str, Any], __: Report) -> dict[str, str]:
        """An operation: where a browser finds them, and by which fingerprint it knows them."""
        return {"url": self.url, "sha256": self.opening.fingerprint}


def _address(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"https://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None:
        raise UsageError(f"pages = {text!r}: host:port or {OFF!r} is expected")
    return host, port


def _files(data: Path, config: ServerConfig, names: tuple[str, ...]) -> tuple[Path, Path]:
    """Certificate and key: those of the settings, else self-signed ones for ``names``."""
    if config.page_certificate:
        return Path(config.page_certificate), Path(config.page_key)
    hosts = [host_of(name) for name in names]
    return page_certificate(data, list(dict.fromkeys(hosts)))


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # browsers of old machines
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as exc:
        raise UsageError(f"{certificate}, {key}: {exc}") from None
    return context
