"""The next market days of the places whose stations call here, and what still lies here from each.

A hub reads nothing that it carries for somebody else. The catalogue is public, signed, and kept
here for the stations; what lies here is known by origin, count, size and age alone. So a batch of a
market day shows as so many envelopes of a village, never as applications of somebody.

Source: docs/calendars.md; docs/operations.md, "The board".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central.hub.board.figures import TOWNSHIP_DIGITS, Heap, Station
from protocol.catalogue.calendars.market import Market, day_words, market_days
from protocol.catalogue.items.release import markets_of
from protocol.errors import CatalogueError

DAYS = 60  # looked ahead: longer than any rule but one fair a year leaves between two


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPlace:
    """A township's market."""

    name: str
    rules: Sequence[str]  # in Chinese
    days: Sequence[date]  # the next ones, the first maybe today
    why: str  # what people call the first
    is_today: bool
    stations: int  # that call here
    here: Heap  # what still lies here from them


def markets(
    entries: Mapping[str, bytes], stations: Sequence[Station], names: Mapping[str, str], today: date
) -> list[MarketPlace]:
    """Places with a market, the next one first.

    Args:
        entries: of the release that the hub carries.
        names: of townships, by nine digits.
    """
    below = [one for one in stations if not one.guest and not one.is_hub and one.code]
    found = []
    for code in sorted({one.code[:TOWNSHIP_DIGITS] for one in below}):
        own = [one for one in below if one.code.startswith(code)]
        place = _place(entries, code, names.get(code, code), own, today)
        if place is not None:
            found.append(place)
    return sorted(found, key=lambda one: (one.days[0], one.name))


def _place(
    entries: Mapping[str, bytes], code: str, name: str, own: Sequence[Station], today: date
) -> MarketPlace | None:
    try:
        rules = markets_of(entries, code)
        days = _next(rules, today)
    except (CatalogueError, ValueError, OverflowError):  # a newer rule, or a year without a table
        return None
    if not days:
        return None
    return MarketPlace(
        name=name,
        rules=[one.words for one in rules],
        days=days,
        why=day_words(days[0]),
        is_today=days[0] == today,
        stations=len(own),
        here=_together(one.from_it for one in own),
    )


def _next(rules: Sequence[Market], today: date) -> list[date]:
    days = sorted({day for one in rules for day in market_days(one, today, DAYS)})
    return days[:3]


def _together(heaps: Iterable[Heap]) -> Heap:
    every = list(heaps)
    ages = [one.age_s for one in every if one.age_s is not None]
    return Heap(
        items=sum(one.items for one in every),
        bytes=sum(one.bytes for one in every),
        age_s=max(ages, default=None),
    )
