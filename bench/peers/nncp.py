"""The peer: NNCP carries the same records from node A by way of B to C.

It stands for what a county could install today: store and forward, sealed to the end, by relay.
It gives no receipt, so its chain ends when the last file lies at C; ours ends a way back later.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.commands import PeerMissingError, run, started
from bench.peers.debian import find_program
from bench.peers.nncp_nodes import Node, daemon, make_nodes
from bench.report import Say
from bench.wire import bytes_on_wire
from examples.line import Line
from examples.sandbox import free_port

_LIMIT_S = 180.0
_LOOK_S = 0.05
_HOST = "127.0.0.1"
# One shell starts the sender for each file: that costs less than starting each from here.
_ENQUEUE = 'for file in "$3"/*; do "$0" -quiet -noprogress -cfg "$1" "$file" "$2" || exit 1; done'

__all__ = ["NncpFigures", "PeerMissingError", "enqueue", "find_nncp", "run_nncp"]


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
            nodes = await make_nodes(await find_nncp(folder), folder, "ABC", via=("A", "C"))
            return await _carry(nodes, records, say)
    except TimeoutError:
        raise PeerMissingError(f"NNCP was not done within {_LIMIT_S:.0f} s") from None
    except OSError as exc:
        raise PeerMissingError(f"NNCP could not be run: {exc}") from exc


async def find_nncp(folder: Path) -> Path:
    """The folder of NNCP's programs.

    Raises:
        PeerMissingError: it is not installed and can't be fetched.
    """
    return Path((await find_program("nncp-file", "nncp", folder))[-1]).parent


async def enqueue(node: Node, to: str, files: Path) -> None:
    """Queue every file of a folder."""
    program = str(node.programs / "nncp-file")
    await run("sh", "-c", _ENQUEUE, program, str(node.config), f"{to}:", str(files))


async def _carry(nodes: Sequence[Node], records: Sequence[bytes], say: Say) -> NncpFigures:
    a, b, c = nodes
    outgoing = a.folder / "outgoing"
    outgoing.mkdir()
    for number, record in enumerate(records):
        (outgoing / f"{number:06}.json").write_bytes(record)
    async with AsyncExitStack() as stack:
        port_b, port_c = free_port(), free_port()
        for node, port in ((b, port_b), (c, port_c)):
            await stack.enter_async_context(daemon(node, _HOST, port))
        line = await stack.enter_async_context(Line((_HOST, port_b)))
        say(f"NNCP: enqueueing {len(records)}")
        enqueue_s = await _timed(enqueue(a, "C", outgoing))
        say("NNCP: carrying")
        carry_s = await _timed(_call(a, b, line.url.removeprefix("https://")))
        carry_s += await _timed(run(*b.command("nncp-toss")))
        carry_s += await _timed(_call(b, c, f"{_HOST}:{port_c}"))
        carry_s += await _timed(run(*c.command("nncp-toss")))
        up_bytes = bytes_on_wire(line.bytes_up, line.bytes_down)
    _check_arrived(c, records)
    return NncpFigures(count=len(records), enqueue_s=enqueue_s, carry_s=carry_s, up_bytes=up_bytes)


async def _call(caller: Node, called: Node, address: str) -> None:
    """Call until nothing waits any more; the silence before hanging up does not count."""
    command = caller.command("nncp-call", "-onlinedeadline", "2", called.name, address)
    async with started(*command) as process:
        while caller.waiting_for(called):
            if process.returncode is not None:
                raise PeerMissingError(f"nncp-call ended early with exit {process.returncode}")
            await asyncio.sleep(_LOOK_S)


def _check_arrived(node: Node, records: Sequence[bytes]) -> None:
    arrived = sorted(file.read_bytes() for file in node.incoming.iterdir())
    if arrived != sorted(records):
        raise PeerMissingError(f"NNCP delivered {len(arrived)} of {len(records)}, or changed some")


async def _timed(work: Awaitable[object]) -> float:
    started_s = time.perf_counter()
    await work
    return time.perf_counter() - started_s
