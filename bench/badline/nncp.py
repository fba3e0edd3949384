"""The peer NNCP: the same content as files from A to its neighbour B, called until all is there."""

import asyncio
import time
from pathlib import Path

from bench.badline.cargo import Cargo
from bench.badline.carried import Carried
from bench.commands import started
from bench.link.choose import bad_line
from bench.link.plan import LinePlan
from bench.peers.nncp import enqueue, find_nncp
from bench.peers.nncp_nodes import Node, daemon, make_nodes
from examples.sandbox import free_port

_LOOK_S = 0.1
_AGAIN_S = 1.0


async def carry(folder: Path, plan: LinePlan) -> Carried:
    """It seals and queues as ours does; receipts it has none.

    Raises:
        PeerMissingError: it can't be had.
    """
    programs = await find_nncp(folder)
    files = Cargo.write(folder / "cargo").as_files(folder / "files")
    port = free_port()
    async with bad_line(plan, port) as line:
        prefixes = (line.child_prefix, line.parent_prefix)
        a, b = await make_nodes(programs, folder, "AB", prefixes=prefixes)
        await enqueue(a, "B", files)
        async with daemon(b, line.listen.partition(":")[0], port):
            line.begin()
            started_s = time.perf_counter()
            while a.waiting_for(b):
                await _call(a, b, line.address)
            return Carried.over(line, time.perf_counter() - started_s)


async def _call(caller: Node, called: Node, address: str) -> None:
    """One call, until it ends or nothing waits; a call that ends too early is repeated."""
    command = caller.command("nncp-call", called.name, address)
    async with started(*command) as process:
        while caller.waiting_for(called):
            if process.returncode is not None:
                await asyncio.sleep(_AGAIN_S)
                return
            await asyncio.sleep(_LOOK_S)
