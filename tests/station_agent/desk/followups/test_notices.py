"""Taking an application back, and another telephone: faults at the field, once at the county."""

import pytest

from protocol.records.followups import NewContact, Withdrawal
from tests.station_agent.desk.filling import hidden, text_of
from tests.station_agent.desk.followups.after import NAME, follow_ups, handed_in
from tests.station_agent.desk.intake_items import counter
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.village import Village


async def test_who_takes_it_back_says_why_and_hears_what_that_means(village: Village) -> None:
    async with counter(village) as (station, visitor):
        path = f"/applications/{await handed_in(visitor)}/withdraw"
        page = await text_of(visitor, path)
        assert f'name="by" value="{NAME}"' in page
        assert "撤回以后，县里不再办这一件" in page
        form = {"token": hidden(page, "token"), "own": hidden(page, "own")}
        answer = await visitor.post(path, {**form, "by": " ", "words": "不办了"})
        text = await answer.text()
        assert answer.status == 400
        assert 'id="fault-by"' in text
        assert 'id="fault-sure"' in text
        assert 'id="fault-words"' not in text
        assert ">\n不办了</textarea>" in text
        assert hidden(text, "own") == form["own"]
        said = {**form, "by": " 黄秀英 ", "words": "要搬走", "sure": "yes"}
        for token in (form["token"], await visitor.token(path)):  # again from an old page
            assert (await visitor.post(path, {**said, "token": token})).status == 303
        await village.exchange(station)
        (sent,) = follow_ups(village)
        assert sent.said.subject == Withdrawal(by=NAME, words="要搬走")
        assert sent.said.clerk == FANG
        shown = await text_of(visitor, path.removesuffix("/withdraw"))
        assert "黄秀英：要搬走" in shown


@pytest.mark.parametrize("wrong", ["", "138000", "电话"])
async def test_a_number_that_is_none_is_said_at_its_field(village: Village, wrong: str) -> None:
    async with counter(village) as (_, visitor):
        path = f"/applications/{await handed_in(visitor)}/contact"
        page = await text_of(visitor, path)
        form = {"token": hidden(page, "token"), "own": hidden(page, "own"), "phone": wrong}
        text = await (await visitor.post(path, {**form, "name": "黄大山"})).text()
        assert 'id="fault-phone"' in text
        assert 'name="name" value="黄大山"' in text
        assert follow_ups(village) == []


async def test_another_telephone_reaches_the_county(village: Village) -> None:
    async with counter(village) as (station, visitor):
        path = f"/applications/{await handed_in(visitor)}/contact"
        page = await text_of(visitor, path)
        form = {"token": hidden(page, "token"), "own": hidden(page, "own")}
        said = {**form, "phone": "199 0000 2899", "name": "黄大山"}
        assert (await visitor.post(path, said)).status == 303
        await village.exchange(station)
        (sent,) = follow_ups(village)
        assert sent.said.subject == NewContact(phone="19900002899", name="黄大山")
