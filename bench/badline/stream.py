"""The peer that every machine has: one raw TCP stream of the same content, and one byte back."""

import sys
import time
from pathlib import Path

from bench.badline.cargo import Cargo
from bench.badline.carried import Carried
from bench.commands import listening, run
from bench.link.choose import bad_line
from bench.link.plan import LinePlan
from examples.sandbox import free_port

_SINK = """
import socket, sys
host, port = sys.argv[1].split(":")
with socket.create_server((host, int(port))) as server:
    while True:
        line, _ = server.accept()
        while line.recv(65536):
            pass
        line.sendall(b"+")
        line.close()
"""
_SOURCE = """
import socket, sys
host, port = sys.argv[1].split(":")
with socket.create_connection((host, int(port))) as line, open(sys.argv[2], "rb") as file:
    line.sendfile(file)
    line.shutdown(socket.SHUT_WR)
    sys.exit(line.recv(1) != b"+")
"""


async def carry(folder: Path, plan: LinePlan) -> Carried:
    """No queue, no relay, no seal, and nothing after a cut: the least that a line can be asked.

    Raises:
        PeerMissingError: the stream broke.
    """
    content = folder / "content"
    content.write_bytes(Cargo.write(folder / "cargo").as_bytes())
    port = free_port()
    async with bad_line(plan, port) as line:
        sink = (*line.parent_prefix, sys.executable, "-c", _SINK, line.listen)
        source = (*line.child_prefix, sys.executable, "-c", _SOURCE, line.address, str(content))
        async with listening(*sink, port=port):
            line.begin()
            started_s = time.perf_counter()
            await run(*source)
            return Carried.over(line, time.perf_counter() - started_s)
