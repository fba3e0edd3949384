"""A bad rating is called back, looked into by another, mended, answered and closed."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ratings.calls import ListCallbacks
from central.county.ratings.limits import TRIES
from central.county.ratings.models import CallbackRow
from central.county.ratings.opening import Done
from protocol.errors import UsageError
from protocol.errors.ratings import (
    CallbackDepartmentError,
    CallbackHeldError,
    CallbackOwnError,
    CallbackStateError,
    CallbackUnknownError,
    CallbackWordsError,
)
from protocol.records.followups import Rating
from tests.central.county.centre import Centre
from tests.central.county.ratings.scene import OTHER, RATED, WORDS, closed, decided, do, rated
from tests.central.county.supervision.scene import given

DAY_MS = 86_400_000


async def test_only_the_two_lowest_of_five_are_to_be_called_back_the_oldest_first(
    centre: Centre,
) -> None:
    village = await centre.village()
    numbers = []
    for level in (1, 2, 3, 4, 5):
        centre.clock.jump_wall(ms=1000)
        numbers.append(await rated(centre, village, level))
    found = await centre.county.ratings.callbacks.list(ListCallbacks())
    assert [(one.case, one.level) for one in found.callbacks] == [(numbers[0], 1), (numbers[1], 2)]
    assert (found.open, found.overdue) == (2, 0)
    assert WORDS not in str(found)  # nobody's words stand in a list
    shown = await centre.county.ratings.callbacks.show(numbers[0])
    assert (shown.words, list(shown.rated)) == (WORDS, [RATED])
    # from Monday 21 September: five working days, and 15 past Mid-Autumn and the National Day
    assert (shown.call_day, shown.close_day) == ("2026-09-29", "2026-10-19")
    with pytest.raises(CallbackUnknownError):
        await centre.county.ratings.callbacks.show(numbers[2])


async def test_a_page_goes_on_behind_the_last_one(centre: Centre) -> None:
    village = await centre.village()
    numbers = [await rated(centre, village) for _ in range(3)]
    callbacks = centre.county.ratings.callbacks
    first = await callbacks.list(ListCallbacks(limit=2))
    second = await callbacks.list(ListCallbacks(limit=2, after=first.more))
    listed = [one.case for one in (*first.callbacks, *second.callbacks)]
    assert (sorted(listed), second.more) == (sorted(numbers), "")
    for wrong in ("x", "-1-a-00", f"{1 << 63}-a-00", "1-\0-00", "1-a-0", "1-a"):
        with pytest.raises(UsageError):
            await callbacks.list(ListCallbacks(after=wrong))


async def test_it_is_closed_once_everything_is_done_and_by_somebody_who_was_not_rated(
    centre: Centre,
) -> None:
    number = await rated(centre, await centre.village())
    with pytest.raises(CallbackStateError, match="联系上评价人"):
        await do(centre, number, "closed")
    await do(centre, number, "called", "unreached", by=RATED)
    shown = await do(centre, number, "called", "reached", by=RATED)
    assert (shown.holder, shown.tries, shown.due) == (RATED, 1, shown.close_day)
    with pytest.raises(CallbackOwnError):
        await do(centre, number, "found", "true", by=RATED)
    await do(centre, number, "found", "true")
    with pytest.raises(CallbackHeldError):
        await do(centre, number, "mended")  # RATED has taken it
    await do(centre, number, "mended", by=RATED)
    with pytest.raises(CallbackStateError, match="答复评价人"):
        await do(centre, number, "closed")
    await do(centre, number, "answered", "visit", by=RATED)
    with pytest.raises(CallbackOwnError):
        await do(centre, number, "closed", by=RATED)
    shown = await do(centre, number, "closed")
    assert [one.kind for one in shown.steps] == [
        *("called", "called", "found", "mended", "answered", "closed"),
    ]
    assert (shown.state, shown.light, shown.steps[0].detail) == ("closed", "", "unreached")
    with pytest.raises(CallbackStateError):
        await do(centre, number, "answered", "letter")
    assert not (await centre.county.ratings.callbacks.list(ListCallbacks())).callbacks


async def test_nothing_is_done_without_words_and_nothing_unknown(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    callbacks = centre.county.ratings.callbacks
    for words in ("", "长" * 4001):
        with pytest.raises(CallbackWordsError):
            await callbacks.do(number, Done(kind="called", detail="reached", words=words, by=OTHER))
    for kind, detail in (("called", ""), ("found", "telephone"), ("mended", "true")):
        with pytest.raises(UsageError):
            await do(centre, number, kind, detail)
    assert not (await callbacks.show(number)).steps


async def test_who_can_not_be_reached_is_answered_by_letter(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    for _ in range(TRIES):
        assert "联系上" in (await centre.county.ratings.callbacks.show(number)).missing[0]
        await do(centre, number, "called", "unreached")
    shown = await do(centre, number, "found", "mistaken")
    assert list(shown.missing) == ["答复评价人"]
    await do(centre, number, "answered", "letter")
    assert (await do(centre, number, "closed")).finding == "mistaken"


async def test_it_is_given_back_for_somebody_else(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    with pytest.raises(CallbackStateError):
        await do(centre, number, "returned")
    await do(centre, number, "taken")
    with pytest.raises(CallbackHeldError, match=OTHER):
        await do(centre, number, "taken", by="农梅")
    assert (await do(centre, number, "returned")).holder == ""
    assert (await do(centre, number, "taken", by="农梅")).holder == "农梅"


async def test_what_is_late_is_red_and_gets_each_card_of_supervision_once(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    watch, callbacks = centre.county.ratings.watch, centre.county.ratings.callbacks

    async def on(day: int) -> list[tuple[str, str]]:
        centre.ground.reset_clock()
        centre.clock.jump_wall(ms=day * DAY_MS)
        await watch.look()
        await watch.look()
        return [(rule, rung) for _, rule, rung in await given(centre) if rule == "callback"]

    assert await on(0) == []
    assert await on(7) == [("callback", "warning")]  # the working day before
    found = await callbacks.list(ListCallbacks(overdue=True))
    assert (found.overdue, len(found.callbacks)) == (0, 0)
    assert await on(8) == [("callback", "warning")]
    assert (await callbacks.list(ListCallbacks())).overdue == 0  # it is the last day
    assert await on(9) == [("callback", "warning"), ("callback", "yellow")]
    found = await callbacks.list(ListCallbacks(overdue=True))
    assert [(one.case, one.light) for one in found.callbacks] == [(number, "red")]
    await do(centre, number, "called", "reached")  # now the day of closing counts
    assert (await callbacks.list(ListCallbacks())).overdue == 0
    assert len(await on(10)) == 2
    assert len(await on(60)) == 2 + 3
    await closed(centre, number, "malicious")
    assert len(await on(90)) == 2 + 3


async def test_who_is_rated_badly_again_is_called_back_again(centre: Centre) -> None:
    village = await centre.village()
    number = await rated(centre, village)
    await centre.bring(village.follow_up(Rating(level=2)))
    shown = await centre.county.ratings.callbacks.show(number)
    assert (shown.level, list(shown.steps)) == (1, [])  # it is called back anyway
    await closed(centre, number, "mistaken")
    await centre.bring(village.follow_up(Rating(level=2, words="还是没有办")))
    shown = await centre.county.ratings.callbacks.show(number)
    assert (shown.state, shown.level, shown.words) == ("open", 2, "还是没有办")
    assert (shown.steps[-1].kind, shown.finding, shown.reached) == ("again", "", False)


async def test_what_was_said_is_erased_with_the_case_and_what_was_done_stays(
    centre: Centre,
) -> None:
    number = await rated(centre, await centre.village())
    before = await closed(centre, number)
    key = (await centre.county.flows.life(number)).key
    erasure = centre.county.ratings.erasure
    await centre.relay.store.transact(lambda session: erasure.erase(session, {key}))
    after = await centre.county.ratings.callbacks.show(number)
    assert [one.kind for one in after.steps] == [one.kind for one in before.steps]
    assert not any(one.words for one in after.steps)


async def test_a_county_has_limits_of_its_own_for_what_comes_from_then_on(
    centre: Centre,
) -> None:
    opening, village = centre.county.ratings.opening, await centre.village()
    assert str((await opening.limits_now()).call) == "5wd"
    first = await rated(centre, village)
    await opening.set_limits("1wd", "3d")
    second = await rated(centre, village)
    show = centre.county.ratings.callbacks.show
    assert (await show(first)).call_day == "2026-09-29"
    assert ((await show(second)).call_day, (await show(second)).close_day) == (
        *("2026-09-22", "2026-09-24"),
    )
    with pytest.raises(UsageError):
        await opening.set_limits("五天", "")
    await opening.set_limits("", "")
    assert (await opening.limits_now()).close == "15wd"


async def test_it_is_the_business_of_its_department(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    asked: list[tuple[str, str]] = []

    async def works_for(_: AsyncSession, name: str, department: str) -> bool:
        asked.append((name, department))
        return False

    callbacks = replace(centre.county.ratings.callbacks, works_for=works_for)
    done = Done(kind="taken", by=OTHER, checked=True)
    with pytest.raises(CallbackDepartmentError):
        await callbacks.do(number, done)
    assert asked == [(OTHER, "")]
    listed = centre.county.ratings.callbacks.list
    for other in ("县公安局", "%"):
        assert not (await listed(ListCallbacks(department=other))).callbacks
    known = update(CallbackRow).values(department="县公安局")
    await centre.relay.store.transact(lambda session: session.execute(known))
    assert (await listed(ListCallbacks(department="公安"))).callbacks
    assert (await callbacks.do(number, replace(done, checked=False))).holder == OTHER


async def test_an_unrated_case_has_none(centre: Centre) -> None:
    number = await decided(centre, await centre.village())
    with pytest.raises(CallbackUnknownError):
        await do(centre, number, "taken")
