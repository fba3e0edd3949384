"""What the measures know of an emulated line, whatever carries it."""

from typing import Protocol, Self

from bench.link.pipe import Count
from bench.link.switch import Switch


class BadLine(Protocol):
    """A line between a child and one port of its parent. Use ``async with``.

    Until :meth:`begin` it has neither a rate nor delay, loss or cuts, so that what a measure
    needs before it starts takes no time.
    """

    note: str  # how it is emulated
    child_prefix: tuple[str, ...]  # what starts a command at the child's end
    parent_prefix: tuple[str, ...]
    listen: str  # host:port where the parent's server listens
    address: str  # host:port that the child calls
    switch: Switch

    async def __aenter__(self) -> Self:
        """Open it."""
        ...

    async def __aexit__(self, *_: object) -> None:
        """Close it; nothing of it stays."""
        ...

    def begin(self) -> None:
        """From now on it is as bad as planned; everything is counted from nothing."""
        ...

    @property
    def up(self) -> Count:
        """What the child sent."""
        ...

    @property
    def down(self) -> Count:
        """What the parent sent."""
        ...

    @property
    def payload_up(self) -> int:
        """Bytes of the child's TCP streams, each counted once."""
        ...

    @property
    def turns(self) -> int:
        """How often the parent sent payload after the child had: round trips."""
        ...

    @property
    def connections(self) -> int:
        """Connections that were asked for."""
        ...
