"""Guards of every page: the right host, no other site's page, a form of this very login.

A page of another site can make a browser send requests here with its cookies (CSRF), or name this
address as its own host (DNS rebinding). Both are told by their headers; very old browsers send
none of these, and are told by the token in each form.

Source: docs/security.md, "Pages".
"""

import hashlib
import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web

from protocol.errors import PageForeignError, PageHostError

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PORTS = {"https": 443, "http": 80}
_PROOF_CHARS = 64
_SAFE = ("GET", "HEAD")
_OWN_FETCHES = ("same-origin", "none")  # none: typed, or from a bookmark


def cookie_name(node: str, *, secure: bool = True) -> str:
    """Of the cookie of one node's site: browsers share cookies between all ports of a host."""
    return f"{'__Host-' if secure else ''}yizhan-{node}"


class Hosts:
    """The hosts that a page may be asked for: none until the site has been opened at a port."""

    def __init__(self, scheme: str = "https") -> None:
        self._scheme = scheme
        self._hosts: Collection[tuple[str, int]] = ()

    def open_at(self, port: int, names: Collection[str]) -> None:
        """The site listens on ``port`` now, as these hosts and no others.

        Args:
            names: hosts, each with ``:port`` where it is another than ``port``.
        """
        self._hosts = {_host_and_port(name, port) for name in names}

    def check(self, request: web.Request) -> None:
        """Raise PageHostError unless the request is for one of them."""
        if not self._is_own(request.headers.get("Host", "")):
            raise PageHostError(request.headers.get("Host", "")[:80])

    def check_origin(self, request: web.Request) -> None:
        """Raise PageForeignError for a change that another site's page asks for."""
        if request.method in _SAFE:
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in _OWN_FETCHES:
            raise PageForeignError(site[:40])
        origin = request.headers.get("Origin")
        if origin is not None:
            parts = urlsplit(origin)
            if parts.scheme != self._scheme or not self._is_own(parts.netloc):
                raise PageForeignError(origin[:80])

    def _is_own(self, host: str) -> bool:
        return _host_and_port(host, _PORTS[self._scheme]) in self._hosts


def host_of(text: str) -> str:
    """The host in ``host`` or ``host:port``."""
    return _host_and_port(text, 0)[0]


def _host_and_port(text: str, otherwise: int) -> tuple[str, int]:
    """Host in small letters, and port; an empty host if it can't be read."""
    bare = text.count(":") > 1 and not text.startswith("[")  # an IPv6 address by itself
    try:
        parts = urlsplit(f"//[{text}]" if bare else f"//{text}")
        return (parts.hostname or "").lower(), parts.port or otherwise
    except ValueError:
        return "", 0


def page_of(token: str) -> str:
    """What tells the page that carries ``token`` from others; empty if nothing does."""
    return token[:-_PROOF_CHARS]


class FormTokens:
    """Tokens that only pages of this login know; each page has its own, to tell it from others."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, cookie: str, page: bytes = b"") -> str:
        """The token for whoever holds ``cookie``; ``page`` are a few random bytes."""
        return page.hex() + self._proof(cookie, page.hex())

    def fits(self, cookie: str, token: str) -> bool:
        """Whether ``token`` is of that cookie."""
        page, proof = page_of(token), token[-_PROOF_CHARS:]
        right = self._proof(cookie, page)
        return bool(cookie) and hmac.compare_digest(right.encode(), proof.encode())

    def _proof(self, cookie: str, page: str) -> str:
        said = f"{page}:{cookie}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()
