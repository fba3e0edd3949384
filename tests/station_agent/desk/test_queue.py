"""The pages of waiting numbers: given out, called, skipped; and a screen that anybody may see."""

from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import hidden, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village


async def presses(visitor: Visitor, path: str, do: str = "") -> str:
    token = await visitor.token("/queue")
    answer = await visitor.post(path, {"token": token, "do": do})
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def test_a_number_is_given_called_skipped_and_comes_back(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert await presses(visitor, "/queue/take") == "/queue/1/paper"
        assert "<span>1</span> 号" in await text_of(visitor, "/queue/1/paper")
        await presses(visitor, "/queue/take")
        await presses(visitor, "/queue/call")
        assert "1 号" in await text_of(visitor, "/queue")
        await presses(visitor, "/queue/1", "skip")
        await presses(visitor, "/queue/call")
        await presses(visitor, "/queue/1", "last")
        assert "叫下一个：1 号" in await text_of(visitor, "/queue")
        answer = await visitor.post(
            "/queue/1", {"token": await visitor.token("/queue"), "do": "skip"}
        )
        assert answer.status == 400  # it waits, and was not called


async def test_two_pages_that_are_open_call_one_number(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        for _ in range(2):
            await presses(visitor, "/queue/take")
        pages = [await text_of(visitor, "/queue") for _ in range(2)]
        for page in pages:
            sent = {name: hidden(page, name) for name in ("token", "after")}
            assert (await visitor.post("/queue/call", sent)).status == 303
        assert "叫下一个：2 号" in await text_of(visitor, "/queue")


async def test_the_screen_shows_numbers_to_anybody_and_the_line_to_nobody_else(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        await presses(visitor, "/queue/take")
        await presses(visitor, "/queue/call")
        stranger = Visitor(url=visitor.url, session=visitor.session)
        seen = await text_of(stranger, "/queue-screen")
        assert "1<span>号</span>" in seen
        assert FANG not in seen
        assert (await stranger.get("/queue")).status == 303
        part = await (await stranger.get("/queue-screen", HX_Request="true")).text()
        assert "<html" not in part
