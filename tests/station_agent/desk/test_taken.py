"""What the desk says of how an application was taken in, as the county reads it."""

from protocol.records.taken_in import Mode, Page, Side
from tests.station_agent.desk.filling import carried
from tests.station_agent.desk.intake_items import (
    HAND_IN,
    at_county,
    brings,
    checks,
    counter,
    types,
)
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.village import Village


async def test_the_county_reads_who_took_it_in_where_when_and_which_page_is_which(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        await brings(visitor, application, "proof", 100)
        await brings(visitor, application, "card", 200, 300, 400)
        page = await checks(visitor, application)
        now_ms = village.clock.now_ms()
        answer = await visitor.post(f"{HAND_IN}/{application}", carried(page))
        assert answer.headers["Location"] == f"/applications/{application}?saved"
        sent = await at_county(village, station, application)
        taken = sent.taken
        assert taken is not None
        assert (taken.clerk, taken.village, taken.window_ms) == (FANG, "451423103201", now_ms)
        assert taken.mode is Mode.AGENT
        assert (taken.checker, taken.owed, taken.insisted, taken.agent) == ("", (), "", None)
        named = [(sent.attachments[one.attachment].material, one) for one in taken.pages]
        assert named == [
            ("card", Page(attachment=0, side=Side.FRONT)),
            ("card", Page(attachment=1, page=2, side=Side.BACK)),
            ("card", Page(attachment=2, page=3)),
            ("proof", Page(attachment=3)),
        ]
