"""One process owns a data folder. Others reach it through its control socket.

The lock is the operating system's and dies with the process. Beside it stands ``control.json``
with the address and a token: a Unix socket, or a loopback port where the path is too long for
one, or the system has none. Requests and answers are lines of JSON: ``{"token", "call", "args"}``,
then any number of ``{"progress"}`` and one ``{"result"}`` or ``{"error"}``.

Source: docs/architecture.md, "One owner for each data folder".
"""

import asyncio
import errno
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from protocol.errors import (
    InUseError,
    NotJoinedError,
    OtherNodeError,
    OwnerStoppedError,
    ReadOnlyError,
    RefusedError,
    from_code,
)
from runtime.account import as_owner_of
from runtime.cli.failures import in_words, place_of
from runtime.control.done import Done
from runtime.disk.files import close_to_others, write_private
from runtime.disk.locks import is_held, take_lock
from runtime.line.limiter import ConnectionLimiter
from runtime.portable import PLAIN, is_read_only

log = logging.getLogger(__name__)

Report = Callable[[Done], None]
Operation = Callable[[Mapping[str, Any], Report], Awaitable[Any]]

BY = "-by"  # names the account of whoever gave the command; no argument of a call is called so

CONTROL = "control.json"  # where the owner can be reached
_LOCK, _SOCKET = "lock", "control.sock"
_MAX_SOCKET_PATH = 100  # bytes; the kernel takes 107
_MAX_LINE_BYTES = 64 * 1024 * 1024  # a long list of cases
_WAIT_S, _RETRY_S = 15.0, 0.05
_UNPROVED_S = 10.0  # for the token; a command sends it with its first bytes
_UNPROVED = 64  # connections that have not shown the token
_PIECE_BYTES = 64 * 1024


def is_owned(folder: Path) -> bool:
    """Whether a process holds the lock of ``folder``; nothing is made or changed."""
    return is_held(folder / _LOCK, unsure=(folder / CONTROL).exists())


class Owner:
    """Holds the lock of a data folder, and serves operations to other processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = ExitStack()  # the lock, and the account that it was taken as
        self._server: asyncio.Server | None = None
        self._token = secrets.token_hex(16)
        self._operations: Mapping[str, Operation] = {}
        self._serving, self._idle = asyncio.Event(), asyncio.Event()
        self._idle.set()
        self._running = 0
        self._unproved = ConnectionLimiter(time.monotonic, _UNPROVED, _UNPROVED, 0.0)

    def try_lock(self) -> bool:
        """Take the lock; False if another process has it.

        Raises:
            NotJoinedError: there is no such folder.
            NoLocksError: its disk can lock no file.
        """
        if not self._folder.is_dir():
            raise NotJoinedError(str(self._folder))
        with ExitStack() as held:
            held.enter_context(as_owner_of(self._folder))
            descriptor = self._open_lock()
            held.callback(os.close, descriptor)
            if not take_lock(descriptor, self._folder / _LOCK, held):
                return False
            close_to_others(self._folder)
            self._held = held.pop_all()
        return True

    def _open_lock(self) -> int:
        try:
            return os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | PLAIN, 0o600)
        except OSError as exc:
            if exc.errno not in (errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT):
                raise
        try:  # what is here can still be read, and carried away
            return os.open(self._folder / _LOCK, os.O_RDONLY | PLAIN)
        except FileNotFoundError:
            return os.open(self._folder, os.O_RDONLY | PLAIN)

    async def lock(self) -> Self:
        """Take the lock, waiting for a short command of another process.

        Raises:
            InUseError: it was not free for 15 seconds.
            ReadOnlyError: nothing can be written here.
        """
        if self._folder.is_dir() and is_read_only(self._folder):
            raise ReadOnlyError(str(self._folder))
        for _ in range(int(_WAIT_S / _RETRY_S)):
            if self.try_lock():
                return self
            await asyncio.sleep(_RETRY_S)
        raise InUseError(str(self._folder))

    async def serve(self, operations: Mapping[str, Operation]) -> None:
        """Answer calls of other processes from now on, or again after a :meth:`pause`."""
        self._operations = operations
        self._serving.set()
        if self._server is not None:
            return
        path = self._folder / _SOCKET
        short = len(os.fsencode(path.absolute())) <= _MAX_SOCKET_PATH
        if short and hasattr(asyncio, "start_unix_server"):
            path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._answer, path, limit=_PIECE_BYTES)
            with suppress(OSError):  # umask made it so already; FAT has no rights
                path.chmod(0o600)
            address: dict[str, Any] = {"unix": str(path.absolute())}
        else:
            self._server = await asyncio.start_server(
                self._answer, "127.0.0.1", 0, limit=_PIECE_BYTES
            )
            address = {"port": self._server.sockets[0].getsockname()[1]}
        told = json.dumps({**address, "token": self._token})
        write_private(self._folder / CONTROL, told.encode())

    async def pause(self) -> None:
        """Let running operations end, and new calls wait for :meth:`serve`."""
        self._serving.clear()
        await self._idle.wait()

    async def close(self) -> None:
        """Stop answering and give the folder free."""
        if self._server is not None:
            self._server.close()
            for name in (CONTROL, _SOCKET):
                (self._folder / name).unlink(missing_ok=True)
        self._held.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def tell(kind: str, value: object) -> None:
            writer.write(json.dumps({kind: value}).encode() + b"\n")  # ASCII: names may be bytes

        try:
            await self._require_token(reader, writer)
            request = _read_request(await _rest_of_line(reader))
            await self._serving.wait()
            operation, args = self._find(request)
            with self._counted():
                tell("result", await operation(args, lambda done: tell("progress", done.json())))
        except ConnectionError:
            log.info("nobody waits for an answer", extra={"event": "control.gone"})
        except Exception as exc:  # noqa: BLE001 - whoever asked must hear what became of it
            error = in_words(exc)
            if error is not exc:
                log.warning(
                    "a call failed",
                    extra={"event": "control.failed", "code": error.code, "place": place_of(exc)},
                )
            tell("error", {"code": error.code, "detail": error.detail})
        finally:
            writer.close()

    async def _require_token(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The first bytes show the token; of anybody else's nothing is kept, and not for long.

        Raises:
            RefusedError: it is not ours, or did not come in time.
        """
        proof = json.dumps({"token": self._token})[:-1].encode()
        place = self._unproved.enter("", writer.close)
        try:
            async with asyncio.timeout(_UNPROVED_S):
                shown = await _first_of_line(reader, len(proof))
        except TimeoutError:
            raise RefusedError("no request came") from None
        finally:
            if place is not None:
                self._unproved.leave(place)
        if not hmac.compare_digest(shown, proof):
            raise RefusedError("wrong token")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    def _find(self, request: object) -> tuple[Operation, Mapping[str, Any]]:
        if not isinstance(request, dict) or not isinstance(request.get("args", {}), dict):
            raise RefusedError("not a request")
        operation = self._operations.get(str(request.get("call")))
        if operation is None:
            raise OtherNodeError(f"no such call: {request.get('call')}")
        return operation, request.get("args", {})


