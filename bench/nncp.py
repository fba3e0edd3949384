"""The peer: NNCP carries the same records from node A by way of B to C.

It stands for what a county could install today: store and forward, sealed to the end, by relay.
It gives no receipt, so its chain ends when the last file lies at C; ours ends a way back later.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import Say
from bench.wire import bytes_on_wire
from examples.line import Line
from examples.sandbox import free_port

_LIMIT_S = 180.0
_LOOK_S = 0.05
_KEYS = ("id", "exchpub", "exchprv", "signpub", "signprv", "noisepub", "noiseprv")
# One shell starts the sender for each file: that costs less than starting each from here.
_ENQUEUE = 'for file in "$2"/*; do "$0" -quiet -noprogress -cfg "$1" "$file" C: || exit 1; done'


class PeerMissingError(Exception):
    """The peer can't be run here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NncpFigures:
    """What NNCP took for all records together."""

    count: int
    enqueue_s: float
    carry_s: float  # from the last enqueued to the last file at C
    up_bytes: int  # between A and B, with headers

    @property
    def whole_s(self) -> float:
        """From the first enqueued to the last file at C."""
        return self.enqueue_s + self.carry_s


async def run_nncp(folder: Path, records: Sequence[bytes], say: Say) -> NncpFigures:
    """Carry ``records`` in ``folder``; every process is gone afterwards.

    Raises:
        PeerMissingError: it can't be had, failed, or took more than 180 s.
    """
    try:
        async with asyncio.timeout(_LIMIT_S):
            say("NNCP: fetching it")
            nodes = await _nodes(await _programs(folder), folder)
            return await _carry(nodes, records, say)
    except TimeoutError:
        raise PeerMissingError(f"NNCP was not done within {_LIMIT_S:.0f} s") from None
    except OSError as exc:
        raise PeerMissingError(f"NNCP could not be run: {exc}") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    name: str
    folder: Path
    programs: Path
    keys: dict[str, str]

    @property
    def config(self) -> Path:
        return self.folder / "nncp.json"

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    def command(self, program: str, *args: str) -> list[str]:
        path = str(self.programs / program)
        return [path, "-quiet", "-noprogress", "-cfg", str(self.config), *args]

    def holds_for(self, peer: "_Node") -> bool:
        """Whether there is a packet that ``peer`` has not confirmed yet."""
        with os.scandir(self.folder / "spool" / peer.keys["id"] / "tx") as entries:
            return any(entry.is_file() and entry.name[0] != "." for entry in entries)

    def write_config(self, neighbours: Sequence["_Node"]) -> None:
        for folder in (self.incoming, self.folder / "spool"):
            folder.mkdir(parents=True)
        document = {
            "spool": str(self.folder / "spool"),
            "log": str(self.folder / "log"),
            "self": self.keys,
            "neigh": {"self": _public(self.keys)}
            | {node.name: self._neighbour(node) for node in neighbours},
        }
        self.config.write_text(json.dumps(document), "utf-8")

    def _neighbour(self, node: "_Node") -> dict[str, Any]:
        entry: dict[str, Any] = {**_public(node.keys), "incoming": str(self.incoming)}
        return {**entry, "via": ["B"]} if {self.name, node.name} == {"A", "C"} else entry


def _public(keys: dict[str, str]) -> dict[str, str]:
    return {name: key for name, key in keys.items() if not name.endswith("prv")}


