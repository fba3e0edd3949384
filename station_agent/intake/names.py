"""What items are called on a screen that others may see; light, for the status of an idle agent."""

import json

from protocol.catalogue.changes.planned import GONE, all_planned
from protocol.catalogue.items.names import is_item
from protocol.trust.edition import Kind
from station_agent.store import editions
from station_agent.store.db import Transaction


def names_of(tx: Transaction) -> dict[str, str]:
    """What each item of the newest release is called on a screen that others may see.

    Those planned for later are there, too; a sensitive item goes by its neutral name.
    """
    held = editions.entries(tx, Kind.RELEASE)
    entries = {one.key: one.entry for one in all_planned(held) if one.entry != GONE} | held
    return {code: _public_name(entry) for code, entry in entries.items() if is_item(code)}


def _public_name(entry: bytes) -> str:
    raw = json.loads(entry)
    neutral = raw.get("sensitive") or raw
    return str(neutral["name"])
