"""A line that can be cut: a TCP proxy between a child and its parent."""

import asyncio
from typing import Self

_READ_BYTES = 64 * 1024


class Line:
    """Forwards to ``target`` (host, port) while it is up. Use ``async with``."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._up = True
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.bytes_up = self.bytes_down = 0  # as the child sees it

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        """Where the child calls."""
        if self._server is None:
            raise RuntimeError("use 'async with' around a Line")
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Reset every connection, and refuse new ones until :meth:`restore`."""
        self._up = False
        for writer in list(self._open):
            writer.transport.abort()

    def restore(self) -> None:
        """Forward again."""
        self._up = True

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._up:
            writer.transport.abort()
            return
        try:
            target_reader, target_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, target_writer}
        try:
            await asyncio.gather(
                self._pump(reader, target_writer, up=True),
                self._pump(target_reader, writer, up=False),
            )
        finally:
            self._open -= {writer, target_writer}
            writer.transport.abort()
            target_writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool
    ) -> None:
        try:
            while data := await reader.read(_READ_BYTES):
                if up:
                    self.bytes_up += len(data)
                else:
                    self.bytes_down += len(data)
                writer.write(data)
                await writer.drain()
            writer.close()
        except OSError:
            writer.transport.abort()
