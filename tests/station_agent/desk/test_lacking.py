"""What is missing is said on the page to read out; it is promised, or handed in all the same."""

from datetime import date, timedelta
from typing import Any

import pytest

from protocol.records.taken_in import Owed
from tests.builders.clerk import status_of
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.intake_items import (
    CHECK,
    FORM,
    HAND_IN,
    PROMISE,
    at_county,
    brings,
    checks,
    counter,
    types,
)
from tests.station_agent.desk.visitor import Visitor
from tests.station_agent.village import Village

INSISTS = {"-insist": "yes", "-insisted": " 黄 大山 "}


async def hands_in(visitor: Visitor, application: str, **more: Any) -> tuple[int, str]:
    form = {**carried(await checks(visitor, application)), **more}
    answer = await visitor.post(f"{HAND_IN}/{application}", form)
    return answer.status, await answer.text()


async def test_every_missing_thing_is_named_with_its_way_and_what_follows(
    village: Village,
) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        form = await text_of(visitor, f"{FORM}/{application}?faults")
        assert f'href="/papers/subsidy/{application}">先不填，继续' in form
        page = await checks(visitor, application)
        assert f'href="{FORM}/{application}?faults#f-bank"' in page
        assert f'href="/papers/subsidy/{application}#card"' in page
        assert 'name="-owed.proof"' in page
        assert 'name="-owed.card"' not in page
        assert PROMISE in page
        assert "县里照收，看过后多半会要求补正" in page
        assert 'name="-insisted" value="黄秀英"' in page
        await brings(visitor, application, "card", 200)
        page = await checks(visitor, application)
        assert "#card" not in page
        assert "#proof" in page


async def test_nothing_is_asked_where_nothing_is_missing(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        await brings(visitor, application, "card", 200)
        await brings(visitor, application, "proof", 100)
        assert "还缺这些" not in await checks(visitor, application)
        assert (await hands_in(visitor, application, **INSISTS))[0] == 303  # of an older page
        sent = await at_county(village, station, application)
        assert sent.taken is not None
        assert sent.taken.insisted == ""


async def test_without_a_tick_it_stays_a_draft_and_what_was_said_stays(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        await brings(visitor, application, "card", 200)
        status, page = await hands_in(visitor, application)
        assert status == 200
        assert "intake.material-missing" in page
        status, page = await hands_in(visitor, application, **{"-insist": "yes", "-insisted": " "})
        assert "intake.insisted" in page
        assert 'value="yes" checked' in page
        for wrong in ("31.1.2027", "2020-01-31", "2027-02-30"):
            _, page = await hands_in(visitor, application, **{"-owed.proof": wrong})
            assert "intake.day" in page, wrong
            assert f'value="{wrong}"' in page
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_who_insists_is_marked_at_the_county(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英")
        assert (await hands_in(visitor, application, **INSISTS))[0] == 303
        sent = await at_county(village, station, application)
        assert sent.form == '{"name":"黄秀英"}'
        assert sent.taken is not None
        assert (sent.taken.insisted, sent.taken.owed) == ("黄 大山", ())


async def test_what_the_item_lets_follow_is_promised_until_a_day(village: Village) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name="黄秀英", bank="农信社")
        until = str((station.drafts.today() or date.max) + timedelta(3))
        promised = {"-owed.proof": until, "-owed.card": until}
        assert "intake.material-missing" in (await hands_in(visitor, application, **promised))[1]
        await brings(visitor, application, "card", 200)
        assert (await hands_in(visitor, application, **promised))[0] == 303
        sent = await at_county(village, station, application)
        assert sent.taken is not None
        assert sent.taken.owed == (Owed(material="proof", until=until),)
        assert sent.taken.insisted == ""


@pytest.mark.parametrize("typed", ["长" * 21])
async def test_what_is_wrong_is_refused_whoever_insists(village: Village, typed: str) -> None:
    async with counter(village) as (station, visitor):
        application = await types(visitor, name=typed, bank="农信社")
        assert "先不填" not in await text_of(visitor, f"{FORM}/{application}?faults")
        led = await visitor.get(f"{CHECK}/{application}")
        assert led.headers["Location"] == f"{FORM}/{application}?faults#faults"
        right = await types(visitor, name="黄秀英", bank="农信社")
        form = {**carried(await checks(visitor, right)), **INSISTS}
        form["-form"] = f'{{"name":"{typed}","bank":"农信社"}}'
        page = await (await visitor.post(f"{HAND_IN}/{right}", form)).text()
        assert "intake.form-invalid" in page
        assert (await status_of(station))["counts"]["saved"] == 0
