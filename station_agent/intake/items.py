"""What can be applied for: the items of the newest release, and the form of one.

Source: docs/operations.md, "Commands".
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from protocol.catalogue.fees.of_item import ItemFee, item_fee
from protocol.catalogue.items.divisions import places_of
from protocol.catalogue.items.materials import Group
from protocol.catalogue.items.model import Item, Paper, members_of
from protocol.catalogue.items.names import MARKETS, is_item, local_entry
from protocol.catalogue.items.release import markets_of, narrowed_at, parse_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.text import identifier
from protocol.trust.edition import Kind
from station_agent.store import editions
from station_agent.store.db import Transaction

_APART = frozenset({"id", "name", "materials", "schema", "examples"})


def list_items(
    tx: Transaction, today: date | None, codes: Sequence[str] | None = None
) -> dict[str, Any]:
    """Release, and all its items by code, or only those of ``codes`` in their order.

    Args:
        today: by trusted time; None: that is not known.
        codes: only these; None: all.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
    """
    release = editions.version(tx, Kind.RELEASE)
    if not release:
        raise CatalogueMissingError
    if codes is None:
        entries = editions.release_on(tx, today)
        items = [parse_item(entries[code], entries) for code in sorted(filter(is_item, entries))]
    else:
        found = (editions.find_item(tx, code, today) for code in codes)
        items = [parse_item(one.entry, one.library) for one in found if one.entry is not None]
    return {"release": release, "items": [_listed(item) for item in items]}


def _listed(item: Item) -> dict[str, Any]:
    return {
        "item": item.id,
        "name": item.name,
        "materials": len(item.papers),
        "required": [one.name for one in item.papers if one.must_attach],
    }


def show_item(tx: Transaction, code: str, today: date | None, division: str = "") -> dict[str, Any]:
    """One item with its materials, the schema of its form, and what else is written of it.

    Args:
        today: by trusted time; None: that is not known.
        division: where this station is; its township may have narrowed something.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
        ItemUnknownError: the catalogue has no such item.
    """
    found, _, entry = _found(tx, code, today)
    item = parse_item(entry, found.library)
    return {
        "item": item.id,
        "name": item.name,
        "release": found.release,
        "materials": [told for paper in item.papers for told in _told(paper)],
        "form": item.schema.document,
        "facts": {key: one for key, one in json.loads(entry).items() if key not in _APART},
        "here": _here(tx, division, item.id, found.since),
    }


def _here(tx: Transaction, division: str, code: str, day: str) -> dict[str, Any]:
    """What holds at this place alone."""
    names = [*map(local_entry, places_of(division)), MARKETS]
    entries = editions.find_entries(tx, names, day)
    found = asdict(narrowed_at(entries, division, code))
    here = {key: value for key, value in found.items() if value}
    if found["market_day"]:
        here["market_days"] = [market.words for market in markets_of(entries, division)]
    return here


def _told(paper: Paper) -> Iterator[dict[str, Any]]:
    """A material, or those of a group with what the group is called."""
    group = {}
    if isinstance(paper, Group):
        group = {"one_of": paper.group, "group": paper.name, "group_attach": str(paper.attach)}
    for one in members_of(paper):
        told: dict[str, Any] = {
            "id": one.id,
            "name": one.name,
            "attach": "required" if one.must_attach else "optional",
            "max_bytes": one.max_bytes,
            **group,
        }
        for key in ("note", "hint", "pages", "shared", "each"):
            if value := getattr(one, key):
                told[key] = value
        if one.when is not None:
            told["when"] = one.when.fragment
        if promises := one.promises():
            told["promises"] = [{"id": two.id, "name": two.name} for two in promises]
        yield told


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


def _found(tx: Transaction, code: str, today: date | None) -> tuple[editions.FoundItem, str, bytes]:
    """What was found, the code and the entry of an item."""
    plain = identifier(code)
    found = editions.find_item(tx, plain, today)
    if not found.release:
        raise CatalogueMissingError
    if found.entry is None:
        raise ItemUnknownError(repr(plain[:60]))
    return found, plain, found.entry
