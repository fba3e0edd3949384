"""What the clerk sees of applications: which stand where, in which order, and how many."""

import re

from protocol.envelope.payloads import Outcome
from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.desk.shown.pages import _SHOWN as LISTED
from station_agent.desk.today.pages import _SHOWN as IN_PILE
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
        assert counted, pile
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
            "results": (2, ["准", "不"]),
        }
        text = await (await visitor.get("/applications")).text()
        names = re.findall(r'href="/applications/[0-9a-f]{32}">([^<]+)<', text)
        assert names == ["后", "先", "不", "准", "退"]


async def test_a_long_pile_shows_what_waits_longest_and_the_newest_results(
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
        assert (count, names) == (IN_PILE + 1, [f"{n}号" for n in range(1, IN_PILE + 1)])


async def test_the_list_ends_at_its_limit_and_says_of_how_many(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        for n in range(LISTED + 1):
            await hands_in(village, station, f"{n}号")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        text = await (await visitor.get("/applications")).text()
        names = re.findall(r'href="/applications/[0-9a-f]{32}">([^<]+)<', text)
        assert names == [f"{n}号" for n in range(LISTED, 0, -1)]
        assert f"这里显示 {LISTED} 件，共 {LISTED + 1} 件。" in text


async def test_saved_is_said_once_behind_the_form(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await hands_in(village, station, "黄秀英")
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        path = f"/applications/{application}"
        assert "关机、停电都不会丢。</p>" in await (await visitor.get(f"{path}?saved")).text()
        assert 'class="done"' not in await (await visitor.get(path)).text()
