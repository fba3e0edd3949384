"""What was typed into a form is there again, whatever the browser, the lock or the disk does."""

import pytest

from protocol.errors import DiskFullError
from protocol.errors.drafts import FillingHandedInError
from runtime.web.words import second
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.filling import (
    FORM,
    ITEM,
    begins,
    carried,
    fills_in,
    sends,
    text_of,
)
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.power import Fuse, fit_fuse
from tests.station_agent.village import Village

TYPED = "黄秀英</textarea>"


async def test_the_way_back_a_reload_and_the_other_language_show_it_again(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        _, application = await fills_in(visitor, "黄秀英")
        assert TYPED in await text_of(visitor, f"{FORM}/{application}")
        for path in (f"{ITEM}/check/{application}", f"{ITEM}/check/{application}"):
            assert "黄秀英" in await text_of(visitor, path)
        switch = f'href="/language/en?back={ITEM}/check/{application}"'
        assert switch in await text_of(visitor, f"{ITEM}/check/{application}")
        assert await sends(visitor, application, "") == f"{FORM}/{application}?faults#faults"
        assert 'id="faults"' in await text_of(visitor, f"{FORM}/{application}?faults")
        assert "还缺这些" in await text_of(visitor, f"{ITEM}/check/{application}")
        more = await sends(visitor, application, "黄秀英", "-more")
        assert more == f"{FORM}/{application}?more"
        assert TYPED in await text_of(visitor, more)


async def test_the_way_back_from_one_that_was_handed_in_leads_to_it(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "黄秀英")
        await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
        for path in (f"{FORM}/{application}", f"{ITEM}/check/{application}"):
            assert (await visitor.get(path)).headers["Location"] == f"/applications/{application}"


async def test_what_was_sent_while_locked_is_there_after_logging_in(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        await village.clock.advance(601)
        form = {"token": token, "name": "黄秀英"}
        locked = await visitor.post(f"{FORM}/{application}", form)
        assert locked.headers["Location"] == f"/login?back={FORM}/{application}"
        for path in (f"{FORM}/{application}", f"{ITEM}/check/{application}"):
            assert (await visitor.get(path)).headers["Location"].startswith("/login")
        await visitor.logs_in()
        assert TYPED in await text_of(visitor, f"{FORM}/{application}")
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_another_browser_pushes_out_nothing_that_was_sent_while_locked(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        await village.clock.advance(601)
        await visitor.post(f"{FORM}/{application}", {"token": token, "name": "黄秀英"})
        stranger = Visitor(visitor.url, visitor.session)
        token = await stranger.token("/login")
        for other in (application, *(f"{number:032x}" for number in range(20))):
            await stranger.post(f"{FORM}/{other}", {"token": token, "name": "别人写的"})
        await visitor.logs_in()
        assert TYPED in await text_of(visitor, f"{FORM}/{application}")


async def test_what_was_read_out_while_locked_or_before_a_start_is_there(village: Village) -> None:
    async with village.open() as station:
        async with open_visitor(village, station) as visitor:
            await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
            await visitor.logs_in()
            page, application = await fills_in(visitor, "黄秀英")
        async with open_visitor(village, station) as again:  # its memory is a new one
            again.cookies = visitor.cookies
            sent = await again.post(f"{ITEM}/hand-in/{application}", carried(page))
            assert sent.headers["Location"] == f"/login?back={FORM}/{application}"
            await again.logs_in()
            assert TYPED in await text_of(again, f"{FORM}/{application}")


async def test_a_full_disk_keeps_what_was_filled_in(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "黄秀英")

        async def full(*_: object, **__: object) -> None:
            raise DiskFullError

        with monkeypatch.context() as patch:
            patch.setattr(type(station.intake), "submit", full)
            answer = await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
            text = await answer.text()
        assert DiskFullError.code in text
        assert "<dd>黄秀英</dd>" in text
        again = await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
        assert again.headers["Location"] == f"/applications/{application}?saved"


async def test_what_is_saved_as_it_is_typed_is_told_with_the_time(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        typed = {"token": token, "name": "黄秀英", "-place": "f-name"}
        answer = await visitor.post(f"{ITEM}/draft/{application}", typed, HX_Request="true")
        assert answer.headers["HX-Trigger"] == "saved"
        assert f"已存 {second(village.clock.now_ms())}" in await answer.text()
        assert TYPED in await text_of(visitor, f"{FORM}/{application}")
        for name in ("-place", "token"):  # what the page needs is not typed
            assert f'value="{typed[name]}"' not in await text_of(visitor, f"{FORM}/{application}")


async def test_a_save_that_fails_says_why_and_is_no_save(village: Village) -> None:
    fuse = Fuse()
    fuse.failure = DiskFullError("")
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        take_out, text = fit_fuse(station, fuse), ""
        for path in (f"{ITEM}/draft/{application}", f"{FORM}/{application}"):
            fuse.blows_at = "INSERT INTO drafts"
            answer = await visitor.post(path, {"token": token, "name": "黄秀英"})
            text = await answer.text()
            assert DiskFullError.code in text
            assert "HX-Trigger" not in answer.headers
        assert TYPED in text  # the page that was sent has it still
        take_out()
        assert TYPED not in await text_of(visitor, f"{FORM}/{application}")


async def test_what_was_sent_as_the_desk_locked_leads_back_to_the_field(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        token = await visitor.token(f"{FORM}/{application}")
        await village.clock.advance(601)
        typed = {"token": token, "name": "黄秀英", "-place": "f-name"}
        answer = await visitor.post(f"{ITEM}/draft/{application}", typed, HX_Request="true")
        assert answer.status == 401
        back = f"/login?back={FORM}/{application}%23f-name"
        assert answer.headers["HX-Redirect"] == back


async def test_what_was_sent_to_one_that_was_handed_in_is_dropped(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "黄秀英")
        await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
        old = {"token": carried(page)["token"], "name": "后来的"}
        answer = await visitor.post(f"{ITEM}/draft/{application}", old)
        assert FillingHandedInError.zh in await answer.text()
        await village.clock.advance(601)
        await visitor.post(f"{ITEM}/draft/{application}", old)
        await visitor.logs_in()
        led = await visitor.get(f"{FORM}/{application}")
        assert led.headers["Location"] == f"/applications/{application}"
