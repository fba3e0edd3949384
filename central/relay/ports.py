"""What the relay asks of the role that it serves."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.models import AsideRow
from protocol.envelope import Envelope
from protocol.ids import BlobId
from protocol.payloads import Mark


class Deliver(Protocol):
    """Takes what is addressed to this node, inside the relay's transaction."""

    async def deliver(self, session: AsyncSession, envelopes: Sequence[Envelope]) -> None:
        """Envelopes that were not here before; their signatures fit the roster."""
        ...

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobId]) -> None:
        """Blobs of delivered envelopes that are whole now and have the right hash."""
        ...


class Witness(Protocol):
    """Looks at the marks that children show, inside the relay's transaction."""

    async def shown(self, session: AsyncSession, signed: bytes, mark: Mark) -> bool:
        """Whether this node has begun another life because of ``mark``, in this transaction."""
        ...


class Reporter(Protocol):
    """Told what our parent refuses for good, inside the relay's transaction."""

    async def report(self, session: AsyncSession, rows: Sequence[AsideRow]) -> None:
        """These were set aside."""
        ...


class Unreported:
    """For a node without a parent."""

    async def report(self, session: AsyncSession, rows: Sequence[AsideRow]) -> None:
        """Nobody to tell."""


class Undeliverable:
    """For a node to which nothing is addressed yet: such envelopes stay in the spool."""

    async def deliver(self, session: AsyncSession, envelopes: Sequence[Envelope]) -> None:
        """Keep them."""

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobId]) -> None:
        """Keep them."""
