"""The demo's clerk takes an application at a desk; what the county reads is what she was given."""

import json
from pathlib import Path

from examples.clerk import first_clerk
from runtime.control.calls import Nothing
from tests.builders.clerk import CLERK
from tests.station_agent.desk.intake_items import at_county, published
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

FORM = {"name": "黄秀英", "bank": "农信社"}


async def test_what_she_drafts_brings_and_hands_in_reaches_the_county(tmp_path: Path) -> None:
    village = published(Village(tmp_path / "station"))
    async with village.open() as station, open_visitor(village, station):
        link = (await station.door.desk(CLERK, Nothing())).first
        assert link
        async with first_clerk(link, FANG, WORD) as clerk:
            application = await clerk.draft("subsidy", FORM)
            assert application in (await clerk.get("/drafts")).text
            for material, width in (("card", 200), ("card", 210), ("proof", 100)):
                scan = tmp_path / f"{material}.jpg"
                scan.write_bytes(scans.picture(width))
                await clerk.paper("subsidy", application, material, scan)
            await clerk.hand_in("subsidy", application)
        sent = await at_county(village, station, application)
    assert json.loads(sent.form) == FORM
    assert [one.material for one in sent.attachments] == ["card", "card", "proof"]
    assert sent.taken
    assert (sent.taken.clerk, sent.taken.owed, sent.taken.insisted) == (FANG, (), "")
    assert [page.readable for page in sent.taken.pages] == [True, True, True]