def _read_request(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise RefusedError("not a request") from None


async def call(folder: Path, name: str, args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401
    """Ask the process that owns ``folder`` to run one operation.

    Raises:
        InUseError: it holds the lock but can't be reached; nothing was done.
        OwnerStoppedError: it stopped before it answered; the operation may have been done.
        YizhanError: the operation was refused, by the same class as over there.
    """
    reader, writer, token = await _connect(folder)
    try:
        request = {"token": token, "call": name, "args": dict(args)}
        writer.write(json.dumps(request).encode() + b"\n")
        await writer.drain()
        while (line := await reader.readline()).endswith(b"\n"):
            answer = json.loads(line)
            if "progress" in answer:
                report(Done.read(answer["progress"]))
            elif "error" in answer:
                raise from_code(answer["error"]["code"], answer["error"]["detail"])
            else:
                return answer["result"]
    except OSError:  # it was killed with our request unread
        raise OwnerStoppedError(name) from None
    finally:
        writer.close()
    raise OwnerStoppedError(name)


async def _connect(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str]:
    try:
        control = json.loads((folder / CONTROL).read_text("utf-8"))
        token = str(control["token"])
        if "unix" in control:
            reader, writer = await asyncio.open_unix_connection(
                control["unix"], limit=_MAX_LINE_BYTES
            )
        else:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", control["port"], limit=_MAX_LINE_BYTES
            )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InUseError(f"{folder}: {type(exc).__name__}") from None
    return reader, writer, token


async def run_operation(
    folder: Path,
    name: str,
    args: Mapping[str, Any],
    *,
    report: Report,
    directly: Callable[[], Awaitable[Any]],
) -> Any:  # noqa: ANN401
    """Run one operation on ``folder``: through its owner if there is one, else ``directly``.

    ``directly`` runs while this process holds the lock.

    Raises:
        InUseError: another process holds the folder and does not answer for 15 seconds.
    """
    owner = Owner(folder)
    for _ in range(int(_WAIT_S / _RETRY_S)):
        if owner.try_lock():
            try:
                return await directly()
            finally:
                await owner.close()
        try:
            return await call(folder, name, args, report)
        except InUseError:
            await asyncio.sleep(_RETRY_S)  # it is just starting, or a short command runs
    raise InUseError(str(folder))


async def _first_of_line(reader: asyncio.StreamReader, size: int) -> bytes:
    """The first ``size`` bytes, or fewer if the line or the stream ends before."""
    first = b""
    while len(first) < size and b"\n" not in first:
        piece = await reader.read(size - len(first))
        if not piece:
            break
        first += piece
    return first


async def _rest_of_line(reader: asyncio.StreamReader) -> bytes:
    """What follows the token, as the JSON object that it is."""
    rest = bytearray()
    while b"\n" not in rest[-_PIECE_BYTES:]:
        piece = await reader.read(_PIECE_BYTES)
        if not piece or len(rest) > _MAX_LINE_BYTES:
            raise RefusedError("not a request")
        rest += piece
    return b"{" + rest[: rest.index(b"\n")].lstrip(b", ")
