"""Who leaves without handing in gets everything that is missing on one paper, kept and counted."""

import pytest

from protocol.envelope.payloads import FollowUp
from protocol.records.followups import Advised
from tests.station_agent.desk.filling import text_of
from tests.station_agent.desk.intake_items import brings, changed, checks, counter, types
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.village import Village


def sent(village: Village) -> list[FollowUp]:
    """What the county reads of it."""
    return [village.county.open_follow_up(one) for one in village.parent.envelopes.values()]


async def test_all_that_is_missing_stands_on_one_paper_and_is_counted(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英")
        await brings(visitor, application, "card", 200)
        assert "群众先回去" in await checks(visitor, application)
        path = f"/items/subsidy/advise/{application}"
        token = await visitor.token(f"/items/subsidy/check/{application}")
        led = await visitor.post(path, {"token": token})
        where = led.headers["Location"]
        again = await visitor.post(path, {"token": token})  # a reload of what was sent
        assert again.headers["Location"] == where
        page = await text_of(visitor, where)
        assert "一次性告知单" in page
        for words in ("开户行", "居住证明", FANG):
            assert words in page
        assert "居民身份证" not in page
        assert "黄秀英" not in page
        assert where in await text_of(visitor, "/advice")
        assert "黄秀英" in await text_of(visitor, f"/items/subsidy/form/{application}")
        await village.exchange(station)
        (one,) = sent(village)
        assert one.application == b""
        assert one.said.clerk == FANG
        assert isinstance(one.said.subject, Advised)
        assert one.said.subject.lacking == ("开户行", "居住证明")
        assert (one.said.subject.item, one.said.subject.village) == ("subsidy", "451423103201")


async def test_who_has_begun_nothing_is_told_everything_to_bring(village: Village) -> None:
    async with counter(village) as (station, visitor):
        token = await visitor.token("/items/subsidy")
        led = await visitor.post("/items/subsidy/advise", {"token": token})
        page = await text_of(visitor, led.headers["Location"])
        for words in ("居民身份证", "居住证明"):
            assert words in page
        await village.exchange(station)
        (one,) = sent(village)
        assert isinstance(one.said.subject, Advised)
        assert len(one.said.subject.lacking) == 2


async def test_who_probably_can_not_apply_gets_the_reasons_on_paper(village: Village) -> None:
    ask = {"id": "q", "ask": "是本村户籍吗？", "refuse_if": False, "say": "请到户籍地申请。"}
    async with counter(village) as (station, visitor):
        more = [{**ask, "id": one, "ask": f"满{one}十岁了吗？"} for one in ("r6", "r7")]
        changed(village, questions=[ask, *more])
        await village.exchange(station)
        path = (await visitor.get("/items/subsidy/form?new")).headers["Location"]
        answers = {"-asked.q": "no", "-asked.r6": "yes", "-page": "start"}
        await visitor.post(path, {"token": await visitor.token(path), **answers})
        leave = path.replace("/start/", "/advise/") + "/doubts"
        assert f'action="{leave}"' in await text_of(visitor, f"{path}?look")
        led = await visitor.post(leave, {"token": await visitor.token(f"{path}?look")})
        page = await text_of(visitor, led.headers["Location"])
        assert "是本村户籍吗？（请到户籍地申请。）" in page
        assert "十岁" not in page
        assert "带齐再来" not in page
        await village.exchange(station)
        (one,) = sent(village)
        assert isinstance(one.said.subject, Advised)
        assert one.said.subject.doubts == ("是本村户籍吗？（请到户籍地申请。）",)
        assert one.said.subject.lacking == ()


async def test_a_paper_that_needs_no_file_has_to_be_brought_too(village: Village) -> None:
    cards = [{"id": "card", "use": "card"}, {"id": "bank", "name": "银行卡"}]
    group = {"group": "account", "name": "收款账户", "one_of": cards}
    async with counter(village) as (station, visitor):
        changed(village, materials=[group, {"id": "book", "name": "户口簿"}])
        await village.exchange(station)
        token = await visitor.token("/items/subsidy")
        led = await visitor.post("/items/subsidy/advise", {"token": token})
        page = await text_of(visitor, led.headers["Location"])
        for words in ("居民身份证（收款账户：任选其一）", "银行卡（收款账户：任选其一）", "户口簿"):
            assert words in page
        assert "不收申请" not in page


@pytest.mark.parametrize(
    ("mode", "there", "absent"),
    [("告知", "村里不收申请", "没有缺的"), ("代办", "没有缺的", "村里不收申请")],
)
async def test_only_an_item_that_is_told_about_is_said_not_to_be_taken_in(
    village: Village, mode: str, there: str, absent: str
) -> None:
    async with counter(village) as (station, visitor):
        changed(village, mode=mode, materials=[])
        await village.exchange(station)
        token = await visitor.token("/items/subsidy")
        led = await visitor.post("/items/subsidy/advise", {"token": token})
        page = await text_of(visitor, led.headers["Location"])
        assert there in page
        assert absent not in page
        assert "带齐再来" not in page
