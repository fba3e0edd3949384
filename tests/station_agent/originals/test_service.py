"""Originals that travel: each stop is written down once, sealed, and nothing of it is changed."""

from dataclasses import replace

import pytest

from protocol.errors import ApplicationUnknownError, LockedError, UsageError
from protocol.errors.desk import ClerkUnknownError
from protocol.limits import MAX_NAME_CHARS
from station_agent.clerks.calls import AddClerk
from station_agent.originals.calls import PassOn, ShowOriginals
from tests.builders.clerk import CLERK
from tests.builders.clock import START_MS
from tests.station_agent.desk.filling import hidden, text_of
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village


def stop(application: str, at: int = 1, **facts: str) -> PassOn:
    usual = {"what": "户口簿原件", "giver": "黄秀英", "taker": "韦小芳"}
    return PassOn(stop=f"{at:032x}", application=application, **(usual | facts))


async def test_each_stop_is_there_once_in_order_and_sealed(village: Village) -> None:
    async with village.open() as station:
        service = station.serving().originals
        application = await village.submit(station)
        for wanted in (stop(application), stop(application)):
            assert (await service.pass_on(CLERK, wanted)).application == application
        second = stop(application, 2, giver="韦小芳", taker="邮递员老陆", day="2026-09-22")
        await service.pass_on(CLERK, second)
        shown = await service.shown(CLERK, ShowOriginals(application=application))
    assert [(one.what, one.giver, one.taker, one.day) for one in shown] == [
        ("户口簿原件", "黄秀英", "韦小芳", ""),
        ("户口簿原件", "韦小芳", "邮递员老陆", "2026-09-22"),
    ]
    assert [one.at_ms for one in shown] == [START_MS, START_MS]
    for path in village.data.rglob("station.db*"):
        assert "邮递员老陆".encode() not in path.read_bytes()


async def test_what_is_wrong_is_refused_and_leaves_nothing(village: Village) -> None:
    async with village.open() as station:
        service = station.serving().originals
        application = await village.submit(station)
        for wrong in ({"what": ""}, {"giver": "长" * (MAX_NAME_CHARS + 1)}, {"day": "昨天"}):
            with pytest.raises(UsageError):
                replace(stop(application), **wrong)
        with pytest.raises(ApplicationUnknownError):
            await service.pass_on(CLERK, stop("ff" * 16))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        with pytest.raises(ClerkUnknownError):
            await service.pass_on(CLERK, replace(stop(application), clerk="谁"))
        with pytest.raises(LockedError):
            await service.shown(CLERK, ShowOriginals(application=application))
        key = ShowOriginals(application=application, clerk=FANG, password=WORD)
        assert await service.shown(CLERK, key) == []


async def test_the_clerk_writes_a_stop_down_and_sees_it(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        path = f"/applications/{application}/originals"
        page = await text_of(visitor, path)
        form = {name: hidden(page, name) for name in ("token", "stop")}
        form |= {"what": "<b>户口簿</b>", "taker": "老陆"}
        answer = await visitor.post(path, {**form, "giver": ""})
        assert (answer.status, "老陆" in await answer.text()) == (400, True)
        for token in (form["token"], form["token"], await visitor.token("/today")):
            sent = {**form, "giver": "黄秀英", "token": token}  # a reload writes nothing again,
            assert (await visitor.post(path, sent)).status == 303  # nor does it after a restart
        text = await (await visitor.get(f"{path}?saved")).text()
        assert text.count("&lt;b&gt;户口簿&lt;/b&gt;</th>") == 1
        for said in ("黄秀英", "老陆", FANG, "已存在本机"):
            assert said in text
