"""What lists, sums and lights show is compared with the logs, and put right."""

from collections.abc import Mapping

import pytest
from sqlalchemy import text

from central.county.figures.models import FigureRow
from central.county.flows import comparing
from central.county.flows.models import StatusRow
from central.county.flows.service import Wanted
from central.county.supervision.models import LightRow
from protocol.envelope.payloads import Outcome
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import CLERK, case_of, catalogue, on

DAY_S = 86_400.0


@pytest.fixture
async def counted(centre: Centre) -> Centre:
    """A county with a decided case and two open ones, each looked at."""
    village = await centre.village()
    release = await centre.county.catalogue.publish(catalogue())
    numbers = [await case_of(centre, village, release) for _ in range(3)]
    await centre.county.flows.act(numbers[0], Wanted(action="accept"), CLERK)
    await centre.county.flows.decide(numbers[1], outcome=Outcome.APPROVED, note="", by=CLERK)
    await on(centre, 4)
    return centre


async def compared(centre: Centre, planted: str = "") -> Mapping[str, int]:
    """Of a round on another day, on which all lights were looked at."""
    await centre.clock.advance(DAY_S)
    await centre.county.supervision.watch.look()
    if planted:
        await centre.relay.store.transact(lambda session: session.execute(text(planted)))
    await centre.county.views.look()
    found = centre.county.views.round.differing
    assert found is not None
    return {view: count for view, count in found.items() if count}


async def shown(centre: Centre) -> list[dict[str, object]]:
    """Whatever is a view of a log, but for when it is looked at again."""
    rows = [row for of in (StatusRow, FigureRow, LightRow) for row in await centre.rows(of)]
    names = [[column.name for column in row.__table__.columns] for row in rows]
    found = [
        {name: getattr(row, name) for name in some if name != "next_ms"}
        for row, some in zip(rows, names, strict=True)
    ]
    return sorted(found, key=lambda one: (len(one), one["application"]))


STRANGERS = (
    "INSERT INTO case_figure SELECT '0', application, item, department, township,"
    " received_day, done_day, way, pace, stopped, level, excluded FROM case_figure"
)
PLANTED = [
    ("UPDATE case_status SET state = 'received' WHERE state = 'accepted'", {"status": 1}),
    ("UPDATE case_status SET place = 'x' WHERE is_open", {"status": 3}),
    ("UPDATE case_status SET due = '2020-01-01' WHERE state = 'accepted'", {"light": 1}),
    ("UPDATE case_status SET light = 'red'", {"light": 3}),
    ("UPDATE case_light SET light = 'red'", {"light": 3}),
    ("UPDATE case_figure SET way = 'refused' WHERE way <> ''", {"figure": 1}),
    ("UPDATE case_figure SET received_day = '2020-01-01'", {"figure": 3}),
    ("DELETE FROM case_figure WHERE way = ''", {"figure": 2}),
    (STRANGERS, {"figure": 3}),
]


@pytest.mark.parametrize(("planted", "found"), PLANTED)
async def test_a_view_that_was_changed_is_found_and_mended(
    counted: Centre, planted: str, found: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    assert await compared(counted) == {}
    good = await shown(counted)
    with caplog.at_level("ERROR"):
        assert await compared(counted, planted) == found
    said = [(one.event, one.view, one.count) for one in caplog.records]  # type: ignore[attr-defined]
    assert said == [("views.differ", view, count) for view, count in found.items()]
    await counted.county.supervision.watch.look()
    assert await shown(counted) == good
    assert await compared(counted) == {}


async def test_a_log_that_cannot_be_followed_is_counted_each_time(counted: Centre) -> None:
    broken = "UPDATE case_event SET body = '{' WHERE kind = 'accepted'"
    assert await compared(counted, broken) == {"status": 2}


async def test_a_round_goes_on_page_by_page_and_begins_once_a_day(
    counted: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "PAGE", 1)
    rated = "UPDATE case_figure SET level = 5"
    assert await compared(counted, rated) == {"figure": 3}
    await counted.relay.store.transact(lambda session: session.execute(text(rated)))
    await counted.county.views.look()
    assert counted.county.views.round.differing == {"status": 0, "figure": 3, "light": 0}
    monkeypatch.setattr(comparing, "_SLICE_S", 0.0)
    assert await compared(counted) == {"figure": 3}  # of the round before: this one only began
    assert counted.county.views.round.view == "status"
