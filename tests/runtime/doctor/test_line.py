"""Why a parent can't be reached, over real sockets: each cause has its name."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from protocol.trust.certificate import certificate_key_hash
from runtime.doctor.command import lines
from runtime.doctor.line import ParentAddress, parent_faults
from runtime.line.tls import server_context
from tests.builders.certificates import SmallCa
from tests.builders.envelopes import HUB, STATION

CA, PORTAL = SmallCa(), SmallCa(secret=bytes(32))
TLS = b"h" * 32


def at(port: int, *, host: str = "127.0.0.1", known: bool = True) -> ParentAddress:
    key = certificate_key_hash(CA.certificate(HUB, TLS if known else b"x" * 32))
    return ParentAddress(
        url=f"https://{host}:{port}", node=HUB, authorities=(CA.der,), tls_keys={key}
    )


async def found(parent: ParentAddress, wait_s: float = 10.0) -> list[str]:
    faults = await parent_faults(parent, wait_s)
    assert all(one.code in line for one in faults for line in list(lines([one]))[:1])
    return [one.code for one in faults]


@asynccontextmanager
async def answering(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n")
        with suppress(OSError):
            await reader.read()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
        if context is None:
            await ended.wait()


async def test_the_parent_itself_is_no_fault(tmp_path: Path) -> None:
    async with answering(server_context((CA.der,), *CA.files(tmp_path, HUB, TLS))) as port:
        assert await found(at(port)) == []


async def test_another_node_of_the_county_or_another_key(tmp_path: Path) -> None:
    async with answering(server_context((CA.der,), *CA.files(tmp_path, HUB, TLS))) as port:
        assert await found(at(port, known=False)) == ["parent.other-key"]
    async with answering(server_context((CA.der,), *CA.files(tmp_path, STATION, TLS))) as port:
        assert await found(at(port)) == ["parent.other-key"]


async def test_a_device_that_looks_into_tls_and_a_portal(tmp_path: Path) -> None:
    looked = server_context((PORTAL.der,), *PORTAL.files(tmp_path, HUB, TLS))
    async with answering(looked) as port:
        assert await found(at(port)) == ["parent.intercepted"]
    async with answering(None) as port:
        assert await found(at(port)) == ["parent.intercepted"]


async def test_no_program_at_the_port() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert await found(at(free.getsockname()[1])) == ["parent.refused"]


async def test_one_who_accepts_and_says_nothing() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        assert await found(at(mute.getsockname()[1]), 0.2) == ["parent.no-answer"]


async def test_a_name_that_nobody_knows() -> None:
    assert await found(at(443, host="hub.invalid")) == ["parent.no-name"]
