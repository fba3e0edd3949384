"""A fee as it is told: its steps, the sheet, the item. Types only, so that who asks loads no rules.

Source: docs/fees.md.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeStep:
    """One addend."""

    words: str
    yuan: str  # exact, perhaps with more than two decimals, or below 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSheet:
    """One fee, computed."""

    collector: str
    basis: str
    steps: tuple[FeeStep, ...]  # their sum is the total
    total_fen: int

    @property
    def total(self) -> str:
        """In yuan: ``80.00``."""
        return f"{Decimal(self.total_fen) / 100:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFee:
    """The fee sheet of one item, and by which release."""

    item: str
    release: int
    day: str
    total: str  # yuan, with two decimals
    sheet: FeeSheet
