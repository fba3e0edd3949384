"""Starting programs through the launcher; they are used as other processes of asyncio are."""

import asyncio
import atexit
import json
import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, cast

from tests.system.launcher import CHANGED, PROGRAMS

ROOT = Path(__file__).parents[2]
_STDERR = 2
SCRIPTS = Path(sys.executable).parent


def can_launch(argv: tuple[str, ...]) -> bool:
    """Whether it is one of the four programs as installed, or what runs one of them changed.

    Nothing else may stand before it, a limit for example. Where coverage is measured each program
    is started by its script, which measures itself.
    """
    changed = argv[:2] == (sys.executable, "-m") and argv[2] in CHANGED
    script = Path(argv[3] if changed else argv[0])
    plain = script.parent == SCRIPTS and script.name in PROGRAMS
    return plain and hasattr(os, "pidfd_open") and "COVERAGE_PROCESS_CONFIG" not in os.environ


async def start(
    *argv: object, stdout: int = PIPE, stderr: int = _STDERR
) -> asyncio.subprocess.Process:
    """A program with nothing to read: launched where that can be, else by its script."""
    words, env = tuple(map(str, argv)), dict(os.environ)
    if can_launch(words):
        launched = await launch(words, stdout=stdout, stderr=stderr, env=env)
        return cast("asyncio.subprocess.Process", launched)
    return await asyncio.create_subprocess_exec(
        *words, stdin=DEVNULL, stdout=stdout, stderr=stderr, env=env
    )


async def launch(
    argv: tuple[str, ...], *, stdout: int | IO[bytes], stderr: int | IO[bytes], env: dict[str, str]
) -> "Launched":
    """Start it with nothing to read; ``stdout`` and ``stderr`` as :mod:`subprocess` takes them."""
    process = Launched()
    ours, theirs = socket.socketpair()
    theirs_too = [os.open(os.devnull, os.O_RDONLY)]
    for name, given in (("stdout", stdout), ("stderr", stderr)):
        theirs_too.append(await process.open(name, given))
    request_launch(argv, env, [*theirs_too, theirs.detach()])
    await process.begin(ours)
    return process


def request_launch(argv: tuple[str, ...], env: dict[str, str], given: list[int]) -> None:
    """Ask the launcher for it.

    Args:
        given: what becomes its stdin, stdout and stderr, and where its number and its exit are
            told, each in a line; they are closed here.
    """
    umask = os.umask(0o077)
    os.umask(umask)
    request = {"argv": argv, "env": env, "cwd": str(Path.cwd()), "umask": umask}
    socket.send_fds(_launcher(), [json.dumps(request).encode()], given)
    for descriptor in given:
        os.close(descriptor)


class Launched:
    """What a test needs of an :class:`asyncio.subprocess.Process`."""

    pid: int
    returncode: int | None = None
    stdout: asyncio.StreamReader | None = None
    stderr: asyncio.StreamReader | None = None

    def __init__(self) -> None:
        self._closed: list[asyncio.Future[None]] = []
        self._ended = asyncio.Event()

    async def open(self, name: str, given: int | IO[bytes]) -> int:
        """The end of the stream that the program gets."""
        if given == DEVNULL:
            return os.open(os.devnull, os.O_WRONLY)
        if given != PIPE:
            return os.dup(given if isinstance(given, int) else given.fileno())
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        protocol = _UntilClosed(reader, loop=loop)
        ours, theirs = os.pipe()
        await loop.connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb", buffering=0))
        setattr(self, name, reader)
        self._closed.append(protocol.closed)
        return theirs

    async def begin(self, line: socket.socket) -> None:
        """Learn the process's number, and listen on ``line`` for its end."""
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        told = await loop.sock_recv(line, 100)
        number, _, end = told.partition(b"\n")
        self.pid = int(number)
        if end:
            self._end(line, end)
        else:
            loop.add_reader(line, lambda: self._end(line, line.recv(100)))

    def _end(self, line: socket.socket, told: bytes) -> None:
        asyncio.get_running_loop().remove_reader(line)
        line.close()
        self.returncode = int(told or b"-9")
        self._ended.set()

    async def wait(self) -> int:
        """Its exit code, once it has ended and its streams are read."""
        await self._ended.wait()
        await asyncio.gather(*self._closed)
        return self.returncode or 0

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it says until it ends."""
        streams = (self.stdout, self.stderr)
        said = await asyncio.gather(*(one.read() for one in streams if one is not None))
        await self.wait()
        both = iter(said)
        return tuple(b"" if one is None else next(both) for one in streams)  # type: ignore[return-value]

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(9)


class _UntilClosed(asyncio.StreamReaderProtocol):
    def __init__(self, reader: asyncio.StreamReader, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(reader, loop=loop)
        self.closed: asyncio.Future[None] = loop.create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self.closed.done():
            self.closed.set_result(None)


@cache
def _launcher() -> socket.socket:
    """One for this process; it ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.system.launcher", str(theirs.fileno())],
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
