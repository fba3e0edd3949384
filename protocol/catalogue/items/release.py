"""What a release says: its items, with the library that they use, and what holds at a place.

A release was checked when it was published. A program that is older than it passes over what it
does not know, unless that is something to act on.

Source: docs/catalogue.md; docs/protocol.md section 7.3.
"""

from collections.abc import Mapping

from protocol.catalogue.calendars.market import Market, read_market
from protocol.catalogue.calendars.workdays import Calendar, read_calendar
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Findings, refusal
from protocol.catalogue.items.divisions import places_of
from protocol.catalogue.items.local import Government, Local, Narrowed, read_local
from protocol.catalogue.items.materials import LibraryMaterial
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.names import CALENDAR, MARKETS, is_item, local_entry, material_entry
from protocol.catalogue.items.records import keys_of, read_record
from protocol.catalogue.items.rules import WRONG, Place
from protocol.catalogue.items.uses import materials_used, parsed_entry
from protocol.errors import ItemUnknownError, NeedsNewerError
from protocol.understood import MUST

_SHOWN = 60


def read_item(entries: Mapping[str, bytes], code: str) -> Item:
    """One item of a release.

    Raises:
        ItemUnknownError: the release has no such item.
        NeedsNewerError, CatalogueError: as :func:`parse_item`.
    """
    raw = entries.get(code) if is_item(code) else None
    if raw is None:
        raise ItemUnknownError(repr(code[:_SHOWN]))
    return parse_item(raw, entries)


def parse_item(entry: bytes, entries: Mapping[str, bytes] | None = None) -> Item:
    """An entry of a release as an :class:`Item`.

    Args:
        entries: of the same release; those that :func:`used_by` names are enough.

    Raises:
        NeedsNewerError: it says that something has to be understood which is not known here.
        CatalogueError: it is none (a release that passed its digest never does this).
    """
    raw = parsed_entry(entry)
    require_understood(raw)
    found = Findings()
    library = {name: _library(entries or {}, name) for name in materials_used(raw)}
    known = {name: one for name, one in library.items() if one is not None}
    item = read_record(Item, raw, Place(findings=found, item="", library=known, lenient=True))
    if item is WRONG:
        raise refusal(found)
    return item


def require_understood(raw: Document) -> None:
    """Raise NeedsNewerError unless this program knows what an item says has to be understood."""
    must = raw.get(MUST, [])
    known = keys_of(Item) | {MUST}
    unknown = [name for name in must if name not in known] if isinstance(must, list) else [must]
    if unknown:
        raise NeedsNewerError(f"{unknown[0]!r:.60} of an item has to be understood")


def calendar_of(entries: Mapping[str, bytes]) -> Calendar:
    """The working days that a release knows; without any every year is unknown."""
    return read_calendar(parsed_entry(entries.get(CALENDAR, b"{}")))


def markets_of(entries: Mapping[str, bytes], code: str) -> tuple[Market, ...]:
    """The market days of a township, by its division code; empty if none are known.

    Of a village the first nine digits count, which are its township's.
    """
    rules = parsed_entry(entries.get(MARKETS, b"{}"))
    found: list[object] = next((rules[one] for one in places_of(code) if rules.get(one)), [])
    return tuple(read_market(rule, f"market_days.{code}") for rule in found)


def narrowed_at(entries: Mapping[str, bytes], division: str, item: str) -> Narrowed:
    """What holds of an item at a place: of a village its own words come before its township's."""
    found = Narrowed()
    for code in reversed(places_of(division)):
        entry = entries.get(local_entry(code))
        local = None if entry is None else _local(entry)
        found = found if local is None else found | local.of(item)
    return found


def government_at(entries: Mapping[str, bytes], township: str) -> Government:
    """How the government of a township signs, by its division code."""
    found = (entries.get(local_entry(code)) for code in places_of(township))
    read = (_local(entry) for entry in found if entry is not None)
    said = (one.government for one in read if one is not None)
    return next((one for one in said if one != Government()), Government())


def _library(entries: Mapping[str, bytes], name: str) -> LibraryMaterial | None:
    entry = entries.get(material_entry(name))
    if entry is None:
        return None
    place = Place(findings=Findings(), item="", lenient=True)
    found = read_record(LibraryMaterial, parsed_entry(entry), place)
    return None if found is WRONG else found


def _local(entry: bytes) -> Local | None:
    found = read_local(parsed_entry(entry), Place(findings=Findings(), item="", lenient=True))
    return None if found is WRONG else found
