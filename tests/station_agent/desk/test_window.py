"""What is said around the form: kept as it is typed, over the lock, and read at the county."""

import re

import pytest

from protocol.errors.clerk import CheckerMissingError, OwedLateError
from protocol.ids import ApplicationId
from protocol.records.taken_in import Mode, Signature, SignedHow
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.intake_items import (
    CHECK,
    FORM,
    HAND_IN,
    at_county,
    brings,
    changed,
    checks,
    counter,
    types,
)
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.station_agent.village import Village

MEI, MEIS = "陆秋梅", "水牛过河不会湿背"
ASKS = [
    {"id": f"q{n}", "ask": f"满{n}十岁了吗？", "refuse_if": False, "say": f"未满{n}十岁。"}
    for n in (6, 7, 8)
]


async def whole(visitor: Visitor) -> str:
    """An application with everything."""
    application = await types(visitor, name="黄秀英", bank="农信社")
    await brings(visitor, application, "card", 200)
    await brings(visitor, application, "proof", 100)
    return application


async def test_what_is_typed_on_a_page_around_the_form_survives_the_lock(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        agent = f"/items/subsidy/agent/{application}"
        said = f"/items/subsidy/said/{application}"
        typed = {
            "token": await visitor.token(agent),
            "-page": "agent",
            "name": "黄大",
            "scope.collect": "yes",
        }
        answer = await visitor.post(said, typed)
        assert answer.headers["HX-Trigger"] == "saved"
        page = await text_of(visitor, agent)
        assert 'value="黄大"' in page
        assert re.search(r'name="scope.collect" value="yes" checked', page)
        assert "代办人填了一半" in await checks(visitor, application)

        await village.clock.advance(601)
        locked = await visitor.post(
            f"{HAND_IN}/{application}",
            {
                "token": typed["token"],
                "-page": "check",
                "-insist": "yes",
                "-insisted": "黄大山",
                "-check-password": "秘密",
            },
        )
        assert locked.headers["Location"] == f"/login?back={CHECK}/{application}"
        await visitor.logs_in()
        page = await checks(visitor, application)
        assert re.search(r'name="-insist" value="yes" checked', page)
        assert 'value="黄大山"' in page
        assert "秘密" not in page


async def test_a_second_clerk_looks_at_it_by_her_own_password(village: Village) -> None:
    async with counter(village) as (station, visitor):
        changed(village, second_check=True)
        await village.exchange(station)
        by = Proof(clerk=FANG, password=WORD)
        await station.clerks.add(CLERK, AddClerk(name=MEI, password=MEIS, by=by))
        application = await whole(visitor)
        page = await checks(visitor, application)
        assert f"<option>{MEI}</option>" in page
        assert f"<option>{FANG}</option>" not in page
        for name, word, code in (
            ("", "", CheckerMissingError.code),
            (FANG, WORD, CheckerMissingError.code),
            (MEI, "不是这个", "password-wrong"),
        ):
            sent = {**carried(page), "-page": "check", "-check": name, "-check-password": word}
            answer = await (await visitor.post(f"{HAND_IN}/{application}", sent)).text()
            assert code in answer, answer[-3000:]
            assert word not in answer or not word
            page = await checks(visitor, application)
        sent = {**carried(page), "-check": MEI, "-check-password": MEIS}
        done = await visitor.post(f"{HAND_IN}/{application}", sent)
        assert done.headers["Location"] == f"/applications/{application}?saved"
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert (taken.clerk, taken.checker) == (FANG, MEI)
        lines = await station.database.read(clerks.openings)
        assert (MEI, application) in [
            (one.clerk, one.application) for one in lines if one.purpose is Purpose.CHECK
        ]


async def test_who_insists_is_not_held_up_for_want_of_a_second_clerk(village: Village) -> None:
    async with counter(village) as (station, visitor):
        changed(village, second_check=True)
        await village.exchange(station)
        application = await whole(visitor)
        page = await checks(visitor, application)
        assert "本站只有一名办事员" in page
        sent = {**carried(page), "-insist": "yes", "-insisted": "黄秀英"}
        done = await visitor.post(f"{HAND_IN}/{application}", sent)
        assert done.status == 303
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert (taken.checker, taken.insisted) == ("", "黄秀英")


async def test_the_county_reads_how_it_was_signed_and_what_a_person_called_readable(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await whole(visitor)
        papers = f"/papers/subsidy/{application}"
        sheet = re.findall(r"/sheet/([0-9a-f]{32})/change", await text_of(visitor, papers))[0]
        done = {"token": await visitor.token(papers), "do": "readable"}
        await visitor.post(f"{papers}/sheet/{sheet}/change", done)
        page = await checks(visitor, application)
        alone = {**carried(page), "-signed": "print", "-photo": "proof"}
        refused = await (await visitor.post(f"{HAND_IN}/{application}", alone)).text()
        assert "捺印的要写见证人" in refused
        page = await checks(visitor, application)
        sent = {**carried(page), "-signed": "print", "-witness": "韦大伟", "-photo": "proof"}
        assert (await visitor.post(f"{HAND_IN}/{application}", sent)).status == 303
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert taken.signed == Signature(how=SignedHow.PRINT, witness="韦大伟", material="proof")
        assert [one.readable for one in taken.pages] == [True, False]


async def test_what_is_handed_in_unsigned_is_said_to_be_and_marked(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await whole(visitor)
        page = await checks(visitor, application)
        assert "这样交也收，会注明“没有签字”" in page
        assert (await visitor.post(f"{HAND_IN}/{application}", carried(page))).status == 303
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert taken.signed == Signature(how=SignedHow.UNSIGNED)


async def test_a_promise_later_than_the_item_allows_is_refused_with_the_last_day(
    village: Village,
) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        await brings(visitor, application, "card", 200)
        page = await checks(visitor, application)
        sent = {**carried(page), "-owed.proof": "2099-01-01"}
        answer = await (await visitor.post(f"{HAND_IN}/{application}", sent)).text()
        assert OwedLateError.code in answer
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_answers_before_the_form_are_advice_and_go_on_record(village: Village) -> None:
    async with counter(village) as (station, visitor):
        changed(village, questions=ASKS)
        await village.exchange(station)
        path = (await visitor.get(f"{FORM}?new")).headers["Location"]
        start, application = path.rpartition("/")[0], path.rpartition("/")[2]
        assert start == "/items/subsidy/start"
        answers = {"-asked.q6": "yes", "-asked.q7": "no", "-page": "start"}
        led = await visitor.post(path, {"token": await visitor.token(path), **answers})
        assert led.headers["Location"] == f"{path}?look#doubts"
        assert "未满7十岁。" in await text_of(visitor, f"{path}?look")
        form = f"{FORM}/{application}"
        typed = {"token": await visitor.token(form), "name": "黄秀英", "bank": "农信社"}
        await visitor.post(form, typed)
        await brings(visitor, application, "card", 200)
        await brings(visitor, application, "proof", 100)
        page = await checks(visitor, application)
        assert "未满7十岁。" in page
        assert (await visitor.post(f"{HAND_IN}/{application}", carried(page))).status == 303
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert taken.doubtful == ("q7",)


@pytest.mark.parametrize(
    ("mode", "name", "value"),
    [(Mode.DIRECT, "-done", "已当场发放。"), (Mode.ASSIST, "-elsewhere", "GX-7")],
)
async def test_a_village_settles_and_assists_by_the_mode_of_the_item(
    village: Village, mode: Mode, name: str, value: str
) -> None:
    async with counter(village) as (station, visitor):
        changed(village, mode=mode.value)
        await village.exchange(station)
        application = await whole(visitor)
        page = await checks(visitor, application)
        assert f'name="{name}"' in page
        sent = {**carried(page), "-done": "已当场发放。", "-elsewhere": "GX-7"}
        assert (await visitor.post(f"{HAND_IN}/{application}", sent)).status == 303
        taken = (await at_county(village, station, application)).taken
        assert taken is not None
        assert taken.mode is mode
        said = {"-done": taken.done, "-elsewhere": taken.elsewhere}
        assert said == {"-done": "", "-elsewhere": "", name: value}


async def test_the_papers_that_were_brought_are_read_out_too(village: Village) -> None:
    async with counter(village) as (_, visitor):
        own = await types(visitor, name="黄秀英")
        assert "带来的材料" not in await checks(visitor, own)
        await brings(visitor, own, "card", 200, 210)
        assert "带来的材料：居民身份证 2 页</p>" in await checks(visitor, own)


async def test_pages_that_nobody_has_looked_at_are_said_before_they_go(village: Village) -> None:
    async with counter(village) as (station, visitor):
        own = await types(visitor, name="黄秀英")
        assert "还没有人看过清不清楚" not in await checks(visitor, own)
        await brings(visitor, own, "card", 200, 210)
        assert "有 2 页还没有人看过清不清楚" in await checks(visitor, own)
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        for sheet in await station.papers.pages(opened.vault, ApplicationId(own)):
            path = f"/papers/subsidy/{own}/sheet/{sheet.page}/change"
            sent = {"token": await visitor.token(f"/papers/subsidy/{own}"), "do": "readable"}
            assert (await visitor.post(path, sent)).status == 303
        assert "还没有人看过清不清楚" not in await checks(visitor, own)


async def test_the_second_clerk_s_password_is_never_kept(village: Village) -> None:
    async with counter(village) as (station, visitor):
        own = await types(visitor, name="黄秀英")
        said = {
            "token": await visitor.token(f"{CHECK}/{own}"),
            "-page": "check",
            "-check": MEI,
            "-check-password": MEIS,
        }
        path = f"/items/subsidy/said/{own}"
        assert (await visitor.post(path, said)).status == 200
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        draft = await station.drafts.find(opened, ApplicationId(own))
        assert draft is not None
        assert draft.content.window["check"] == {"-check": MEI}
