"""What can be applied for: the items of the newest release, and the form of one.

Source: docs/operations.md, "Commands".
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from protocol.catalogue.fees.of_item import ItemFee, item_fee
from protocol.catalogue.items import Group, is_item, parse_item
from protocol.catalogue.items.model import Paper, members_of
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
    entries = editions.entries(tx, Kind.RELEASE)
    for code, entry in entries.items():
        if not is_item(code):
            continue
        raw = json.loads(entry)
        if wanted in identifier(f"{code} {raw['name']}").casefold():
            item = parse_item(entry, entries)
            found.append(
                {
                    "item": code,
                    "name": item.name,
                    "materials": len(item.papers),
                    "required": [one.name for one in item.papers if one.must_attach],
                }
            )
    return {"release": release, "items": sorted(found, key=lambda one: str(one["item"]))}


def show_item(tx: Transaction, code: str) -> dict[str, Any]:
    """One item with its materials and the schema of its form.

    Raises:
        CatalogueMissingError: no catalogue has come yet.
        ItemUnknownError: the catalogue has no such item.
    """
    plain = identifier(code)
    release, entry, library = editions.find_item(tx, plain)
    if not release:
        raise CatalogueMissingError
    if entry is None:
        raise ItemUnknownError(repr(plain[:60]))
    item = parse_item(entry, library)
    return {
        "item": item.id,
        "name": item.name,
        "release": release,
        "materials": [told for paper in item.papers for told in _told(paper)],
        "form": item.schema.document,
    }


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
