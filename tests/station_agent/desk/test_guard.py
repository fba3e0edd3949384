"""Nobody but the pages of this desk can ask it for anything."""

import socket

import pytest

from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village


async def test_another_host_another_site_and_another_port_are_refused(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        assert (await visitor.get("/login", Host="evil.example")).status == 421
        port = visitor.url.rpartition(":")[2]
        assert (await visitor.get("/login", Host=f"127.0.0.1:{int(port) + 1}")).status == 421
        form = {
            "token": await visitor.token("/login"),
            "name": FANG,
            "password": WORD,
            "back": "/",
        }
        for headers in (
            {"Origin": "http://127.0.0.1:1"},
            {"Origin": f"https://127.0.0.1:{port}"},
            {"Origin": "null"},
            {"Sec_Fetch_Site": "same-site"},
            {"Sec_Fetch_Site": "cross-site"},
        ):
            assert (await visitor.post("/login", form, **headers)).status == 400, headers
        assert (await visitor.post("/login", {**form, "token": "0" * 88})).status == 400
        own = {"Origin": visitor.url, "Sec_Fetch_Site": "same-origin"}
        assert (await visitor.post("/login", form, **own)).status == 303


async def test_every_page_keeps_scripts_frames_and_caches_out(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        entered = await visitor.logs_in()
        assert len(entered.cookies) == 2  # the login, and that a clerk logged in here
        for cookie in entered.cookies.values():
            found = (cookie["httponly"], cookie["samesite"], cookie["path"])
            assert found == (True, "Strict", "/")
        for path in ("/login", "/today", "/applications"):
            page = await visitor.get(path)
            assert page.status == 200
            assert page.headers["Cache-Control"] == "no-store"
            policy = page.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe-inline" not in policy
            assert "<script>" not in await page.text()


@pytest.mark.parametrize("path", ["/today", "/applications", f"/applications/{'0' * 32}"])
async def test_nobody_sees_a_page_without_a_password(village: Village, path: str) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        assert (await visitor.get(path)).status == 303


async def test_a_name_that_carries_script_is_a_name(village: Village) -> None:
    name = "<script>alert(1)</script>"
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission(name))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        for path in ("/today", "/applications", f"/applications/{application}"):
            text = await (await visitor.get(path)).text()
            assert name not in text
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


async def test_no_other_address_of_the_machine_leads_to_it(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        port = int(visitor.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))  # the network's would be let in alike


@pytest.mark.parametrize("path", ["/static/", "/no-such-page"])
async def test_what_is_no_page_is_said_in_the_reader_s_words(village: Village, path: str) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        answer = await visitor.get(path)
        assert answer.status == 404
        assert "page.missing" in await answer.text()
