"""What items are called on a screen that others may see; light, for the status of an idle agent."""

import json

from protocol.catalogue.changes.planned import GONE, all_planned
from protocol.catalogue.items.names import is_item
from protocol.trust.edition import Kind
from station_agent.store import editions
from station_agent.store.db import Transaction


def names_of(tx: Transaction) -> dict[str, str]:
    """What each item of the newest release is called on a screen that others may see.

    Those planned for later are there, too. An item that is sensitive, now or by a version that is
    planned, goes by its neutral name.
    """
    held = editions.entries(tx, Kind.RELEASE)
    later = [(one.key, one.entry) for one in all_planned(held) if one.entry != GONE]
    names: dict[str, str] = {}
    neutral: dict[str, str] = {}
    for code, entry in (*later, *held.items()):
        if is_item(code):
            raw = json.loads(entry)
            names[code] = str(raw["name"])
            if sensitive := raw.get("sensitive"):
                neutral[code] = str(sensitive["name"])
    return names | neutral
