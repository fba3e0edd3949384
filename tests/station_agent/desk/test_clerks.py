"""Who gets to the desk: the first clerk by a one-time link, then by password, until it locks."""

import re

import pytest

from protocol.errors.desk import DeskClosedError
from runtime.control.calls import Nothing
from station_agent.clerks.calls import AddClerk, ChangePassword, Proof, RemoveClerk
from station_agent.desk.door import TOKEN_S
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

FORM = {"name": FANG, "password": WORD, "again": WORD}


async def first_path(visitor: Visitor, found: str | None) -> str:
    assert found is not None
    return found.removeprefix(visitor.url)


async def test_the_first_clerk_is_made_by_the_link_and_by_nothing_else(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await village.submit(station)
        for path in ("/first", "/first?first=", f"/first?first={'0' * 32}"):
            assert (await visitor.get(path)).status == 400
        link = (await station.door.desk(CLERK, Nothing())).first
        path = await first_path(visitor, link)
        token, first = await visitor.token(path), path.partition("=")[2]
        other = {**FORM, "token": token, "first": first, "again": "别的口令一二三四"}
        assert (await visitor.post("/first", other)).status == 400
        assert not station.clerks.vault.clerks
        made = await visitor.post("/first", {**FORM, "token": token, "first": first})
        assert (made.status, made.headers["Location"]) == (303, "/")
        assert "某人" in await (await visitor.get("/today")).text()
        assert (await station.door.desk(CLERK, Nothing())).first is None
        assert (await visitor.get(path)).status == 400  # spent


async def test_a_link_that_was_left_lying_makes_nobody(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        path = await first_path(visitor, (await station.door.desk(CLERK, Nothing())).first)
        await village.clock.advance(TOKEN_S - 1)
        assert (await visitor.get(path)).status == 200
        await village.clock.advance(1)
        assert (await visitor.get(path)).status == 400


async def test_she_logs_in_and_that_stands_in_the_openings(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        assert (await visitor.get("/today")).headers["Location"] == "/login?back=/today"
        assert (await visitor.logs_in(word="不是这个口令呀呀")).status == 403
        assert (await visitor.logs_in(name="农志强")).status == 403
        assert (await visitor.logs_in(name="")).status == 403
        assert (await visitor.logs_in()).status == 303
        assert (await visitor.get("/today")).status == 200
        found = await station.database.read(clerks.openings)
        assert [(one.clerk, one.purpose) for one in found] == [(FANG, Purpose.DESK)]


async def test_it_locks_by_itself_and_by_hand(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        await village.clock.advance(599)
        assert (await visitor.get("/today")).status == 200
        await village.clock.advance(600)
        assert (await visitor.get("/applications")).headers["Location"].startswith("/login")
        await visitor.logs_in()
        token = await visitor.token("/today")
        assert (await visitor.post("/logout", {"token": token})).status == 303
        assert (await visitor.get("/today")).status == 303


async def test_another_password_or_her_leaving_ends_what_is_open(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        by = Proof(clerk=FANG, password=WORD)
        second = AddClerk(name="农志强", password="不怕滩险弯又多呀", by=by)
        await station.clerks.add(CLERK, second)
        await visitor.logs_in(second.name, second.password)
        await station.clerks.remove(CLERK, RemoveClerk(name=second.name, by=by))
        assert (await visitor.get("/today")).status == 303
        await visitor.logs_in()
        assert (await visitor.get("/today")).status == 200
        change = ChangePassword(name=FANG, password=WORD, new="新的口令一二三四")
        await station.clerks.password(CLERK, change)
        assert (await visitor.get("/today")).status == 303


async def test_who_has_a_password_from_joining_gives_it_once(village: Village) -> None:
    locked = Village(village.data.with_name("locked"), password="开站口令")
    async with locked.open() as station, open_visitor(locked, station) as visitor:
        path = await first_path(visitor, (await station.door.desk(CLERK, Nothing())).first)
        form = {**FORM, "token": await visitor.token(path), "first": path.partition("=")[2]}
        assert (await visitor.post("/first", form)).status == 400
        made = await visitor.post("/first", {**form, "joining": "开站口令"})
        assert made.status == 303
        assert station.clerks.vault.clerks == (FANG,)


async def test_without_an_agent_there_is_no_desk(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(DeskClosedError):
            await station.door.desk(CLERK, Nothing())


async def test_what_is_wrong_is_said_in_the_words_of_the_desk(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        assert "姓名" in await (await visitor.get("/login")).text()
        said = ""
        for _ in range(3):
            said = await (await visitor.logs_in(word="不是这个口令呀呀")).text()
            assert "姓名或口令不正确" in said
            assert "动态码" not in said
        assert re.search('name="password"[^>]* autofocus', said)  # her name stands there already
        waits = await visitor.logs_in()
        assert waits.status == 403
        said = await waits.text()
        assert "口令输错多次" in said
        assert "秒数：5" in said
        assert "管理员" not in said
