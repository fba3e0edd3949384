"""The pages of drafts: offered again, listed, taken over, thrown away and put back."""

import re

from protocol.limits import BIN_MS
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.store.desk import clerks
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import FORM, begins, sends, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

MEI, HERS = "陆秋梅", "刘三姐对歌不怕难"
NAME = "黄秀英<b>"
SHOWN = "黄秀英&lt;b&gt;"


async def fills_in(visitor: Visitor, name: str) -> str:
    """A draft that was not handed in."""
    application = (await visitor.get(f"{FORM}?new")).headers["Location"].removeprefix(f"{FORM}/")
    await sends(visitor, application, name)
    return application


async def presses(visitor: Visitor, page: str, path: str) -> str:
    """A button of a page; where that leads."""
    answer = await visitor.post(path, {"token": await visitor.token(page)})
    assert answer.status == 303
    return answer.headers["Location"]


async def test_the_open_draft_is_offered_again_to_who_begins_the_same_item(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        assert (await visitor.get(FORM)).status == 303  # nothing was typed: nothing to offer
        await sends(visitor, application, NAME)
        offered = await text_of(visitor, FORM)
        assert SHOWN in offered
        assert NAME not in offered
        assert f'href="{FORM}/{application}' in offered
        assert (await visitor.get(f"{FORM}?new")).headers["Location"] != f"{FORM}/{application}"
        await presses(visitor, f"{FORM}/{application}", f"/drafts/bin/{application}")
        assert (await visitor.get(FORM)).status == 303


async def test_drafts_stand_on_the_first_page_and_on_their_own_oldest_first(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert 'id="drafts"' not in await text_of(visitor, "/today")
        assert "没有草稿" in await text_of(visitor, "/drafts")
        own = [await fills_in(visitor, name) for name in (NAME, "后来的")]
        for path in ("/today", "/drafts"):
            text = await text_of(visitor, path)
            assert text.index(SHOWN) < text.index("后来的")
            assert re.findall(rf'href="{FORM}/([0-9a-f]+)', text) == own


async def test_a_colleague_goes_on_with_it_and_both_names_stay(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        by = Proof(clerk=FANG, password=WORD)
        await station.clerks.add(CLERK, AddClerk(name=MEI, password=HERS, by=by))
        await visitor.logs_in()
        application = await fills_in(visitor, NAME)
        assert "填过" not in await text_of(visitor, f"{FORM}/{application}")
        await visitor.logs_in(MEI, HERS)
        assert f"由{FANG}填过" in await text_of(visitor, f"{FORM}/{application}")
        await sends(visitor, application, "黄秀英妹")
        assert f"<td>{FANG}、{MEI}</td>" in await text_of(visitor, "/drafts")
        lines = await station.database.read(clerks.openings)
        opened = [one.clerk for one in lines if one.application == application]
        assert {FANG, MEI} == set(opened)


async def test_the_bin_gives_back_and_says_when_something_goes(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await fills_in(visitor, NAME)
        form = f"{FORM}/{application}"
        assert await presses(visitor, form, f"/drafts/bin/{application}") == "/drafts/bin"
        assert "回收站（1）" in await text_of(visitor, "/drafts")
        assert SHOWN in await text_of(visitor, "/drafts/bin")
        assert SHOWN not in await text_of(visitor, "/today")
        assert (await visitor.get(form)).headers["Location"] == "/drafts/bin"
        village.clock.jump_wall(ms=BIN_MS - 86_400_000)
        told = await text_of(visitor, "/today")
        assert "快到期" in told
        assert SHOWN in told
        await presses(visitor, "/today", f"/drafts/back/{application}")
        assert SHOWN in await text_of(visitor, "/drafts")
        assert "快到期" not in await text_of(visitor, "/today")


async def test_one_that_is_not_there_is_told_in_words(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        token = await visitor.token("/today")
        answer = await visitor.post(f"/drafts/back/{'f' * 32}", {"token": token})
        assert answer.status == 400
        assert "本站没有这份草稿" in await answer.text()
