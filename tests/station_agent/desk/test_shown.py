"""What the clerk sees of applications: which stand where, in which order, and how many."""

import gc
import re

from protocol.envelope.payloads import Outcome
from protocol.ids import ApplicationId
from protocol.records.corrections import FieldFault
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.desk.today.pages import _SHOWN as IN_PILE
from station_agent.status.index import ApplicationIndex
from station_agent.status.listing import PAGE
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

PILES = ("returned", "waiting", "results")


async def hands_in(village: Village, station: Station, name: str) -> ApplicationId:
    village.clock.jump_wall(ms=60_000)
    return await station.intake.submit(village.submission(name))


async def decided(
    village: Village, station: Station, application: ApplicationId, outcome: Outcome
) -> None:
    await village.exchange(station)
    decision, _ = village.county.decision(bytes.fromhex(application), outcome)
    village.parent.send(decision)
    await village.exchange(station)


async def piles(visitor: Visitor) -> dict[str, tuple[int, list[str]]]:
    """By pile of the first page: the number beside its heading, and whose applications it shows."""
    text = await (await visitor.get("/today")).text()
    found: dict[str, tuple[int, list[str]]] = {}
    for pile in text.split('aria-labelledby="')[1:]:
        counted = re.search(r'class="tag idle">(\d+)<', pile)
        if counted is None:  # the help of F1, which every page has
            continue
        names = re.findall(r'href="/applications/[0-9a-f]+">([^<]+)<', pile)
        found[pile.partition('"')[0]] = int(counted[1]), names
    return found


async def test_each_lies_in_its_pile_and_what_waits_longest_is_first(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        outcomes = {"退": Outcome.CORRECTION, "准": Outcome.APPROVED, "不": Outcome.REFUSED}
        for name, outcome in outcomes.items():
            await decided(village, station, await hands_in(village, station, name), outcome)
        for name in ("先", "后"):
            await hands_in(village, station, name)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert await piles(visitor) == {
            "returned": (1, ["退"]),
            "waiting": (2, ["先", "后"]),
            "results": (3, ["退", "准", "不"]),
            "owed": (0, []),
            "notices": (0, []),
        }
        text = await (await visitor.get("/applications")).text()
        names = re.findall(r'href="/applications/[0-9a-f]{32}">([^<]+)<', text)
        assert names == ["后", "先", "不", "准", "退"]


async def test_a_long_pile_shows_what_waits_longest(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        handed = [await hands_in(village, station, f"{n}号") for n in range(IN_PILE + 1)]
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        count, names = (await piles(visitor))["waiting"]
        assert (count, names) == (IN_PILE + 1, [f"{n}号" for n in range(IN_PILE)])
        await village.exchange(station)
        for application in handed:
            decision, _ = village.county.decision(bytes.fromhex(application))
            village.parent.send(decision)
        await village.exchange(station)
        count, names = (await piles(visitor))["results"]
        assert (count, names) == (IN_PILE + 1, [f"{n}号" for n in range(IN_PILE)])


async def listed(visitor: Visitor, query: str = "") -> list[str]:
    """Whose applications a page of the list shows."""
    text = await (await visitor.get(f"/applications{query}")).text()
    return re.findall(r'href="/applications/[0-9a-f]{32}">([^<]+)<', text)


async def test_the_list_goes_on_with_the_next_page(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        for n in range(PAGE + 1):
            await hands_in(village, station, f"{n}号")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        text = await (await visitor.get("/applications")).text()
        assert "第 1 页，共 2 页" in text
        assert 'href="/applications?page=2"' in text
        assert await listed(visitor) == [f"{n}号" for n in range(PAGE, 0, -1)]
        assert await listed(visitor, "?page=2") == ["0号"]
        assert await listed(visitor, "?page=3") == []
        assert await listed(visitor, "?page=x") == await listed(visitor)


async def test_a_part_of_a_name_a_number_and_a_state_are_found(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        first = await hands_in(village, station, "黄秀英")
        await hands_in(village, station, "黄大山")
        await village.exchange(station)
        await hands_in(village, station, "Wei O'Neil")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert await listed(visitor, "?q=黄") == ["黄大山", "黄秀英"]
        assert await listed(visitor, "?q=秀") == ["黄秀英"]
        assert len(await listed(visitor, "?q=WEI")) == 1
        assert await listed(visitor, "?q=没有这个人") == []
        assert await listed(visitor, f"?q={first}") == ["黄秀英"]
        assert await listed(visitor, "?state=at_hub") == ["黄大山", "黄秀英"]
        assert await listed(visitor, "?state=at_hub&q=大") == ["黄大山"]
        assert await listed(visitor, "?state=complete") == []
        assert len(await listed(visitor, "?item=pension")) == 3
        assert await listed(visitor, "?item=other") == []
        assert len(await listed(visitor, "?month=2026-09")) == 3
        assert await listed(visitor, "?month=2026-08") == []
        late = await hands_in(village, station, "黄小妹")  # after the names were opened
        assert await listed(visitor, "?q=黄") == ["黄小妹", "黄大山", "黄秀英"]
        assert await listed(visitor, f"?q={late[:8]}") != []


async def test_the_names_are_gone_with_the_lock(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await hands_in(village, station, "黄秀英")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert await listed(visitor, "?q=秀") == ["黄秀英"]
        await visitor.post("/logout", {"token": await visitor.token("/today")})
        await visitor.get("/login")  # the connection no longer holds the request before
        gc.collect()
        kept = [one for one in gc.get_objects() if isinstance(one, ApplicationIndex)]
        assert [one for one in kept if one.entries] == []


async def test_saved_is_said_once_behind_the_form(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await hands_in(village, station, "黄秀英")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        path = f"/applications/{application}"
        assert "关机、停电都不会丢。</p>" in await (await visitor.get(f"{path}?saved")).text()
        assert 'class="done"' not in await (await visitor.get(path)).text()


async def test_what_is_to_be_mended_is_said_where_it_is(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await hands_in(village, station, "黄秀英")
        await village.exchange(station)
        faults = (
            FieldFault(words="缺首页<b>", material="photo", page=2),
            FieldFault(words="电话少一位", field="name"),
        )
        own = bytes.fromhex(application)
        decision, _ = village.county.decision(
            own, Outcome.CORRECTION, faults=faults, until="2027-01-31"
        )
        village.parent.send(decision)
        await village.exchange(station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        text = await (await visitor.get(f"/applications/{application}")).text()
        assert "照片 第 2 页：缺首页&lt;b&gt;</dd>" in text
        assert "：电话少一位</dd>" in text
        answer = f"/applications/{application}/answers/1"
        for path in (answer, f"{answer}/sheet"):  # whoever is told it gets all of it
            told = await (await visitor.get(path)).text()
            assert "照片 第 2 页：缺首页&lt;b&gt;</dd>" in told
            assert "：电话少一位</dd>" in told
            assert "请在 2027-01-31 前改好交回。" in told
