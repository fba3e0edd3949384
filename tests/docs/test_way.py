"""The way of one application, as docs/architecture.md tells it, is the way that it goes."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.campaign.schedules.actions import Action, Exchange, Submit
from tests.campaign.schedules.driver import campaign

ROOT = Path(__file__).parents[2]
PRODUCT = ("protocol", "runtime", "station_agent", "provisioning", "central")
MOST_FUNCTIONS, MOST_FILES = 70, 35  # that a reader meets who follows the calls to all stops
Stop = tuple[str, str]  # file, function

_ROW = re.compile(r"^\| .*\| `(?P<file>[a-z_/]+\.py)` `(?P<function>[A-Za-z_.]+)` \|", re.MULTILINE)
_ONCE: list[Action] = [Submit("pc0", 1000), Exchange("pc0"), Exchange("hub"), Exchange("pc0")]


def told() -> list[Stop]:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    section = text.split("## The way of one application")[1].split("\n## ")[0]
    return [(row["file"], row["function"]) for row in _ROW.finditer(section)]


@dataclass
class Followed:
    """What an application was seen to pass."""

    called: list[Stop] = field(default_factory=list)  # stops, in the order of their first calls
    between: set[Stop] = field(default_factory=set)  # and every function that led to one


def place(frame: FrameType) -> Stop:
    return frame.f_code.co_filename.removeprefix(f"{ROOT}/"), frame.f_code.co_qualname


def callers(frame: FrameType | None) -> Iterator[Stop]:
    """The functions of the product that called one another down to this one."""
    while frame is not None:
        file, function = place(frame)
        if file.split("/")[0] in PRODUCT:
            yield file, function
        frame = frame.f_back


@contextmanager
def following(stops: set[Stop]) -> Iterator[Followed]:
    """Which of ``stops`` are called, by any thread, and through what."""
    found = Followed()
    names = {name for _, name in stops}

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_qualname in names:
            stop = place(frame)
            if stop in stops and stop not in found.called:
                found.called.append(stop)
                found.between.update(callers(frame))

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_an_application_goes_the_way_that_is_told() -> None:
    """From the clerk's word to the receipt at the station, through a hub."""
    way = told()
    with campaign() as county, following(set(way)) as found:
        assert county.play(_ONCE, 1).reason == ""
    assert way
    assert found.called == way
    assert len(found.between) <= MOST_FUNCTIONS
    assert len({file for file, _ in found.between}) <= MOST_FILES
