"""A crowd of silent connections, and nodes that never say who they are, keep nobody out."""

import asyncio
import json
import resource
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from examples.sandbox import Program
from protocol.exchange.messages import Hello
from protocol.exchange.wire import encode
from runtime.line.tls import client_context
from runtime.node.identity import load_identity
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system

SILENT = 1100
LIMIT = "--nofile=1024:1024"  # the usual one, as hard as it can be


@contextmanager
def silent_crowd(port: int, count: int = SILENT) -> Iterator[list[socket.socket]]:
    """So many connections from one address that say nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in crowd:
            one.settimeout(5)
            with suppress(OSError):  # dropped or refused: tried all the same
                one.connect(("127.0.0.1", port))
        yield crowd


def port_of(program: Program) -> int:
    return urlsplit(program.url).port or 0


def log_of(township: Township, program: Program) -> list[dict[str, object]]:
    text = (township.sandbox.folder / f"{program.name}.log").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


async def start_tight(township: Township, program: Program) -> None:
    """Start it anew where only 1,024 files may be open."""
    await township.sandbox.stop(program)
    program.prefix = ("prlimit", LIMIT)
    await township.sandbox.start(program)
    program.prefix = ()


async def test_an_honest_station_exchanges_beside_1100_silent_connections(
    township: Township,
) -> None:
    await township.open()
    station = township.stations[0]
    await start_tight(township, township.hub)
    with silent_crowd(port_of(township.hub)):
        application = await township.submit(station, 1)
        await township.sandbox.ask(township.hub, "status", "--json")  # by its control socket
        await township.reaches(station, application, "received", "complete")
        lines = log_of(township, township.hub)
    assert len(lines) < 60, "repeats are counted, not written"
    assert any(line.get("event") == "start.files-low" for line in lines)
    assert not any("Traceback" in str(line) for line in lines)


@pytest.mark.parametrize("pages", [True, False], ids=["pages", "control socket"])
async def test_neither_pages_nor_the_control_socket_can_be_filled(
    township: Township, *, pages: bool
) -> None:
    await township.open(0)
    county = township.county
    await start_tight(township, county)
    url = str((await township.sandbox.ask(county, "console", "--json"))["url"])
    console = urlsplit(url).port or 0
    with ExitStack() as stack:
        if pages:
            stack.enter_context(silent_crowd(console))
        else:
            _crowd_of_a_unix_socket(stack, county.data / "control.sock")
        assert await township.cases() == []
        browser = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        browser.check_hostname, browser.verify_mode = False, ssl.CERT_NONE
        reader, writer = await asyncio.open_connection("127.0.0.1", console, ssl=browser)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % console)
        assert (await reader.readline()).startswith(b"HTTP/1.1 ")
        writer.close()


def _crowd_of_a_unix_socket(stack: ExitStack, path: Path) -> None:
    for _ in range(SILENT):
        one = stack.enter_context(socket.socket(socket.AF_UNIX))
        one.settimeout(5)
        with suppress(OSError):
            one.connect(str(path))


async def test_a_node_that_never_says_hello_holds_one_place(township: Township) -> None:
    """The hub serves two exchanges at once; another station's would fill it for a minute each."""
    await township.open(2)
    hub, (rude, honest) = township.hub, township.stations
    await township.sandbox.stop(rude)
    await township.sandbox.stop(hub)
    (hub.data / "hub.toml").write_text("max_exchanges = 2\n", "utf-8")
    await township.sandbox.start(hub)
    calls = [await _call_without_hello(rude, hub) for _ in range(6)]
    application = await township.submit(honest, 1)
    await township.reaches(honest, application, "received", "complete")
    await until(lambda: _all_but_one_ended(calls))
    for _, writer in calls:
        writer.close()


async def test_who_comes_while_all_places_are_taken_gets_the_next_free_one(
    township: Township,
) -> None:
    """On the connection that it has: it is neither refused nor does it come again."""
    await township.open(2)
    hub, (one, other) = township.hub, township.stations
    for program in (one, other, hub):
        await township.sandbox.stop(program)
    (hub.data / "hub.toml").write_text("max_exchanges = 1\n", "utf-8")
    await township.sandbox.start(hub)
    _, inside = await _call_without_hello(one, hub)
    reader, waiting = await _call_without_hello(other, hub)
    inside.close()
    hello = encode(Hello(instance=b"instance", exchange=b"exchange"))
    waiting.write(b"%x\r\n%b\r\n" % (len(hello), hello))
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    waiting.close()


Call = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _call_without_hello(station: Program, hub: Program) -> Call:
    identity = load_identity(station.data)
    context = client_context((identity.ca,), identity.certificate_path, identity.key_path)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(hub), ssl=context)
    writer.write(
        b"POST /v1/exchange HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/vnd.yizhan.frames\r\n\r\n"
    )
    await asyncio.sleep(0.2)  # in turn
    return reader, writer


async def _all_but_one_ended(calls: list[Call]) -> bool:
    return sum(reader.at_eof() or reader.exception() is not None for reader, _ in calls) == 5
