"""What a citizen writes alone: the county reads it; no page and no file of the station shows it."""

import re

from protocol.errors.answers import TurnedPageError
from protocol.records.followups import Letter, LetterKind, Objection
from station_agent.desk.turned import OPEN_S
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.desk.writing.counter import writing
from tests.station_agent.village import Village

WORDS, BY, PHONE = "他家有小汽车，不该享受低保", "陆某某", "13900001111"
PRIVATE = (WORDS, BY, PHONE)


async def test_an_objection_is_read_at_the_county_and_nowhere_here(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster()
        status, led = await writer.own_words(
            "objection", writer.application, words=WORDS, by=BY, phone=PHONE
        )
        assert status == 303
        own = led.removeprefix("/own-words/done/")
        done = await writer.page(led)
        assert own[:8] in done
        assert "<nav" not in done
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
        assert (sent.said.clerk, sent.application.hex()) == (FANG, writer.application)
        for file in village.data.rglob("*"):
            data = file.read_bytes() if file.is_file() else b""
            assert not any(one.encode() in data for one in PRIVATE), file


async def test_nobody_is_logged_in_while_somebody_writes(village: Village) -> None:
    async with writing(village) as writer:
        for what in ("letter", "objection"):
            await writer.visitor.logs_in()
            path = await writer.turns(what, writer.application)
            page = await writer.page(path)
            assert "<nav" not in page  # a stranger sits in front of it
            assert re.findall(r'href="(/(?!static/)[^"]*)"', page) == ["/login"]
            for elsewhere in ("/today", "/letters", "/publicity", f"/write/{what}"):
                answer = await writer.visitor.get(elsewhere)
                assert answer.headers["Location"].startswith("/login"), elsewhere


async def test_a_second_click_and_the_way_back_send_nothing_more(village: Village) -> None:
    async with writing(village) as writer:
        path = await writer.turns("objection", writer.application)
        form = {"token": await writer.visitor.token(path), "what": "objection", "words": WORDS}
        first = await writer.visitor.post(path, form)
        assert first.status == 303
        back = await writer.visitor.get(path)
        again = await writer.visitor.post(path, form)
        for answer in (back, again):
            assert answer.headers["Location"] == f"{first.headers['Location']}?before"
        assert "另写一份" in await writer.page(again.headers["Location"])
        assert len(await writer.at_county()) == 1


async def test_a_fault_keeps_what_was_written_on_the_page_alone(village: Village) -> None:
    async with writing(village) as writer:
        path = await writer.turns("letter", "")
        form = {"token": await writer.visitor.token(path), "what": "letter", "words": WORDS}
        page = await (await writer.visitor.post(path, form)).text()
        assert ("请选一项" in page, WORDS in page) == (True, True)
        assert WORDS not in await writer.page(path)
        sent = await writer.visitor.post(path, {**form, "kind": "complaint"})
        assert sent.status == 303
        await writer.visitor.logs_in()
        own = sent.headers["Location"].removeprefix("/own-words/done/")
        letter = await writer.page(f"/letters/{own}")
        assert "村站看不到" in letter
        assert "投诉" in letter
        assert WORDS not in letter
        (told,) = await writer.at_county()
        assert told.said.subject == Letter(kind=LetterKind.COMPLAINT, words=WORDS)


async def test_the_page_is_good_while_somebody_types_and_for_nothing_else(
    village: Village,
) -> None:
    async with writing(village) as writer:
        path = await writer.turns("letter", "")
        token = await writer.visitor.token(path)
        for _ in range(2):
            await village.clock.advance(OPEN_S - 1)
            assert (await writer.visitor.get(f"{path}/typing")).status == 204
        other = {"token": token, "what": "objection", "words": WORDS}
        assert (await writer.visitor.post(path, other)).status == 400
        await village.clock.advance(OPEN_S + 1)
        late = await writer.visitor.post(path, {"token": token, "what": "letter", "words": WORDS})
        page = await late.text()
        assert late.status == 400
        assert TurnedPageError.code in page
        assert WORDS in page, "what was typed is not lost by it"
        assert (await writer.visitor.get(f"{path}/typing")).status == 400
        assert await writer.at_county() == []


async def test_nobody_turns_a_page_about_what_is_not_here(village: Village) -> None:
    async with writing(village) as writer:
        token = await writer.visitor.token("/write/letter")
        for what in ("letter", "objection"):
            form = {"token": token, "application": "e" * 32}
            assert (await writer.visitor.post(f"/write/{what}/turn", form)).status == 400
        form = {"token": token, "application": ""}
        assert (await writer.visitor.post("/write/objection/turn", form)).status == 400
        assert (await writer.visitor.get("/today")).status == 200
