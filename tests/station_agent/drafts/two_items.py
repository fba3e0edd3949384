"""Two items that ask whose they are, and people with numbers."""

import json
from collections.abc import Mapping
from typing import Any

from protocol.ids import ApplicationId
from protocol.trust.edition import Kind
from station_agent.app import Station
from station_agent.intake.calls import Submission
from tests.station_agent.county import CATALOGUE
from tests.station_agent.drafts.typing import types
from tests.station_agent.village import Village

ID, OTHER_ID = "11010519491231002X", "440304199001010011"
PERSON = {"number": ID, "name": "黄秀英", "phone": "13800000000"}


def _item(code: str, name: str, **more: Any) -> dict[str, Any]:
    properties = {
        "number": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
        "name": {"type": "string", "title": "姓名", "maxLength": 50},
        **more,
    }
    return {
        "id": code,
        "name": name,
        "materials": [],
        "schema": {"type": "object", "properties": properties, "required": ["number"]},
    }


PHONE = {"type": "string", "title": "电话", "maxLength": 20}
STOVE = _item("stove", "改灶补贴", phone=PHONE, fuel={"title": "燃料", "enum": ["柴", "煤"]})
WELL = _item("well", "打井补贴", phone=PHONE, fuel={"title": "燃料", "enum": ["电"]})


async def publish(village: Village, station: Station) -> None:
    document = {**CATALOGUE, "items": [*CATALOGUE["items"], STOVE, WELL]}
    village.parent.publish(
        village.county.news(Kind.RELEASE, village.county.make_release(2, document))
    )
    await village.exchange(station)


async def hands_in(
    station: Station, texts: Mapping[str, str], own: ApplicationId, item: str = "stove"
) -> None:
    """Typed at the desk, and handed in."""
    await types(station, texts, own, item=item)
    form = json.dumps(dict(texts), ensure_ascii=False)
    await station.intake.submit(Submission(application=own, item=item, form=form))
