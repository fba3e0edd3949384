"""What can be applied for: the items of the newest release, and the form of one.

Source: docs/operations.md, "Commands".
"""

import json
from datetime import date
from typing import Any

from protocol.catalogue.fees.of_item import ItemFee, item_fee
from protocol.catalogue.items import is_item, parse_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.text import identifier
from protocol.trust.edition import Kind
from station_agent.store import editions
from station_agent.store.db import Transaction


def list_items(tx: Transaction, text: str) -> dict[str, Any]:
    """Release, and items whose code or name contains ``text``, by code.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
    """
    release = editions.version(tx, Kind.RELEASE)
    if not release:
        raise CatalogueMissingError
    wanted = identifier(text).casefold()
    found = []
    for code, entry in editions.entries(tx, Kind.RELEASE).items():
        if not is_item(code):
            continue
        raw = json.loads(entry)
        if wanted in identifier(f"{code} {raw['name']}").casefold():
            must = [one["name"] for one in raw["materials"] if one.get("attach") == "required"]
            found.append(
                {
                    "item": code,
                    "name": raw["name"],
                    "materials": len(raw["materials"]),
                    "required": must,
                }
            )
    return {"release": release, "items": sorted(found, key=lambda one: str(one["item"]))}


def show_item(tx: Transaction, code: str) -> dict[str, Any]:
    """One item with its materials and the schema of its form.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
        ItemUnknownError: the catalogue has no such item.
    """
    release, _, entry = _found(tx, code)
    item = parse_item(entry)
    return {
        "item": item.id,
        "name": item.name,
        "release": release,
        "materials": [
            {
                "id": one.id,
                "name": one.name,
                "attach": "required" if one.must_attach else "optional",
                "max_bytes": one.max_bytes,
            }
            for one in item.materials
        ],
        "form": item.schema.document,
    }


def fee_of_item(tx: Transaction, code: str, facts: object, day: date) -> ItemFee:
    """What an item costs, by the newest release.

    Raises:
        CatalogueMissingError, ItemUnknownError: as :func:`show_item`.
        FeeUnknownError, FeeFactsError: as :func:`protocol.catalogue.fees.of_item.item_fee`.
    """
    release, plain, entry = _found(tx, code)
    return item_fee(release, plain, entry, facts, day)


def names_of(tx: Transaction) -> dict[str, str]:
    """The name of each item of the newest release."""
    entries = editions.entries(tx, Kind.RELEASE)
    return {code: json.loads(entry)["name"] for code, entry in entries.items() if is_item(code)}


def _found(tx: Transaction, code: str) -> tuple[int, str, bytes]:
    """Release, code and entry of an item."""
    plain = identifier(code)
    release, entry = editions.find_entry(tx, Kind.RELEASE, plain)
    if not release:
        raise CatalogueMissingError
    if entry is None or not is_item(plain):
        raise ItemUnknownError(repr(plain[:60]))
    return release, plain, entry
