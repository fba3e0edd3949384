"""An item in five versions, and releases that carry them to a station."""

import json
from typing import Any

from protocol.catalogue.changes.names import DRAFTS
from protocol.catalogue.items.entries import catalogue_entries
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from station_agent.app import Station
from tests.builders.clock import START_MS
from tests.station_agent.county import CATALOGUE
from tests.station_agent.village import Village

ITEM = "subsidy"
UNTIL = "2027-03-31"
TEXTS = {"name": "黄秀英", "phone": "0771", "note": "独居"}


def _item(name: str, properties: dict[str, str], *required: str) -> dict[str, Any]:
    return {
        "id": ITEM,
        "name": name,
        "materials": [],
        "schema": {
            "type": "object",
            "properties": {
                key: {"type": "string", "title": title, "maxLength": 50}
                for key, title in properties.items()
            },
            "required": ["name", *required],
        },
    }


FIRST = {"name": "姓名", "phone": "电话", "note": "备注"}
VERSIONS: dict[int, dict[str, Any] | None] = {
    1: _item("高龄补贴", FIRST),
    2: _item("高龄补贴金", FIRST),  # harmless: another name
    3: _item("高龄补贴金", {**FIRST, "kin": "家属"}),  # to look at: one more may be said
    4: _item("高龄补贴金", {"name": "姓名", "note": "备注", "card": "卡号"}, "card"),  # breaks
    5: None,  # withdrawn
}


def release(village: Village, number: int, version: int, *, until: str = "") -> Edition:
    """A release with that version of the item; with the last day of the older ones."""
    items = [*CATALOGUE["items"], *([VERSIONS[version]] if VERSIONS[version] else [])]
    entries = catalogue_entries(json.dumps({**CATALOGUE, "items": items}).encode())
    if ITEM in entries:
        entries[ITEM] = json.dumps({**json.loads(entries[ITEM]), "version": version}).encode()
    if until:
        named = {ITEM: {"until": until, "version": version - 1}}
        entries[DRAFTS] = json.dumps(named).encode()
    head = make_head(Kind.RELEASE, number, entries, START_MS)
    signed = sign_head(village.county.keys.signer, head)
    return Edition(head=head, proof=signed, entries=entries)


async def publish(
    village: Village, station: Station, number: int, version: int, *, until: str = ""
) -> None:
    """The station holds that release from now on."""
    edition = release(village, number, version, until=until)
    village.parent.publish(village.county.news(Kind.RELEASE, edition))
    await village.exchange(station)
