"""What can be applied for: the items of the newest release, and the form of one.

Source: docs/operations.md, "Commands".
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date

from protocol.catalogue.fees.of_item import item_fee
from protocol.catalogue.fees.told import ItemFee
from protocol.catalogue.items.divisions import places_of
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item, Paper, members_of
from protocol.catalogue.items.names import MARKETS, is_item, local_entry
from protocol.catalogue.items.release import markets_of, narrowed_at, parse_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.json_values import ABSENT, Absent
from protocol.text import identifier
from protocol.trust.edition import Kind
from station_agent.intake.calls import (
    FaultShown,
    ItemListed,
    ItemShown,
    LaterShown,
    MaterialShown,
    PlaceShown,
    PromiseShown,
)
from station_agent.store import editions
from station_agent.store.db import Transaction

_APART = frozenset({"id", "name", "materials", "schema", "examples"})


def list_items(
    tx: Transaction, today: date | None, codes: Sequence[str] | None = None
) -> list[ItemListed]:
    """All items of the release by code, or only those of ``codes`` in their order.

    Args:
        today: by trusted time; None: that is not known.
        codes: only these; None: all.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
    """
    if not editions.version(tx, Kind.RELEASE):
        raise CatalogueMissingError
    if codes is None:
        entries = editions.release_on(tx, today)
        items = [parse_item(entries[code], entries) for code in sorted(filter(is_item, entries))]
    else:
        found = (editions.find_item(tx, code, today) for code in codes)
        items = [parse_item(one.entry, one.library) for one in found if one.entry is not None]
    return [_listed(item) for item in items]


def _listed(item: Item) -> ItemListed:
    return ItemListed(
        item=item.id,
        name=item.name,
        materials=len(item.papers),
        required=[one.name for one in item.papers if one.must_attach],
    )


def show_item(tx: Transaction, code: str, today: date | None, division: str = "") -> ItemShown:
    """One item with its materials, the schema of its form, and what else is written of it.

    Args:
        today: by trusted time; None: that is not known.
        division: where this station is; its township may have narrowed something.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
        ItemUnknownError: the catalogue has no such item.
    """
    found, plain, _ = _found(tx, code, today)
    return item_shown(found, _here(tx, division, plain, found.since))


def item_shown(found: editions.FoundItem, here: PlaceShown) -> ItemShown:
    """An item that was found, as pages and commands show it."""
    entry = found.entry or b""
    item = parse_item(entry, found.library)
    return ItemShown(
        item=item.id,
        name=item.name,
        release=found.release,
        materials=[told for paper in item.papers for told in _told(paper)],
        form=item.schema.document,
        facts={key: one for key, one in json.loads(entry).items() if key not in _APART},
        here=here,
    )


def _here(tx: Transaction, division: str, code: str, day: str) -> PlaceShown:
    """What holds at this place alone."""
    names = [*map(local_entry, places_of(division)), MARKETS]
    entries = editions.find_entries(tx, names, day)
    found = narrowed_at(entries, division, code)
    days = [market.words for market in markets_of(entries, division)] if found.market_day else None
    return PlaceShown(
        place=found.place or ABSENT,
        time=found.time or ABSENT,
        contact=found.contact or ABSENT,
        market_day=found.market_day or ABSENT,
        market_days=ABSENT if days is None else days,
    )


def _told(paper: Paper) -> Iterator[MaterialShown]:
    """A material, or those of a group with what the group is called."""
    group = paper if isinstance(paper, Group) else None
    there = group.covered_by if group else None
    covered = f"{there.name}：{there.shared}" if there else ""
    for one in members_of(paper):
        promises = [PromiseShown(id=two.id, name=two.name) for two in one.promises()]
        yield MaterialShown(
            id=one.id,
            name=one.name,
            attach="required" if one.must_attach else "optional",
            max_bytes=one.max_bytes,
            one_of=group.group if group else ABSENT,
            group=group.name if group else ABSENT,
            group_attach=str(group.attach) if group else ABSENT,
            note=one.note or ABSENT,
            hint=one.hint or ABSENT,
            pages=list(one.pages) or ABSENT,
            originals=one.originals or ABSENT,
            copies=one.copies or ABSENT,
            keep=str(one.keep) if one.keep else ABSENT,
            faults=[FaultShown(code=two.code, say=two.say) for two in one.faults] or ABSENT,
            later=_later(one),
            shared=one.shared or covered or ABSENT,
            each=one.each or ABSENT,
            when=one.when.fragment if one.when is not None else ABSENT,
            promises=promises or ABSENT,
        )


def _later(material: Material) -> LaterShown | Absent:
    """Until when it may follow."""
    if material.later is None:
        return ABSENT
    limit = material.later.limit
    return LaterShown(limit=f"{limit.count}{limit.unit}", promise=material.later.promise)


def fee_of_item(
    tx: Transaction, code: str, facts: object, day: date, today: date | None
) -> ItemFee:
    """What an item costs, by the newest release.

    Args:
        day: of the fee.
        today: by trusted time; None: that is not known.

    Raises:
        CatalogueMissingError, ItemUnknownError: as :func:`show_item`.
        FeeUnknownError, FeeFactsError: as :func:`protocol.catalogue.fees.of_item.item_fee`.
    """
    found, plain, entry = _found(tx, code, today)
    return item_fee(found.release, plain, entry, facts, day)


def found_item(tx: Transaction, code: str, today: date | None) -> editions.FoundItem:
    """An item as it stands in the release. Raises CatalogueMissingError, ItemUnknownError."""
    return _found(tx, code, today)[0]


def _found(tx: Transaction, code: str, today: date | None) -> tuple[editions.FoundItem, str, bytes]:
    """What was found, the code and the entry of an item."""
    plain = identifier(code)
    found = editions.find_item(tx, plain, today)
    if not found.release:
        raise CatalogueMissingError
    if found.entry is None:
        raise ItemUnknownError(repr(plain[:60]))
    return found, plain, found.entry
