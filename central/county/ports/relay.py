"""What the county asks of the relay below it; central.relay's Post, BlobFiles and Editions fit."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.post import Letter
from protocol.envelope.envelope import Lane
from protocol.envelope.suites import SuiteNumber
from protocol.ids import BlobId, BlobRef, EnvelopeId, NodeId
from protocol.trust.edition import Edition, Kind
from protocol.trust.roster import Roster


class Outgoing(Protocol):
    """Sends an envelope of the county's own."""

    async def post(
        self,
        session: AsyncSession,
        *,
        to: NodeId,
        lane: Lane,
        payload: bytes,
        suite: SuiteNumber,
        blobs: tuple[tuple[BlobId, int], ...] = (),
    ) -> EnvelopeId:
        """Seal and queue in the caller's transaction.

        Raises:
            NodeUnknownError: ``to`` can't be written to; nothing was queued.
        """
        ...

    async def post_all(
        self, session: AsyncSession, letters: Sequence[Letter], *, lane: Lane
    ) -> Sequence[Letter]:
        """The same for many without blobs; those whose node can't be written to."""
        ...

    async def again(self, session: AsyncSession, envelope: EnvelopeId, *, to: NodeId) -> bool:
        """Queue what was posted once more as it is; False if it must be sealed anew.

        Raises:
            NodeUnknownError: ``to`` can't be written to; nothing was queued.
        """
        ...


class Blobs(Protocol):
    """Whole blobs as files."""

    def has(self, blob: BlobRef) -> bool:
        """Whether the whole blob is here. Blocks for the disk."""
        ...

    def pieces(self, blob: BlobRef) -> Iterator[bytes]:
        """The whole blob. Blocks for the disk; raises FileNotFoundError if it is not here."""
        ...

    async def add(self, origin: NodeId, pieces: Iterable[bytes]) -> tuple[BlobId, int]:
        """Keep a blob of our own; its id and size in bytes. It is on disk when this returns.

        Args:
            origin: this node.
        """
        ...

    async def drop(self, blob: BlobRef) -> None:
        """Remove a blob; nothing happens if it is not here."""
        ...


class Releases(Protocol):
    """Every release of the catalogue that this county has published."""

    async def current(self, kind: Kind) -> Edition | None:
        """The newest one that this process knows."""
        ...

    async def version(self, session: AsyncSession, kind: Kind, number: int) -> Edition | None:
        """One of them by its number."""
        ...

    async def numbers(self, session: AsyncSession, kind: Kind) -> Sequence[int]:
        """The numbers of all that are kept, newest first."""
        ...

    async def publish(self, session: AsyncSession, edition: Edition) -> None:
        """Store a new one in the caller's transaction."""
        ...

    def adopt(self, edition: Edition) -> None:
        """Use one that is committed, and tell the nodes below."""
        ...


class Nodes(Protocol):
    """The list of nodes."""

    @property
    def roster(self) -> Roster:
        """The newest version of it."""
        ...
