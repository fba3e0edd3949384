"""An answer at the desk: its files, its paper, whom it was handed to, and the alarm in time."""

import re
from dataclasses import replace

from aiohttp import FormData

from protocol.errors.answers import AgentScopeError, AnswerToldError
from protocol.ids import ApplicationId
from protocol.records.followups import Delivered, Telling, Way
from protocol.records.taken_in import Agent, AgentKind, Scope, TakenIn
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.builders.clock import START_MS
from tests.station_agent.desk.test_shown import piles
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

PAPER = b"%PDF-1.7 <script>alert(1)</script>"
DAY_MS = 86_400_000
AGENT = Agent(name="黄小强", kind=AgentKind.RELATIVE, scope=(Scope.APPLY, Scope.COLLECT))


async def begins(
    village: Village, station: Station, visitor: Visitor, agent: Agent | None = None
) -> ApplicationId:
    """A clerk at the desk, and an application with a decision and its file."""
    submission = village.submission("黄秀英")
    if agent is not None:
        submission = replace(submission, taken=TakenIn(agent=agent))
    application = await station.intake.submit(submission)
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
    await visitor.logs_in()
    envelope, blobs = village.county.decision(
        bytes.fromhex(application), note="<b>准予</b>", file=PAPER
    )
    village.parent.send(envelope, blobs)
    await village.exchange(station)
    return application


async def handed(visitor: Visitor, path: str, **form: str) -> tuple[int, str]:
    answer = await visitor.post(path, {"token": await visitor.token(path), **form})
    return answer.status, await answer.text()


def sent(village: Village) -> list[Telling]:
    """What the county opens of it."""
    arrived = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    subjects = [village.county.open_follow_up(one).said.subject for one in arrived]
    return [one for one in subjects if isinstance(one, Telling)]


