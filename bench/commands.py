"""Running the programs that are measured beside ours: none outlives its measure."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_LOOK_S = 0.05
_LISTENS = "0A"  # TCP_LISTEN, as /proc/net/tcp writes it


class PeerMissingError(Exception):
    """The peer can't be run here; the message says why."""


async def run(*argv: str, cwd: Path | None = None) -> str:
    """Run one command to its end; what it printed.

    Raises:
        PeerMissingError: it ended with another exit code than 0.
    """
    async with started(*argv, cwd=cwd) as process:
        stdout, stderr = await process.communicate()
    if process.returncode:
        raise PeerMissingError(f"{Path(argv[0]).name}: {stderr.decode().strip()[-300:]}")
    return stdout.decode()


@asynccontextmanager
async def started(*argv: str, cwd: Path | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
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


@asynccontextmanager
async def listening(*argv: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server process, once it listens on ``port`` of IPv4 in its own network namespace.

    Raises:
        PeerMissingError: it ended before.
    """
    async with started(*argv) as process:
        while not _listens(process.pid, port):
            if process.returncode is not None:
                raise PeerMissingError(f"{Path(argv[0]).name} ended with {process.returncode}")
            await asyncio.sleep(_LOOK_S)
        yield process


def _listens(pid: int, port: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/net/tcp").read_text("ascii").splitlines()[1:]
    except OSError:
        return False
    found = (line.split() for line in lines)
    return any(row[1].endswith(f":{port:04X}") and row[3] == _LISTENS for row in found)
