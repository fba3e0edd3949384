"""The one-time link: it makes the first clerk once, and only while there is none."""

import pytest

from protocol.errors.desk import DeskTokenError
from runtime.control.calls import Nothing
from station_agent.clerks.calls import AddClerk
from station_agent.desk.door import DeskDoor
from tests.builders.chance import SeededRandomness
from tests.builders.clerk import CLERK
from tests.builders.clock import FakeClock
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village


async def token_of(door: DeskDoor) -> str:
    first = (await door.desk(CLERK, Nothing())).first
    assert first is not None
    return first.partition("?first=")[2]


async def test_what_was_spent_and_what_came_before_a_newer_one_opens_nothing() -> None:
    door = DeskDoor(clock=FakeClock(), randomness=SeededRandomness(), has_clerks=lambda: False)
    door.opened("http://127.0.0.1:1")
    older, newer = await token_of(door), await token_of(door)
    with pytest.raises(DeskTokenError):
        door.check(older)
    door.check(newer)
    door.spend()
    with pytest.raises(DeskTokenError):
        door.check(newer)


async def test_a_link_is_good_for_a_quarter_of_an_hour() -> None:
    clock = FakeClock()
    door = DeskDoor(clock=clock, randomness=SeededRandomness(), has_clerks=lambda: False)
    door.opened("http://127.0.0.1:1")
    token = await token_of(door)
    await clock.advance(899)
    door.check(token)
    clock.jump_wall(ms=-86_400_000)  # the date has no part in it
    await clock.advance(2)
    with pytest.raises(DeskTokenError):
        door.check(token)


async def test_a_link_ends_when_a_clerk_was_made_otherwise(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        path = f"/first?first={await token_of(station.door)}"
        assert (await visitor.get(path)).status == 200
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        assert (await visitor.get(path)).status == 400
        assert (await station.door.desk(CLERK, Nothing())).first is None


async def test_a_form_with_another_token_makes_nobody(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        first = await token_of(station.door)
        form = {"name": FANG, "password": WORD, "again": WORD}
        form["token"] = await visitor.token(f"/first?first={first}")
        for other in ("", "0" * 32, first.upper() + "x"):
            assert (await visitor.post("/first", {**form, "first": other})).status == 400
            assert station.clerks.vault.clerks == ()


async def test_after_a_weak_password_the_same_link_still_makes_her(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        first = await token_of(station.door)
        form = {"first": first, "name": FANG, "password": WORD, "again": WORD}
        form["token"] = await visitor.token(f"/first?first={first}")
        weak = {**form, "password": "短", "again": "短"}
        assert (await visitor.post("/first", weak)).status == 400
        assert (await visitor.post("/first", form)).status == 303
        assert station.clerks.vault.clerks == (FANG,)
