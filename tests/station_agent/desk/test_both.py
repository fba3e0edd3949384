"""Two clerks in one draft at once: the second is told so at the field, with both texts."""

from tests.station_agent.desk.filling import hidden, text_of
from tests.station_agent.desk.intake_items import FORM, counter, types
from tests.station_agent.village import Village


def opened(page: str) -> dict[str, str]:
    return {"token": hidden(page, "token"), "-tab": hidden(page, "-tab"), "-seen": seen(page)}


def seen(page: str) -> str:
    return page.partition('id="seen" value="')[2].partition('"')[0]


async def test_both_texts_stand_at_the_field_and_one_is_chosen(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        form, draft = f"{FORM}/{application}", f"/items/subsidy/draft/{application}"
        first, second = [opened(await text_of(visitor, form)) for _ in range(2)]
        village.clock.tick(5)
        answer = await visitor.post(draft, {**first, "name": "黄秀英", "bank": "农信社"})
        assert answer.headers["HX-Trigger"] == "saved"
        now = seen(await answer.text())
        assert now not in ("", first["-seen"])
        typed = {"name": "黄秀英", "bank": "农业银行"}
        answer = await visitor.post(draft, {**second, **typed})
        assert "HX-Trigger" not in answer.headers
        assert "filling.elsewhere" in await answer.text()

        answer = await visitor.post(form, {**second, **typed})
        page = await answer.text()
        assert answer.status == 200
        assert 'value="农业银行"' in page
        at_field = page[page.index('id="f-bank-about"') :][:300]
        assert "另一处存的是“农信社”，这里填的是“农业银行”" in at_field
        assert "f-name-about" not in page
        other = await text_of(visitor, form)  # a third page sees both as well
        assert 'value="农信社"' in other
        assert "另外填的是“农业银行”，没有存进来" in other

        village.clock.tick(5)
        answer = await visitor.post(form, {**opened(page), "-both": "yes", **typed})
        assert answer.status == 303
        last = await text_of(visitor, form)
        assert 'value="农业银行"' in last
        assert "没有存进来" not in last


async def test_what_was_typed_under_the_lock_covers_nothing_either(village: Village) -> None:
    async with counter(village) as (_, visitor):
        application = await types(visitor, name="黄秀英")
        form = f"{FORM}/{application}"
        first, second = [opened(await text_of(visitor, form)) for _ in range(2)]
        village.clock.tick(5)
        await visitor.post(form, {**first, "name": "黄秀英", "bank": "农信社"})
        await visitor.post("/logout", {"token": await visitor.token("/today")})
        await visitor.post(form, {**second, "name": "黄秀英", "bank": "农业银行"})
        await visitor.logs_in()
        page = await text_of(visitor, form)
        assert "filling.elsewhere" in page
        assert "另一处存的是“农信社”，这里填的是“农业银行”" in page
        assert 'value="农信社"' in await text_of(visitor, form)
