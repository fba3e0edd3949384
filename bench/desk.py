"""The desk with 10,000 applications: processor time of its pages, to the last byte.

The middle of several times counts, whatever else runs on the machine. The first look after
unlocking is measured by itself, and so is the first search, which opens every name.
"""

import json
import statistics
import time
from contextlib import AsyncExitStack

from bench.report import Row, Say
from bench.workplace import working_folder
from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.intake.calls import Submission
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

APPLICATIONS = 10_000
_BATCH, _TIMES = 500, 15
_PAGE_MS = 50.0
PAGES = {
    "today": "/today",
    "list": "/applications",
    "last page": f"/applications?page={APPLICATIONS // 50}",
    "one state": "/applications?state=saved",
    "one month and item": "/applications?month=2026-09&item=pension",
    "search, part of a name": "/applications?q=999",
}
_SURNAMES = "黄韦农陆李梁覃"


async def measure(say: Say) -> list[Row]:
    """All rows."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(working_folder())
        village = Village(folder / "station")
        station = await stack.enter_async_context(village.open())
        say("taking in")
        await _take_in(village, station)
        visitor = await stack.enter_async_context(open_visitor(village, station))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        first = await _once(visitor, PAGES["list"])
        search = await _once(visitor, PAGES["search, part of a name"])
        rows = [
            Row(name="desk: first list after unlocking", ours=first, unit="ms"),
            Row(name="desk: first search, which opens the names", ours=search, unit="ms"),
        ]
        for name, path in PAGES.items():
            say(name)
            times = [await _once(visitor, path) for _ in range(_TIMES)]
            middle = statistics.median(times)
            row = Row(name=f"desk: {name}, 10,000", ours=middle, unit="ms", limit=_PAGE_MS)
            rows.append(row)
        return rows


async def _take_in(village: Village, station: Station) -> None:
    for start in range(0, APPLICATIONS, _BATCH):
        await station.intake.submit_all([_submission(n) for n in range(start, start + _BATCH)])
        if start == APPLICATIONS // 2:  # half of them have left, the others wait
            await village.exchange(station)


def _submission(n: int) -> Submission:
    name = f"{_SURNAMES[n % len(_SURNAMES)]}{n}"
    form = json.dumps({"name": name}, ensure_ascii=False)
    return Submission(application=ApplicationId(f"{n:032x}"), item="pension", form=form)


async def _once(visitor: Visitor, path: str) -> float:
    """Milliseconds of processor time of one request, to its last byte, with the browser's side."""
    start = time.process_time()
    answer = await visitor.get(path)
    text = await answer.text()
    took = (time.process_time() - start) * 1000
    if not answer.ok or "<h1>" not in text:
        raise RuntimeError(f"{path}: {answer.status}")
    return took
