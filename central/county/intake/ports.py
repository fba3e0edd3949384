"""What intake asks of capabilities that stand on it: review and keys fit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.reading import Reading
from protocol.envelope.envelope import Envelope
from protocol.envelope.payloads import Application, Renewal


class Why(Enum):
    """Why a person must look at an application."""

    DRAINING = "draining"  # the county withdraws its station
    REPLACED = "replaced"  # a PC sealed it that was lost and has a successor


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An application that goes into the review queue."""

    reading: Reading
    content: Application
    why: Why
    upto: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What arrived, in two heaps."""

    taken: Sequence[Reading]  # as usual; of some it was found that they are to be refused
    held: Sequence[Held]


class Screen(Protocol):
    """Holds back what a person must look at, in the caller's transaction."""

    async def screen(self, session: AsyncSession, readings: Collection[Reading]) -> Screened:
        """Which go their usual way, and which are held back."""
        ...

    async def keep(self, session: AsyncSession, held: Sequence[Held], now_ms: int) -> None:
        """Keep those for a person."""
        ...


class Renewals(Protocol):
    """Gives nodes new keys and certificates."""

    async def look(self, envelope: Envelope) -> None:
        """Notice by which key an envelope is signed."""
        ...

    async def answer(self, session: AsyncSession, envelope: Envelope, renewal: Renewal) -> None:
        """Renew, and post the certificate."""
        ...

    async def certify(self, session: AsyncSession, envelope: Envelope) -> None:
        """Post the certificate for the keys of who asks."""
        ...
