"""Addresses that nodes are called at.

Source: docs/protocol.md section 10.1.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from protocol.errors import UsageError
from protocol.limits import MAX_URL_CHARS

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def checked_url(url: str) -> str:
    """An address that children can call: ``https://host:port``, without a slash at the end.

    Raises:
        UsageError: anything else.
    """
    wrong = UsageError(f"not an address: {url[:60]!r} (https://host:port is expected)")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    extra = parts.path.removeprefix("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme != "https" or not _is_host(host) or port == 0 or extra:
        raise wrong
    plain = f"https://{parts.netloc}"
    if len(plain) > MAX_URL_CHARS:
        raise wrong
    return plain


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _HOST.fullmatch(host) is not None
    return True