async def _carry(nodes: Sequence[_Node], records: Sequence[bytes], say: Say) -> NncpFigures:
    a, b, c = nodes
    outgoing = a.folder / "outgoing"
    outgoing.mkdir()
    for number, record in enumerate(records):
        (outgoing / f"{number:06}.json").write_bytes(record)
    async with AsyncExitStack() as stack:
        port_b, port_c = free_port(), free_port()
        for node, port in ((b, port_b), (c, port_c)):
            await stack.enter_async_context(_daemon(node, port))
        line = await stack.enter_async_context(Line(("127.0.0.1", port_b)))
        say(f"NNCP: enqueueing {len(records)}")
        enqueue_s = await _timed(
            _run("sh", "-c", _ENQUEUE, str(a.programs / "nncp-file"), str(a.config), str(outgoing))
        )
        say("NNCP: carrying")
        carry_s = await _timed(_call(a, b, line.url.removeprefix("https://")))
        carry_s += await _timed(_run(*b.command("nncp-toss")))
        carry_s += await _timed(_call(b, c, f"127.0.0.1:{port_c}"))
        carry_s += await _timed(_run(*c.command("nncp-toss")))
        up_bytes = bytes_on_wire(line.bytes_up, line.bytes_down)
    _check_arrived(c, records)
    return NncpFigures(count=len(records), enqueue_s=enqueue_s, carry_s=carry_s, up_bytes=up_bytes)


async def _call(caller: _Node, called: _Node, address: str) -> None:
    """Call until nothing waits any more; the silence before hanging up does not count."""
    command = caller.command("nncp-call", "-onlinedeadline", "2", called.name, address)
    async with _started(*command) as process:
        while caller.holds_for(called):
            if process.returncode is not None:
                raise PeerMissingError(f"nncp-call ended early with exit {process.returncode}")
            await asyncio.sleep(_LOOK_S)


def _check_arrived(node: _Node, records: Sequence[bytes]) -> None:
    arrived = sorted(file.read_bytes() for file in node.incoming.iterdir())
    if arrived != sorted(records):
        raise PeerMissingError(f"NNCP delivered {len(arrived)} of {len(records)}, or changed some")


async def _nodes(programs: Path, folder: Path) -> list[_Node]:
    """Three nodes that know each other, each with its own keys and spool."""
    nodes = [
        _Node(name=name, folder=folder / name, programs=programs, keys=await _new_keys(programs))
        for name in "ABC"
    ]
    for node in nodes:
        node.write_config([other for other in nodes if other is not node])
    return nodes


async def _new_keys(programs: Path) -> dict[str, str]:
    text = await _run(str(programs / "nncp-cfgnew"), "-nocomments")
    return {key: re.findall(rf"\b{key}: (\w+)", text)[0] for key in _KEYS}


@asynccontextmanager
async def _daemon(node: _Node, port: int) -> AsyncIterator[None]:
    async with _started(*node.command("nncp-daemon", "-bind", f"127.0.0.1:{port}")):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(_LOOK_S)
        yield


async def _programs(folder: Path) -> Path:
    """The folder of NNCP's programs: installed, or unpacked from Debian's package.

    The package is only unpacked below ``folder``, so nothing of it stays on the machine.
    """
    if installed := shutil.which("nncp-file"):
        return Path(installed).parent
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise PeerMissingError("NNCP is not installed and there is no apt-get to fetch it")
    package = await _download(folder)
    await _run("dpkg-deb", "-x", str(package), str(folder / "package"))
    return folder / "package" / "usr" / "bin"


async def _download(folder: Path) -> Path:
    download = ("apt-get", "download", "-qq", "nncp")
    try:
        await _run(*download, cwd=folder)
    except PeerMissingError:
        if os.geteuid():
            raise
        await _run("apt-get", "update", "-qq")  # a fresh machine has no lists yet
        await _run(*download, cwd=folder)
    (package,) = _packages(folder)
    return package


def _packages(folder: Path) -> list[Path]:
    return list(folder.glob("nncp_*.deb"))


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _run(*argv: str, cwd: Path | None = None) -> str:
    """Run one command to its end; what it printed."""
    async with _started(*argv, cwd=cwd) as process:
        stdout, stderr = await process.communicate()
    if process.returncode:
        raise PeerMissingError(f"{Path(argv[0]).name}: {stderr.decode().strip()[-300:]}")
    return stdout.decode()


@asynccontextmanager
async def _started(
    *argv: str, cwd: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process in a group of its own, which is ended whole on the way out."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
