"""Supervision as one object: its clock, and its cards."""

from dataclasses import dataclass

from central.county.supervision.cards import Cards
from central.county.supervision.watch import Watch, yellow_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """Of one county."""

    watch: Watch
    cards: Cards

    @classmethod
    def of(cls, watch: Watch) -> "Supervision":
        """With the cards that this clock gives."""
        cards = Cards(store=watch.store, clock=watch.clock, rules=watch.rules, yellow=yellow_now)
        return cls(watch=watch, cards=cards)