async def test_it_is_opened_printed_and_handed_over_and_leaves_the_pile(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = f"/applications/{application}/answers/1"
        assert (await piles(visitor))["results"] == (1, ["黄秀英"])
        today = await (await visitor.get("/today")).text()
        assert f'href="{path}"' in today
        text = await (await visitor.get(path)).text()
        assert "&lt;b&gt;准予&lt;/b&gt;" in text
        assert "期限从下一个工作日算起，共 10 个" in text
        file = await visitor.get(f"{path}/files/0?save")
        assert await file.read() == PAPER
        assert file.headers["Content-Type"] == "application/octet-stream"
        assert file.headers["Content-Disposition"].startswith("attachment; filename")
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert (await visitor.get(f"{path}/files/1")).status == 400

        status, _ = await handed(visitor, path, way="handed-over in-person", person="黄秀英")
        assert status == 303
        assert (await piles(visitor))["results"] == (0, [])
        text = await (await visitor.get(f"{path}?saved")).text()
        for said in ("当面交给本人", "黄秀英", FANG, "已存在本机", "已登记"):
            assert said in text
        assert 'name="way"' not in text  # it is done
        paper = await (await visitor.get(f"{path}/sheet")).text()
        for said in ("2026-1", "黄秀英", "decision.pdf", "收件人签名", "当面交给本人"):
            assert said in paper
        listed = await (await visitor.get(f"/applications/{application}")).text()
        assert "当面交给本人 黄秀英" in listed
        await village.exchange(station)
    assert sent(village) == [
        Telling(what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person="黄秀英")
    ]


async def test_what_is_wrong_stands_on_the_page_and_what_was_typed_stays(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = f"/applications/{application}/answers/1"
        for form, said in (
            ({"way": "by pigeon", "person": "黄秀英"}, "请选怎样交的"),
            ({"way": "told telephone", "person": ""}, "请写明交给了谁"),
            ({"way": "handed-over refused", "person": "某人甲"}, "拒收要有两名见证人"),
            (
                {"way": "handed-over refused", "person": "某人甲"}
                | {"witness-1": "某人乙", "witness-2": "某人乙"},
                "两名见证人要是不同的人",
            ),
            ({"way": "told telephone", "person": "某人甲", "day": "昨天"}, "日期写成"),
            ({"way": "told telephone", "person": "某人甲", "day": "2099-01-31"}, "还没有到"),
            ({"way": "handed-over agent", "person": "某人甲"}, AgentScopeError.zh[:12]),
        ):
            status, text = await handed(visitor, path, **form)
            assert (status, said in text) == (400, True), form
            assert f'value="{form["person"]}"' in text
        assert (await piles(visitor))["results"] == (1, ["黄秀英"])
        refused = {"witness-1": "某人乙", "witness-2": "某人丙"}
        status, _ = await handed(
            visitor, path, way="handed-over refused", person="黄秀英", **refused
        )
        assert status == 303
        await village.exchange(station)
    assert [one.witnesses for one in sent(village)] == [("某人乙", "某人丙")]


async def test_a_reload_records_nothing_again_and_a_second_clerk_is_told(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = f"/applications/{application}/answers/1"
        form = {"token": await visitor.token(path), "way": "handed-over in-person"}
        other = {**form, "token": await visitor.token(path), "person": "别人"}
        for _ in range(2):
            assert (await visitor.post(path, {**form, "person": "黄秀英"})).status == 303
        answer = await visitor.post(path, other)
        assert answer.status == 400
        assert AnswerToldError.code in await answer.text()
        await village.exchange(station)
    assert len(sent(village)) == 1


async def test_the_agent_who_was_noted_collects_it(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor, AGENT)
        path = f"/applications/{application}/answers/1"
        assert "登记的代办人：黄小强" in await (await visitor.get(path)).text()
        status, text = await handed(visitor, path, way="handed-over agent", person="别人")
        assert (status, "登记的代办人是黄小强" in text) == (400, True)
        status, _ = await handed(visitor, path, way="handed-over agent", person="黄小强")
        assert status == 303


async def test_a_photo_proves_a_refusal(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        path = f"/applications/{application}/answers/1"
        form = FormData(default_to_multipart=True)
        form.add_field("token", await visitor.token(path))
        form.add_field("file", scans.picture(), filename="a.jpg", content_type="image/jpeg")
        assert (await visitor.post(f"/photos/{application}/1", form)).status == 303
        assert re.search('id="photos">.*?idle">1<', await (await visitor.get(path)).text())
        status, _ = await handed(visitor, path, way="handed-over refused", person="黄秀英")
        assert status == 303
        await village.exchange(station)
        await village.exchange(station)
    arrived = [one for one in village.parent.envelopes.values() if one.header.seq > 1]
    (opened,) = [village.county.open_follow_up(one) for one in arrived]
    assert [(file.material, file.name) for file in opened.attachments] == [("", "photo-1.jpg")]


async def test_the_first_page_alarms_before_it_is_late(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        assert "告知期限快到了" not in await (await visitor.get("/today")).text()
        village.parent.time_ms = START_MS + 12 * DAY_MS
        await village.exchange(station)
        text = await (await visitor.get("/today")).text()
        assert re.search(r'role="alert">有 1 份文书的告知期限快到了', text)
        assert "第 9 个工作日，共 10 个" in text
        path = f"/applications/{application}/answers/1"
        assert (await handed(visitor, path, way="told telephone", person="黄秀英"))[0] == 303
        text = await (await visitor.get("/today")).text()
        assert "告知期限快到了" not in text
        assert "已告知，附件还没交" in text
        for way in ("told telephone", "told in-person"):
            assert f'value="{way}"' not in await (await visitor.get(path)).text()


async def test_a_document_of_a_step_is_handed_over_by_its_name(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await begins(village, station, visitor)
        own = bytes.fromhex(application)
        village.parent.send(village.county.document(own, "受理通知书", n=5)[0])
        await village.exchange(station)
        assert (await piles(visitor))["results"][0] == 2
        path = f"/applications/{application}/answers/5"
        assert "<h1>受理通知书</h1>" in await (await visitor.get(path)).text()
        assert (await handed(visitor, path, way="handed-over post", person="黄秀英"))[0] == 303
        assert (await visitor.get(f"/applications/{application}/answers/9")).status == 400
        await village.exchange(station)
    (one,) = sent(village)
    assert (one.document, one.way) == ("受理通知书", Way.POST)
