"""At the desk a draft goes on in the old version, or over to the new one, all of it shown."""

import json

from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import carried, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.drafts.item_versions import ITEM, TEXTS, UNTIL, publish
from tests.station_agent.village import Village

FORM, VERSION = f"/items/{ITEM}/form", f"/items/{ITEM}/version"
NEW = "换成新版"


async def begins(visitor: Visitor) -> str:
    path = (await visitor.get(FORM)).headers["Location"]
    await visitor.post(path, {"token": await visitor.token(path), **TEXTS})
    return path.removeprefix(f"{FORM}/")


async def test_until_its_day_it_goes_on_in_the_old_version(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station, 2, 1)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        await publish(village, station, 3, 4, until=UNTIL)
        form = await text_of(visitor, f"{FORM}/{application}")
        assert f"按旧版交到 {UNTIL}" in form
        assert 'value="0771"' in form
        look = await text_of(visitor, f"{VERSION}/{application}")
        assert "继续用旧版" in look
        page = await text_of(visitor, f"/items/{ITEM}/check/{application}")
        answer = await visitor.post(f"/items/{ITEM}/hand-in/{application}", carried(page))
        assert answer.headers["Location"] == f"/applications/{application}?saved"
        await village.exchange(station)
        (envelope,) = village.parent.envelopes.values()
        sent = village.county.open(envelope)
        assert (sent.release, json.loads(sent.form)) == (2, TEXTS)


async def test_what_is_kept_dropped_and_new_is_shown_before_it_goes_over(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station, 2, 1)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        await publish(village, station, 3, 4, until=UNTIL)
        look = await text_of(visitor, f"{VERSION}/{application}")
        new, dropped, kept = look.index("卡号"), look.index("<s>0771</s>"), look.index("独居")
        assert new < dropped < kept
        path = f"{VERSION}/{application}"
        moved = await visitor.post(path, {"token": await visitor.token(path)})
        assert moved.headers["Location"] == f"{FORM}/{application}"
        form = await text_of(visitor, f"{FORM}/{application}")
        assert 'value="独居"' in form
        assert 'name="card"' in form
        assert "<s>0771</s>" in form
        assert "按旧版" not in form


async def test_one_to_look_at_and_one_whose_day_is_over_lead_there_from_every_step(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station, 2, 1)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        page = await text_of(visitor, f"/items/{ITEM}/check/{application}")
        for number, version in ((3, 3), (4, 5)):
            await publish(village, station, number, version)
            for step in ("form", "check"):
                led = await visitor.get(f"/items/{ITEM}/{step}/{application}")
                assert led.headers["Location"] == f"{VERSION}/{application}"
            sent = await visitor.post(f"/items/{ITEM}/hand-in/{application}", carried(page))
            assert sent.headers["Location"] == f"{VERSION}/{application}"
            look = await text_of(visitor, f"{VERSION}/{application}")
            assert (NEW in look) is (version == 3)
            assert "放进回收站" in look


async def test_what_was_sent_by_another_page_while_locked_is_no_text_of_the_form(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station, 2, 1)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        await village.clock.advance(601)
        led = await visitor.post(f"{VERSION}/{application}", {"token": token})
        assert led.headers["Location"] == f"/login?back={FORM}/{application}"
        await visitor.logs_in()
        assert 'value="0771"' in await text_of(visitor, f"{FORM}/{application}")
