"""At the desk: warned of a duplicate, never forbidden; copied from last time as ticked."""

from aiohttp import FormData

from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.drafts.two_items import ID, PERSON, hands_in, publish
from tests.station_agent.drafts.typing import FIRST, SECOND
from tests.station_agent.village import Village

FORM, COPY = f"/items/stove/form/{SECOND}", f"/items/stove/copy/{SECOND}"
WARNING = "同一位群众的这个事项"


async def test_a_duplicate_is_warned_of_where_it_is_typed_and_read_out_and_goes_through(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await hands_in(station, {**PERSON, "name": "<b>黄"}, FIRST)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        typed = {"token": await visitor.token(FORM), "number": ID}
        path = f"/items/stove/draft/{SECOND}"
        told = await (await visitor.post(path, {**typed, "number": ID[:9]})).text()
        assert WARNING not in told
        told = await (await visitor.post(path, typed)).text()
        assert 'hx-swap-oob="true"' in told
        assert f'href="/applications/{FIRST}"' in told
        told = await (await visitor.post(path, {**typed, "name": "黄秀英"})).text()
        assert 'id="person"' not in told  # it stands there already
        check = f"/items/stove/check/{SECOND}"
        for page in (FORM, check):
            assert (await text_of(visitor, page)).count(WARNING) == 1
        sent = await visitor.post(
            f"/items/stove/hand-in/{SECOND}", carried(await text_of(visitor, check))
        )
        assert sent.headers["Location"] == f"/applications/{SECOND}?saved"


async def test_what_is_ticked_is_copied(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await hands_in(station, {**PERSON, "name": "<b>黄"}, FIRST)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert "没有可以照抄的" in await text_of(visitor, COPY)
        await visitor.post(FORM, {"token": await visitor.token(FORM), "number": ID})
        assert f'href="{COPY}"' in await text_of(visitor, FORM)
        offer = await text_of(visitor, COPY)
        assert "&lt;b&gt;黄" in offer
        assert " checked" not in offer
        form = FormData({"token": await visitor.token(COPY)})
        form.add_field("copy", "phone")
        assert (await visitor.post(COPY, form)).headers["Location"] == FORM
        text = await text_of(visitor, FORM)
        assert 'value="13800000000"' in text
        assert "&lt;b&gt;黄" not in text
