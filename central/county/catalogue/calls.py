"""What can be asked of the catalogue, and about days: limits and market days."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.catalogue.fees.told import ItemFee
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Publish a file as the next release."""

    file: Path
    anyway: bool = False  # although it withdraws most items


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release that is on its way to every node."""

    release: int  # its number


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuestion:
    """When does a limit end?"""

    start: str  # a date, or a date and a time of day, ISO 8601
    limit: str  # 5wd, 7d or 48h


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer:
    """Then."""

    due: str  # a date, or for hours a date and a time of day
    latest: str  # what a citizen may be told; later than ``due`` only where provisional
    provisional: bool  # a year is in it whose holidays have not been announced
    why: list[str]  # day by day


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketQuestion:
    """On which days is there a market?"""

    code: str  # division code of a township or village, 9 or 12 digits
    start: str  # a date
    days: int  # so many, from ``start`` on


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAnswer:
    """On these."""

    code: str
    rules: list[str]  # in Chinese
    dates: list[str]
    why: list[str]  # of each date: its weekday, lunar day and branch


PUBLISH = Call("county.publish", Publish, Published)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeQuestion:
    """What does an item cost?"""

    item: str
    facts: dict[str, Any]  # as the item's rule names them
    day: str  # a date; empty: today


DUE = Call("county.due", DueQuestion, DueAnswer, reads=True)
FEE = Call("county.fee", FeeQuestion, ItemFee, reads=True)
MARKET_DAYS = Call("county.market-days", MarketQuestion, MarketAnswer, reads=True)
