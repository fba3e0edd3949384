"""How the settings of a server open its pages to browsers.

Source: docs/operations.md, "People and pages".
"""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from central.pages.calls import PagesPlace, place_call
from central.server.config import ServerConfig
from protocol.errors import UsageError
from provisioning.page_certificate import fingerprint_of, page_certificate
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.web.guard import host_of
from runtime.web.opening import Opening, Pages

OFF = "off"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def opening_of(data: Path, config: ServerConfig, usual: str) -> Opening | None:
    """What the settings say; None if there are to be no pages.

    Args:
        data: folder in which a certificate is made where the settings name none.
        config: the settings.
        usual: host:port where no setting says another.

    Raises:
        UsageError: the address or the certificate can't be used.
        DiskFullError, StoreError: a certificate can't be written.
    """
    return _opening(data, config, "pages", config.pages, usual)


def api_opening_of(data: Path, config: ServerConfig, usual: str) -> Opening | None:
    """The same for the API, by ``api``; under the certificate of the pages."""
    return _opening(data, config, "api", config.api, usual)


def _opening(data: Path, config: ServerConfig, key: str, chosen: str, usual: str) -> Opening | None:
    if chosen == OFF:
        return None
    host, port = _address(key, chosen or usual)
    names = (host, *config.page_hosts, *_LOOPBACK)
    certificate, private = _files(data, config, names)
    return Opening(
        host=host,
        port=port,
        is_choice=bool(chosen),
        names=names,
        context=_context(certificate, private),
        fingerprint=fingerprint_of(certificate),
    )


def where(pages: Pages | None, name: str) -> dict[str, Operation]:
    """What can be asked of a node with open pages: where they are, by a call of this name."""
    if pages is None:
        return {}

    async def found(_: Actor, __: Nothing, ___: Report = silent) -> PagesPlace:
        return PagesPlace(url=pages.url, sha256=pages.opening.fingerprint)

    return handlers(Handler(place_call(name), found))


def _address(key: str, text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"https://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None:
        raise UsageError(f"{key} = {text!r}: host:port or {OFF!r} is expected")
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
