"""What waits to be fetched: its owner's alone, one of each kind, for an hour, within bounds."""

import pytest

from central.county.catalogue.pages.tables.kept import Kept
from protocol.errors import BusyError, PageMissingError
from runtime.web.limits import KEPT_S
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock


def kept(clock: FakeClock, most: int = 100) -> Kept:
    return Kept(clock, SeededRandomness(), max_bytes=most)


def test_only_its_owner_finds_it_and_only_the_newest() -> None:
    things = kept(FakeClock())
    first = things.put("王芳", "made", "one", size=1)
    assert things.of("王芳", "made", first) == "one"
    for owner, kind, number in (
        ("李四", "made", first),
        ("王芳", "checked", first),
        ("王芳", "made", "0"),
    ):
        with pytest.raises(PageMissingError):
            things.of(owner, kind, number)
    second = things.put("王芳", "made", "two", size=1)
    assert things.of("王芳", "made", second) == "two"
    with pytest.raises(PageMissingError):
        things.of("王芳", "made", first)


def test_everybody_s_things_together_fill_what_there_is_and_no_more() -> None:
    things = kept(FakeClock())
    number = things.put("王芳", "made", "one", size=60)
    things.put("李四", "made", "two", size=40)
    with pytest.raises(BusyError):
        things.put("赵六", "made", "three", size=1)
    things.put("王芳", "made", "less", size=59)  # takes the place of the former
    things.put("赵六", "made", "three", size=1)
    with pytest.raises(PageMissingError):
        things.of("王芳", "made", number)
    things.drop("李四", "made")
    things.put("钱七", "made", "four", size=40)


async def test_it_is_forgotten_after_an_hour() -> None:
    clock = FakeClock()
    things = kept(clock)
    number = things.put("王芳", "made", "one", size=1)
    await clock.advance(KEPT_S - 1)
    assert things.of("王芳", "made", number) == "one"
    await clock.advance(1)
    with pytest.raises(PageMissingError):
        things.of("王芳", "made", number)
