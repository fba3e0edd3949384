"""The page that is turned to a citizen: the desk is locked behind it, and it counts once."""

import re

from protocol.errors.answers import RatedAlreadyError, TurnedPageError
from protocol.ids import ApplicationId
from protocol.records.followups import Rating
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.desk.turned import MAX_TURNED, OPEN_S, RATING, TurnedPages
from station_agent.slips.calls import ShowSlip
from tests.builders.chance import SeededRandomness
from tests.builders.clerk import CLERK
from tests.builders.clock import FakeClock
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village


async def begins(village: Village, station: Station, visitor: Visitor) -> ApplicationId:
    application = await station.intake.submit(village.submission("黄秀英"))
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
    await visitor.logs_in()
    return application


async def turned(visitor: Visitor, application: str) -> str:
    """Where the citizen is."""
    page = f"/applications/{application}"
    answer = await visitor.post(f"{page}/rating", {"token": await visitor.token(page)})
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def test_the_citizen_sees_five_buttons_and_nothing_else(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = await turned(visitor, application)
        text = await (await visitor.get(path)).text()
        assert re.findall(r'value="([1-5])"', text) == ["5", "4", "3", "2", "1"]
        for hidden in ("<nav", 'href="/', FANG, "黄秀英", application):
            assert hidden not in text.replace('href="/static/', "")
        for elsewhere in ("/today", f"/applications/{application}", "/ratings"):
            answer = await visitor.get(elsewhere)
            assert answer.headers["Location"].startswith("/login")
        answer = await visitor.post(path, {"token": await visitor.token(path), "level": "2"})
        assert answer.headers["Location"] == "/rated"
        text = await (await visitor.get("/rated")).text()
        assert "请把屏幕转回给办事员" in text
        assert (await visitor.get("/today")).headers["Location"].startswith("/login")
        assert await station.ratings.is_rated(application)
        await visitor.logs_in()
        assert "已经评价过" in await (await visitor.get(f"/applications/{application}")).text()
        await village.exchange(station)
    arrived = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    (opened,) = [village.county.open_follow_up(one) for one in arrived]
    assert opened.said.subject == Rating(level=2)
    assert opened.said.clerk == FANG


async def test_it_counts_once_and_who_does_not_want_to_has_not_rated(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = await turned(visitor, application)
        token = await visitor.token(path)
        assert (await visitor.post(path, {"token": token, "level": "6"})).status == 400
        answer = await visitor.post(path, {"token": token, "level": "none"})
        assert answer.headers["Location"] == "/rated?none"
        assert not await station.ratings.is_rated(application)
        again = await visitor.post(path, {"token": token, "level": "5"})
        assert (again.status, TurnedPageError.code in await again.text()) == (400, True)

        await visitor.logs_in()
        path = await turned(visitor, application)
        form = {"token": await visitor.token(path), "level": "5"}
        assert (await visitor.post(path, form)).status == 303
        assert (await visitor.post(path, {**form, "level": "1"})).status == 400
        await visitor.logs_in()
        page = f"/applications/{application}/rating"
        answer = await visitor.post(page, {"token": await visitor.token("/ratings")})
        assert (answer.status, RatedAlreadyError.code in await answer.text()) == (400, True)
        assert (await visitor.get("/today")).status == 200  # nothing was locked for that


async def test_later_by_what_a_slip_says(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        slip = await station.serving().slips.show(CLERK, ShowSlip(application=application))
        other = village.submission("别人")
        await station.intake.submit(other)
        for code in (slip.scanned, "\n".join(slip.rows), application[:8], application):
            form = {"token": await visitor.token("/ratings"), "code": code}
            answer = await visitor.post("/ratings", form)
            assert answer.status == (400 if code == application[:8] else 303), code
            if answer.status == 303:
                text = await (await visitor.get(answer.headers["Location"])).text()
                assert "养老保险" in text
                await visitor.logs_in()
        for code in ("", "不是编号", slip.scanned[:-4] + "AAAA"):
            form = {"token": await visitor.token("/ratings"), "code": code}
            answer = await visitor.post("/ratings", form)
            assert (answer.status, 'role="alert"' in await answer.text()) == (400, True), code


async def test_the_clerk_sees_sums_from_five_on(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await begins(village, station, visitor)
        for at in range(5):
            text = await (await visitor.get("/ratings")).text()
            assert "非常不满意" not in text, at
            path = await turned(visitor, await village.submit(station))
            form = {"token": await visitor.token(path), "level": "1"}
            assert (await visitor.post(path, form)).status == 303
            await visitor.logs_in()
        text = await (await visitor.get("/ratings")).text()
        assert re.search(r"非常不满意</th><td>5<", text)


def test_a_page_is_open_for_a_while_and_few_are_at_once() -> None:
    clock = FakeClock()
    pages = TurnedPages(clock=clock, randomness=SeededRandomness(1))
    words = [pages.turn(RATING, "a" * 32, "养老", FANG) for _ in range(MAX_TURNED + 1)]
    assert sum(_is_open(pages, word) for word in words) == MAX_TURNED
    clock.tick(OPEN_S)
    assert not any(_is_open(pages, word) for word in words)


def _is_open(pages: TurnedPages, word: str) -> bool:
    try:
        pages.of(word, RATING)
    except TurnedPageError:
        return False
    return True
