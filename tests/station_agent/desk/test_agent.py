"""Who acts for an applicant: kept in the draft, read out, and read at the county."""

import pytest

from protocol.records.taken_in import Agent, AgentKind, Scope
from station_agent.clerks.calls import AddClerk, Proof
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.intake_items import (
    FORM,
    HAND_IN,
    at_county,
    brings,
    checks,
    counter,
    types,
)
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.station_agent.village import Village

SON = {
    "name": "黄大山",
    "kind": "relative",
    "scope.apply": "yes",
    "scope.collect": "yes",
    "identity": "11010519491231002x",
    "relation": "儿子",
    "paper": "委托书",
}


async def names(visitor: Visitor, application: str, said: dict[str, str]) -> tuple[int, str]:
    path = f"/items/subsidy/agent/{application}"
    answer = await visitor.post(path, {"token": await visitor.token(path), **said})
    return answer.status, await answer.text()


async def hands_in(village: Village, visitor: Visitor, application: str) -> None:
    await brings(visitor, application, "card", 200)
    await brings(visitor, application, "proof", 100)
    form = carried(await checks(visitor, application))
    assert (await visitor.post(f"{HAND_IN}/{application}", form)).status == 303


async def test_an_agent_is_kept_read_out_and_read_at_the_county(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        assert (await names(visitor, application, SON))[0] == 303
        await types(visitor, name="别人")
        for page in (
            await text_of(visitor, f"{FORM}/{application}"),
            await checks(visitor, application),
        ):
            assert (
                "<b>黄大山</b> · 亲属 · 儿子 · 11010519491231002X · 代为申请、代为领取结果 · 委托书"
                in page
            )
            assert "黄秀英" in page
        await hands_in(village, visitor, application)
        sent = await at_county(village, station, application)
        assert sent.taken is not None
        assert sent.taken.agent == Agent(
            name="黄大山",
            kind=AgentKind.RELATIVE,
            scope=(Scope.APPLY, Scope.COLLECT),
            identity="11010519491231002X",
            relation="儿子",
            paper="委托书",
        )


async def test_the_applicant_comes_herself_unless_it_is_said(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        assert "本人来办" in await checks(visitor, application)
        await names(visitor, application, SON)
        assert "本人来办" not in await checks(visitor, application)
        assert (await names(visitor, application, {"do": "oneself"}))[0] == 303
        await hands_in(village, visitor, application)
        sent = await at_county(village, station, application)
        assert sent.taken is not None
        assert sent.taken.agent is None


async def test_what_was_typed_of_an_agent_is_open_until_it_is_kept(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        said = f"/items/subsidy/said/{application}"
        token = await visitor.token(f"/items/subsidy/agent/{application}")
        sent = {"token": token, "-page": "agent", "name": "黄大"}
        assert (await visitor.post(said, sent)).status == 200
        assert "代办人填了一半" in await checks(visitor, application)
        assert (await names(visitor, application, SON))[0] == 303
        assert "代办人填了一半" not in await checks(visitor, application)


async def test_a_colleague_who_names_the_agent_stands_in_the_draft(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英")
        by = Proof(clerk=FANG, password=WORD)
        await station.clerks.add(CLERK, AddClerk(name="陆秋梅", password=WORD[::-1], by=by))
        await visitor.logs_in("陆秋梅", WORD[::-1])
        assert (await names(visitor, application, SON))[0] == 303
        assert "韦小芳、陆秋梅" in await text_of(visitor, "/drafts")


async def test_an_agent_is_named_before_anything_is_typed(village: Village) -> None:
    async with counter(village) as (_, visitor):
        path = (await visitor.get(f"{FORM}?new")).headers["Location"]
        application = path.removeprefix(f"{FORM}/")
        assert (await names(visitor, application, SON))[0] == 303
        await visitor.post(path, {"token": await visitor.token(path), "name": "黄秀英"})
        page = await text_of(visitor, path)
        assert "<b>黄大山</b>" in page
        assert "黄秀英" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"scope.apply": None, "scope.collect": None},
        {"kind": "x"},
        {"paper": "长" * 101},
    ],
)
async def test_what_is_no_agent_changes_nothing_and_stays_on_the_page(
    village: Village, wrong: dict[str, str | None]
) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        said = {name: text for name, text in {**SON, **wrong}.items() if text is not None}
        status, page = await names(visitor, application, said)
        assert status == 200
        assert "intake.agent" in page
        assert 'value="儿子"' in page
        assert "本人来办" in await checks(visitor, application)


@pytest.mark.parametrize(
    "wrong", ["110105194912310021", "11010519491231002", "1101051949123100211", "110105491231002"]
)
async def test_a_wrong_digit_of_the_agent_s_number_is_said_at_its_field(
    village: Village, wrong: str
) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        _, page = await names(visitor, application, {**SON, "identity": wrong})
        assert 'id="fault-identity"' in page
        assert "intake.agent-identity" in page
        assert f'value="{wrong}"' in page
        assert "本人来办" in await checks(visitor, application)


@pytest.mark.parametrize("other", ["E12345678", "H0123456789", "01234567"])
async def test_numbers_of_other_papers_are_taken_as_they_are(village: Village, other: str) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        status, _ = await names(visitor, application, {**SON, "identity": other})
        assert status == 303
