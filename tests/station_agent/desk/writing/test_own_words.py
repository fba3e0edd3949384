"""What a citizen writes alone: the county reads it; no page and no file of the station shows it."""

import re

from protocol.records.followups import Letter, LetterKind, Objection
from tests.station_agent.desk.filling import hidden
from tests.station_agent.desk.writing.counter import writing
from tests.station_agent.village import Village

WORDS, BY, PHONE = "他家有小汽车，不该享受低保", "陆某某", "13900001111"
PRIVATE = (WORDS, BY, PHONE)


async def test_an_objection_is_read_at_the_county_and_nowhere_here(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster()
        form = await writer.page(f"/own-words/objection?application={writer.application}")
        assert "<nav" not in form  # a stranger sits in front of it
        status, led = await writer.own_words(
            "objection", writer.application, words=WORDS, by=BY, phone=PHONE
        )
        assert status == 303
        own = led.removeprefix("/own-words/done/")
        done = await writer.page(led)
        assert own[:8] in done
        assert "<nav" not in done
        assert (await writer.visitor.get("/publicity")).status == 303  # the desk is locked
        await writer.visitor.logs_in()
        for path in (
            led,
            f"/sent/{own}",
            f"/publicity/{writer.application}",
            f"/applications/{writer.application}",
            "/today",
        ):
            page = await writer.page(path)
            assert not any(one in page for one in PRIVATE), path
        assert own[:8] in await writer.page(f"/publicity/{writer.application}")
        (sent,) = await writer.at_county()
        assert sent.said.subject == Objection(words=WORDS, by=BY, phone=PHONE)
        for file in village.data.rglob("*"):
            data = file.read_bytes() if file.is_file() else b""
            assert not any(one.encode() in data for one in PRIVATE), file


async def test_a_second_click_sends_nothing_more_and_says_so(village: Village) -> None:
    async with writing(village) as writer:
        path = f"/own-words/objection?application={writer.application}"
        token = await writer.visitor.token(path)
        form = {"filing": "c" * 32, "application": writer.application, "words": WORDS}
        first = await writer.visitor.post("/own-words/objection", {"token": token, **form})
        assert first.headers["Location"] == f"/own-words/done/{'c' * 32}"
        await writer.visitor.logs_in()
        token = await writer.visitor.token(path)  # another page, after a power cut
        again = await writer.visitor.post("/own-words/objection", {"token": token, **form})
        assert again.headers["Location"].endswith("?before")
        assert "另写一份" in await writer.page(again.headers["Location"])
        assert len(await writer.at_county()) == 1


async def test_a_fault_keeps_what_was_written_on_the_page_alone(village: Village) -> None:
    async with writing(village) as writer:
        status, page = await writer.own_words("letter", "", words=WORDS, by=BY)
        assert (status, "请选一项" in page, WORDS in page) == (200, True, True)
        assert WORDS not in await writer.page("/own-words/letter")
        status, led = await writer.own_words("letter", "", words=WORDS, kind="complaint")
        assert status == 303
        await writer.visitor.logs_in()
        letter = await writer.page(f"/letters/{led.removeprefix('/own-words/done/')}")
        assert "村站看不到" in letter
        assert "投诉" in letter
        assert WORDS not in letter
        (sent,) = await writer.at_county()
        assert sent.said.subject == Letter(kind=LetterKind.COMPLAINT, words=WORDS)


async def test_who_still_writes_keeps_the_desk_open_and_sends_nothing(village: Village) -> None:
    async with writing(village) as writer:
        answer = await writer.visitor.get("/own-words/typing")
        assert (answer.status, answer.headers["HX-Trigger"]) == (204, "saved")
        assert await answer.text() == ""


async def test_who_does_not_write_after_all_leads_nowhere_into_the_desk(village: Village) -> None:
    async with writing(village) as writer:
        for path in ("/own-words/letter", f"/own-words/objection?application={writer.application}"):
            await writer.visitor.logs_in()
            page = await writer.page(path)
            assert re.findall(r'href="(/(?!static/)[^"]*)"', page) == ["/login", "/situation"]
            form = {"token": hidden(page, "token"), "words": WORDS}
            assert 'formaction="/logout"' in page
            assert (await writer.visitor.post("/logout", form)).headers["Location"] == "/login"
            assert (await writer.visitor.get("/letters")).status == 303
