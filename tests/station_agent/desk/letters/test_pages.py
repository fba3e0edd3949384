"""A letter: the time is said first, its way is shown, its answer waits until it was read."""

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Answer
from protocol.records.followups import Letter, LetterKind
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.desk.writing.counter import Writer, writing
from tests.station_agent.village import Village

WORDS, ANSWER = "村口路灯坏了三盏", "已派人维修，三日内修好。"
LETTER = {"kind": "suggestion", "words": WORDS, "by": "农某", "phone": "13900001111"}


async def answers(writer: Writer, own: str, words: str = ANSWER, n: int = 1) -> None:
    answer = Answer(follow_up=bytes.fromhex(own), words=words, n=n, at_ms=1_800_000_000_000)
    writer.village.parent.send(writer.village.county.post(answer, Lane.RESULTS))
    await writer.village.exchange(writer.station)


async def test_the_time_promised_is_said_before_anything_is_written(village: Village) -> None:
    async with writing(village) as writer:
        page = await writer.page("/write/letter")
        before = page.partition('class="card stack"')[0]
        assert "多久答复" in before
        for words in ("5 个工作日", "15 天", "60 天", "10 个工作日", "信访工作条例"):
            assert words in before


async def test_a_letter_is_sent_and_its_answer_waits_until_it_was_read(village: Village) -> None:
    async with writing(village) as writer:
        place = await writer.writes("letter", "", **LETTER)
        led = await writer.sends(place)
        own = led.removeprefix("/sent/")
        assert (await writer.visitor.get(led)).headers["Location"] == f"/letters/{own}"
        letter = await writer.page(f"/letters/{own}")
        assert all(one in letter for one in (WORDS, "农某", FANG, "15 天", "还没有答复"))
        (sent,) = await writer.at_county()
        assert sent.said.subject == Letter(
            kind=LetterKind.SUGGESTION, words=WORDS, by="农某", phone="13900001111"
        )
        assert sent.application == b""
        assert "看答复" not in await writer.page("/today")
        await answers(writer, own)
        today = await writer.page("/today")
        assert "来信有答复" in today
        assert ANSWER not in today
        letter = await writer.page(f"/letters/{own}")
        assert ANSWER in letter
        assert "data-print" in letter
        token = await writer.visitor.token(f"/letters/{own}")
        read = await writer.visitor.post(f"/letters/{own}/read", {"token": token})
        assert read.status == 303
        assert f"{FANG} 看过答复" in await writer.page(f"/letters/{own}")
        assert "来信有答复" not in await writer.page("/today")
        await answers(writer, own, "另一答", n=2)
        assert "来信有答复" in await writer.page("/today")
        assert "没看过" in await writer.page("/letters")


async def test_a_letter_about_an_application_names_it_and_others_are_none(
    village: Village,
) -> None:
    async with writing(village) as writer:
        await writer.sends(await writer.writes("letter", **LETTER))
        (sent,) = await writer.at_county()
        assert sent.application.hex() == writer.application
        visit = {"visitor_1": FANG, "visitor_2": "黄大山", "words": "x"}
        led = await writer.sends(await writer.writes("visit", **visit))
        other = led.removeprefix("/sent/")
        assert (await writer.visitor.get(f"/letters/{other}")).status == 400
        assert (await writer.visitor.get(f"/letters/{'e' * 32}")).status == 400
