"""The way of one application, as docs/architecture.md tells it, is the way that it goes."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.campaign.schedules.actions import Action, Exchange, Submit
from tests.campaign.schedules.driver import campaign

ROOT = Path(__file__).parents[2]
Stop = tuple[str, str]  # file, function

_ROW = re.compile(r"^\| .*\| `(?P<file>[a-z_/]+\.py)` `(?P<function>[A-Za-z_.]+)` \|", re.MULTILINE)
_ONCE: list[Action] = [Submit("pc0", 1000), Exchange("pc0"), Exchange("hub"), Exchange("pc0")]


def told() -> list[Stop]:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    section = text.split("## The way of one application")[1].split("\n## ")[0]
    return [(row["file"], row["function"]) for row in _ROW.finditer(section)]


@contextmanager
def following(stops: set[Stop]) -> Iterator[list[Stop]]:
    """Which of ``stops`` are called, in the order of their first calls, by any thread."""
    called: list[Stop] = []
    names = {name for _, name in stops}

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_qualname in names:
            path = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
            stop = (path, frame.f_code.co_qualname)
            if stop in stops and stop not in called:
                called.append(stop)

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_an_application_goes_the_way_that_is_told() -> None:
    """From the clerk's word to the receipt at the station, through a hub."""
    way = told()
    with campaign() as county, following(set(way)) as called:
        assert county.play(_ONCE, 1).reason == ""
    assert way
    assert called == way
