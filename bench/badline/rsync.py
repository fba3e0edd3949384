"""The peer rsync: a folder of files to a daemon; begun files are kept, a failed run begins anew."""

import asyncio
import time
from pathlib import Path

from bench.badline.cargo import Cargo
from bench.badline.carried import Carried
from bench.commands import PeerMissingError, listening, run
from bench.link.choose import bad_line
from bench.link.plan import LinePlan
from bench.peers.debian import find_program
from examples.sandbox import free_port

_PACKAGES = ("rsync", "libpopt0")
_OPTIONS = ("-az", "--partial", "--timeout=15")
_AGAIN_S = 1.0


async def carry(folder: Path, plan: LinePlan) -> Carried:
    """It has no queue, no relay, no seal and no receipts; what it has is a good resume.

    Raises:
        PeerMissingError: it can't be had.
    """
    program = await find_program("rsync", _PACKAGES[0], folder, *_PACKAGES[1:])
    files = Cargo.write(folder / "cargo").as_files(folder / "files")
    target = folder / "target"
    target.mkdir()
    port = free_port()
    config = folder / "rsyncd.conf"
    config.write_text(
        f"use chroot = no\nport = {port}\n[in]\npath = {target}\nread only = no\nuid = root\n",
        "utf-8",
    )
    async with bad_line(plan, port) as line:
        host = line.listen.partition(":")[0]
        serve = (*program, "--daemon", "--no-detach", f"--config={config}", f"--address={host}")
        async with listening(*line.parent_prefix, *serve, port=port):
            call = (*program, *_OPTIONS, f"{files}/", f"rsync://{line.address}/in/")
            line.begin()
            started_s = time.perf_counter()
            await _until_done((*line.child_prefix, *call))
            carried = Carried.over(line, time.perf_counter() - started_s)
    if len(list(target.iterdir())) != len(list(files.iterdir())):
        raise PeerMissingError("rsync says it is done, and files are missing")
    return carried


async def _until_done(call: tuple[str, ...]) -> None:
    while True:
        try:
            await run(*call)
        except PeerMissingError:
            await asyncio.sleep(_AGAIN_S)
        else:
            return
