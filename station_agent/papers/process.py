"""The process that looks at one page: started for it, fed through a pipe, ended in any case.

Nothing is held here as a whole, and no file is written: pieces go in as they come from the
browser, and come out to be sealed at once.

Source: docs/security.md, "Papers at the desk".
"""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import IO

from protocol.errors import from_code
from protocol.errors.scans import ScanSlowError
from station_agent.papers.limits import CHILD_S
from station_agent.papers.wanted import MAX_LINE_BYTES, Prepared, Refused, Wanted, read_answer

_COMMAND = (sys.executable, "-P", "-m", "station_agent.papers.child")
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of Windows
_READ_BYTES = 64 * 1024


class PageProcess:
    """One of them, with its pipes."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process, self._is_ended = process, False
        self._to, self._from = _pipe(process.stdin), _pipe(process.stdout)

    async def feed(self, wanted: Wanted, source: AsyncIterable[bytes]) -> bytes:
        """Hand a file over; the SHA-256 of what it was."""
        digest = hashlib.sha256()
        await asyncio.to_thread(self._put, wanted.line())
        async for piece in source:
            digest.update(piece)
            await asyncio.to_thread(self._put, piece)
        await asyncio.to_thread(self._close)
        return digest.digest()

    async def prepared(self) -> Prepared:
        """What became of it; :meth:`pieces` are the page then.

        Raises:
            ScanError: it can't be taken.
            RuntimeError: the process failed, which is the program's fault.
        """
        line = await asyncio.to_thread(self._from.readline, MAX_LINE_BYTES)
        try:
            answer = read_answer(line)
        except ValueError:
            code = await asyncio.to_thread(self._process.wait)
            if self._is_ended or code < 0:  # by us, or by the system: too long, too much memory
                raise ScanSlowError from None
            raise RuntimeError(f"the page's process ended with {code}") from None
        if isinstance(answer, Refused):
            raise from_code(answer.code, answer.detail)
        return answer

    def pieces(self, size: int) -> Iterator[bytes]:
        """The page itself, of ``size`` bytes; blocks.

        Raises:
            ScanSlowError: the process was ended before it was whole.
        """
        left = size
        while left:
            piece = self._from.read(min(left, _READ_BYTES))
            if not piece:
                raise ScanSlowError
            left -= len(piece)
            yield piece

    def kill(self) -> None:
        """It took too long."""
        self._is_ended = True
        self._process.kill()

    def end(self) -> None:
        """Return once it is gone; blocks."""
        self._process.kill()
        self._close()
        self._from.close()
        self._process.wait()

    def _put(self, data: bytes) -> None:
        with suppress(OSError):  # it is gone: its answer, or that there is none, says why
            self._to.write(data)

    def _close(self) -> None:
        with suppress(OSError):
            self._to.close()


class PageProcesses:
    """Starts them, one at a time: a village PC has two cores and 2 GB."""

    def __init__(self, *, seconds: float = CHILD_S) -> None:
        """Args: seconds: that one may take once it has the whole file."""
        self._seconds, self._one = seconds, asyncio.Semaphore(1)

    @asynccontextmanager
    async def look(
        self, wanted: Wanted, source: AsyncIterable[bytes]
    ) -> AsyncIterator[tuple[PageProcess, Prepared, bytes]]:
        """The process, what it made of ``source``, and the SHA-256 of what that was.

        Raises:
            ScanError: it can't be taken.
        """
        async with self._one:
            process = PageProcess(await asyncio.to_thread(_start))
            timer: asyncio.TimerHandle | None = None
            try:
                digest = await process.feed(wanted, source)
                loop = asyncio.get_running_loop()
                timer = loop.call_later(self._seconds, process.kill)
                yield process, await process.prepared(), digest
            finally:
                if timer is not None:
                    timer.cancel()
                await asyncio.to_thread(process.end)


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own program
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a trace could tell of what is in a page
        creationflags=_NO_WINDOW,
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a process without pipes")
    return pipe
