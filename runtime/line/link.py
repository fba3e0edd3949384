"""A link: what an exchange needs of the line, whatever carries it."""

from typing import Protocol


class Link(Protocol):
    """Bytes in both directions; a broken line raises LineError."""

    async def send(self, data: bytes) -> None:
        """Hand over ``data``; returns when the line has room for more."""
        ...

    async def receive(self) -> bytes:
        """The next bytes, empty at the peer's end."""
        ...

    async def finish(self) -> None:
        """Say that we send no more."""
        ...

    def abort(self) -> None:
        """Drop the line now."""
        ...
