"""Whoever learns a clerk's cookie on this PC can do nothing with it."""

import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE

import pytest

from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

NOBODY = 65534  # a user who has nothing
ASKS = """
import encodings.idna, http.client, os, sys
if sys.argv[4] != "-":
    os.setgroups([]); os.setgid(int(sys.argv[4])); os.setuid(int(sys.argv[4]))
desk = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
desk.request("GET", sys.argv[2], headers={"Cookie": sys.argv[3]})
answer = desk.getresponse()
print(answer.status, answer.getheader("Location", ""))
"""


async def another_program(visitor: Visitor, path: str, uid: str) -> str:
    """What a process of another user (or ours: -) is answered, with the clerk's cookie."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    port = visitor.url.rpartition(":")[2]
    process = await create_subprocess_exec(
        sys.executable, "-c", ASKS, port, path, cookie, uid, stdout=PIPE
    )
    out, _ = await process.communicate()
    return out.decode().strip()


async def test_a_process_of_another_user_with_the_cookie_is_nobody(
    village: Village, caplog: pytest.LogCaptureFixture
) -> None:
    other = str(NOBODY) if os.geteuid() == 0 else "-"  # to be another, one must be root
    expected = "303 /login?back=" if other != "-" else "200 "
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert (await visitor.get("/today")).status == 200
        for path in ("/today", "/applications", f"/applications/{application}", "/slips"):
            answer = await another_program(visitor, path, other)
            assert f"{answer} ".startswith(expected), (path, answer)
        events = [getattr(one, "event", "") for one in caplog.records]
        assert events.count("desk.stolen-cookie") == (4 if other != "-" else 0)
        assert (await visitor.get("/today")).status == 200  # and the clerk works on


async def test_what_another_user_asks_keeps_no_login_alive(village: Village) -> None:
    if os.geteuid() != 0:
        return  # nobody else can be asked to try
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert (await visitor.get("/today")).status == 200
        await village.clock.advance(400)
        answer = await another_program(visitor, "/today", str(NOBODY))
        assert answer.startswith("303 /login")
        await village.clock.advance(400)  # 600 s without a click lock it
        assert (await visitor.get("/today")).status == 303


async def test_a_program_of_the_same_user_is_let_in(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert (await visitor.get("/today")).status == 200
        assert await another_program(visitor, "/today", "-") == "200"
