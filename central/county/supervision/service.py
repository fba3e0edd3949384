"""Supervision as one object: its clock, its cards, and what is left of them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.supervision import queries
from central.county.supervision.cards import Cards
from central.county.supervision.watch import Watch, yellow_now


class CardErasure:
    """What people said to cards, erased with their case (leftovers.Erases)."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications; the cards stay, and who said what kind of thing when."""
        await queries.erase(session, keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """Of one county."""

    watch: Watch
    cards: Cards
    erasure: CardErasure

    @classmethod
    def of(cls, watch: Watch) -> "Supervision":
        """With the cards that this clock gives."""
        cards = Cards(store=watch.store, clock=watch.clock, rules=watch.rules, yellow=yellow_now)
        return cls(watch=watch, cards=cards, erasure=CardErasure())
