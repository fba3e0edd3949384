"""What the relay asks of the role that it serves."""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from protocol.envelope.envelope import Envelope
from protocol.envelope.payloads import Mark
from protocol.ids import BlobRef, EnvelopeId, NodeId

Effect = Callable[[AsyncSession, AbstractSet[EnvelopeId]], Awaitable[None]]
"""Takes those of some envelopes that were not here before, inside the relay's transaction."""


class Deliver(Protocol):
    """Takes what is addressed to this node."""

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        """Open envelopes whose signatures fit the roster; what to do when they are stored.

        Called outside of any transaction, so that the database is free meanwhile. The effect may
        be called twice if the first transaction fails, or never.
        """
        ...

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        """Blobs of delivered envelopes that are whole now and have the right hash."""
        ...


class RollbackCheck(Protocol):
    """Looks at what children show of the county's words, inside the relay's transaction."""

    async def mark_shown(self, session: AsyncSession, signed: bytes, mark: Mark) -> bool:
        """Whether this node has begun another life because of ``mark``, in this transaction."""
        ...

    async def time_shown(self, session: AsyncSession, signed: bytes) -> bool:
        """The same, because of a time that the county signed; it may be anybody's word."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """An envelope or blob that our parent refuses for good."""

    origin: NodeId
    item: bytes  # envelope id or blob id
    blob: bool
    code: str  # by which it was refused last
    at_ms: int  # when
    wire: bytes | None  # of an envelope, where its bytes are kept


class Reporter(Protocol):
    """Told what our parent refuses for good, inside the relay's transaction."""

    async def report(self, session: AsyncSession, items: Sequence[Deferred]) -> None:
        """These are deferred now; each is told once."""
        ...


class Unreported:
    """For a node without a parent."""

    async def report(self, session: AsyncSession, items: Sequence[Deferred]) -> None:
        """Nobody to tell."""


class Undeliverable:
    """For a node to which nothing is addressed yet: such envelopes stay in the spool."""

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:  # noqa: ARG002 - the port's
        """Keep them."""
        return keep

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        """Keep them."""


async def keep(session: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
    """No effect: the envelopes stay in the spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRole:
    """What a node's role adds to its relay."""

    deliver: Deliver = field(default_factory=Undeliverable)
    rollback_check: RollbackCheck | None = None  # None: marks are kept for the node above
    reporter: Reporter = field(default_factory=Unreported)
