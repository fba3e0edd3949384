"""What is written at the desk is kept first, then sent with its photos, and shown with its way."""

from protocol.limits import BIN_MS
from protocol.records.followups import PosterState, Posting, Visit
from protocol.trust.schedule import local_time
from station_agent.drafts.service import WARNED_MS
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.desk.writing.counter import WHO, writing
from tests.station_agent.village import Village

SEEN = "三口人，瓦房漏雨"
TWO = {"visitor_1": FANG, "visitor_2": "黄大山", "words": SEEN}


async def test_a_visit_is_kept_then_sent_with_its_photos_by_two_people(village: Village) -> None:
    async with writing(village) as writer:
        place = await writer.writes("visit", **TWO)
        assert place.startswith("/writing/")
        assert "接着写" in await writer.page("/today")
        assert await writer.brings(place, 300, 200) == 303
        page = await writer.page(place)
        assert SEEN in page
        assert page.count('/view" target') == 2
        none = await writer.visitor.get(f"{place}/sheet/{'0' * 32}/view")
        assert none.status == 400
        led = await writer.sends(place)
        assert led == f"/sent/{place.removeprefix('/writing/')}"
        shown = await writer.page(led)
        assert f"{FANG}、黄大山" in shown
        assert "已存在本机" in shown
        assert "接着写" not in await writer.page("/today")
        assert (await writer.visitor.get(place)).headers["Location"] == led
        assert "黄大山" in await writer.page("/visits")
        (sent,) = await writer.at_county()
        assert sent.said.subject == Visit(visitors=(FANG, "黄大山"), words=SEEN)
        assert sent.said.clerk == FANG
        assert [one.name for one in sent.attachments] == ["photo-1.jpg", "photo-2.jpg"]
        assert sent.application.hex() == writer.application


async def test_one_person_twice_is_no_visit_and_what_was_typed_stays(village: Village) -> None:
    async with writing(village) as writer:
        for second in (FANG, f" {FANG} ", ""):
            page = await writer.writes("visit", **{**TWO, "visitor_2": second})
            assert 'aria-invalid="true"' in page
            assert SEEN in page
        assert "要写两个不同的人" in await writer.writes("visit", **{**TWO, "visitor_2": FANG})
        assert "接着写" not in await writer.page("/today")
        long = await writer.writes("visit", **{**TWO, "words": "长" * 4001})
        assert "写得太长了" in long
        assert "没有写明是哪一件申请" in await writer.writes("visit", "", **TWO)
        assert "intake.application-unknown" in await writer.writes("visit", "e" * 32, **TWO)


async def test_a_day_that_is_still_to_come_is_refused_and_an_earlier_one_goes_along(
    village: Village,
) -> None:
    async with writing(village) as writer:
        today = local_time(village.clock.now_ms()).date()
        for day in (f"{today.year + 1}-01-01", "昨天"):
            assert 'aria-invalid="true"' in await writer.writes("placed", place="村口", day=day)
        place = await writer.writes("placed", place="村口", day=f"{today.year - 1}-12-31")
        await writer.sends(place)
        (sent,) = await writer.at_county()
        assert sent.said.subject == Posting(what=PosterState.PLACED, place="村口")
        assert sent.said.day == f"{today.year - 1}-12-31"


async def test_what_was_begun_can_be_changed_and_thrown_away(village: Village) -> None:
    async with writing(village) as writer:
        place = await writer.writes("visit", **TWO)
        own = place.removeprefix("/writing/")
        assert SEEN in await writer.page(f"/write/visit?filing={own}")
        assert (await writer.visitor.get(f"/write/visit?filing={'a' * 32}")).status == 400
        token = await writer.visitor.token(place)
        assert (await writer.visitor.post(f"{place}/drop", {"token": token})).status == 303
        assert (await writer.visitor.get(place)).status == 400
        assert place not in await writer.page("/today")
        assert f'action="{place}/back"' in await writer.page("/drafts/bin")
        assert "回收站里快到期的" not in await writer.page("/today")
        writer.village.clock.jump_wall(ms=BIN_MS - WARNED_MS)
        assert "回收站里快到期的" in await writer.page("/today")
        back = await writer.visitor.post(f"{place}/back", {"token": token})
        assert back.headers["Location"] == place
        assert SEEN in await writer.page(place)
        assert await writer.at_county() == []


async def test_a_photo_is_turned_seen_and_taken_away(village: Village) -> None:
    async with writing(village) as writer:
        place = await writer.writes("visit", **TWO)
        await writer.brings(place, 300)
        page = await writer.page(place)
        sheet = page.partition('<li class="sheet-card" id="')[2].partition('"')[0]
        photo = await writer.visitor.get(f"{place}/sheet/{sheet}/view")
        assert photo.content_type == "image/jpeg"
        for do, status in (("left", 303), ("jump", 400), ("remove", 303)):
            form = {"token": await writer.visitor.token(place), "do": do}
            answer = await writer.visitor.post(f"{place}/sheet/{sheet}/change", form)
            assert answer.status == status
        assert "sheet-card" not in await writer.page(place)


async def test_nobody_without_a_login_writes_or_reads(village: Village) -> None:
    async with writing(village) as writer:
        place = await writer.writes("visit", **TWO)
        writer.visitor.cookies.clear()
        private = (place, "/write/visit", "/visits", "/letters", "/publicity")
        for path in private:
            answer = await writer.visitor.get(path)
            assert answer.headers["Location"].startswith("/login"), path
            assert WHO not in await answer.text()
