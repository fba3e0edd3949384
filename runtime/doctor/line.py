"""Why the parent can't be reached: what answers at its address, before a byte is said.

Source: docs/protocol.md section 10.4.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from protocol.errors import MalformedError
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_key_hash, certificate_node
from runtime.doctor.finding import Found
from runtime.line.tls import client_context

_CONNECT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentAddress:
    """Where the parent should be, and how it is known."""

    url: str
    node: NodeId
    authorities: Sequence[bytes]  # DER
    tls_keys: Collection[bytes]  # hashes; empty: not known, its name must do


async def parent_faults(parent: ParentAddress, connect_s: float = _CONNECT_S) -> Sequence[Found]:
    """Why no exchange with it can be had."""
    return [found async for found in _look(parent, connect_s)]


async def _look(parent: ParentAddress, connect_s: float) -> AsyncIterator[Found]:
    parts = urlsplit(parent.url)
    host, number = parts.hostname or "", parts.port or 443
    try:
        async with asyncio.timeout(connect_s):
            await asyncio.get_running_loop().getaddrinfo(host, number, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        yield Found("parent.no-name", host)
        return
    try:
        async with asyncio.timeout(connect_s):
            shown = await _certificate(host, number, client_context(parent.authorities))
    except ConnectionRefusedError:
        yield Found("parent.refused", parent.url)
    except ssl.SSLError as exc:
        yield Found("parent.intercepted", f"{parent.url} {exc.reason or ''}".strip())
    except (OSError, TimeoutError):
        yield Found("parent.no-answer", parent.url)
    else:
        if not _is_of(shown, parent):
            yield Found("parent.other-key", parent.url)


async def _certificate(host: str, number: int, context: ssl.SSLContext) -> bytes:
    _, writer = await asyncio.open_connection(host, number, ssl=context, server_hostname=host)
    try:
        found: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
        return found
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _is_of(shown: bytes, parent: ParentAddress) -> bool:
    try:
        named, key = certificate_node(shown), certificate_key_hash(shown)
    except MalformedError:
        return False
    return named == parent.node and (not parent.tls_keys or key in parent.tls_keys)
