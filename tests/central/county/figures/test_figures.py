"""What is counted of a case follows from its log, and a row that does not is found."""

import json
from datetime import datetime

import pytest
from sqlalchemy import text

from central.county.archive.calls import MakePackages
from central.county.figures.models import FigureRow
from central.county.flows.log import By, course_of
from central.county.flows.service import Wanted
from protocol.envelope.payloads import Outcome
from protocol.records.followups import Rating
from protocol.trust.schedule import CHINA
from tests.central.county.archive.scene import OWNER, Filing
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import CLERK, case_of, catalogue, on

HEAD = By(name="黄局")


async def figures(centre: Centre, number: str) -> tuple[object, ...]:
    """Of a case; its row is what its log says."""
    case = course_of(await centre.county.flows.life(number))
    differs = centre.county.figures.differs
    assert not await centre.relay.store.transact(lambda session: differs(session, case))
    (row,) = [one for one in await centre.rows(FigureRow) if one.application == case.key[1]]
    return (row.done_day, row.way, row.pace, row.stopped, row.level)


@pytest.mark.parametrize(
    ("day", "pace"),
    [(3, "in-time"), (16, "in-time"), (30, "promise"), (60, "law")],
)
async def test_a_case_is_done_in_time_or_later_than_was_promised_or_the_law_allows(
    centre: Centre, day: int, pace: str
) -> None:
    release = await centre.county.catalogue.publish(catalogue())
    number = await case_of(centre, await centre.village(), release)
    flows = centre.county.flows
    assert await figures(centre, number) == ("", "", "", False, 0)
    await flows.act(number, Wanted(action="accept"), CLERK)
    centre.clock.jump_wall(ms=day * 86_400_000)
    await flows.decide(number, outcome=Outcome.REFUSED, note="不符", by=HEAD)
    done, *found = await figures(centre, number)
    assert found == ["refused", pace, False, 0]
    assert str(done) > "2026-09-21"


async def test_a_day_begins_at_midnight_in_china(centre: Centre) -> None:
    """At Greenwich it is still the last day of the month before."""
    release = await centre.county.catalogue.publish(catalogue())
    night = datetime(2026, 10, 1, 0, 30, tzinfo=CHINA)
    centre.clock.jump_wall(ms=int(night.timestamp() * 1000) - centre.clock.now_ms())
    number = await case_of(centre, await centre.village(), release)
    await centre.county.flows.decide(number, outcome=Outcome.REFUSED, note="不符", by=HEAD)
    assert (await figures(centre, number))[0] == "2026-10-01"
    assert (await centre.rows(FigureRow))[-1].received_day == "2026-10-01"


async def test_what_is_annulled_is_not_done_and_what_ended_otherwise_says_how(
    centre: Centre,
) -> None:
    release = await centre.county.catalogue.publish(catalogue())
    village, flows = await centre.village(), centre.county.flows
    number = await case_of(centre, village, release)
    await flows.decide(number, outcome=Outcome.APPROVED, note="", by=CLERK)
    await centre.bring(village.follow_up(Rating(level=4)))
    assert (await figures(centre, number))[1:] == ("approved", "in-time", False, 4)
    fields = {"approver": "黄局"}
    await flows.act(number, Wanted(action="annul-decision", note="错", fields=fields), HEAD)
    assert await figures(centre, number) == ("", "", "", False, 4)
    await flows.act(number, Wanted(action="withdraw"), CLERK)
    await Filing.of(centre).operations.make(OWNER, MakePackages(cases=[number]))
    assert (await figures(centre, number))[1] == "withdrawn"


async def test_a_row_follows_a_stop_at_once(centre: Centre) -> None:
    """Else the nightly comparison finds every case that stands still."""
    whole = json.loads(catalogue())
    whole["items"][0]["special"] = [{"name": "鉴定", "limit": "10wd"}]
    release = await centre.county.catalogue.publish(json.dumps(whole).encode())
    number, flows = await case_of(centre, await centre.village(), release), centre.county.flows
    await flows.act(number, Wanted(action="accept"), CLERK)
    stopped = Wanted(action="suspend", note="待鉴定", fields={"procedure": "鉴定"})
    await flows.act(number, stopped, CLERK)
    assert await figures(centre, number) == ("", "", "", True, 0)


async def test_a_row_that_is_not_what_its_log_says_is_found(centre: Centre) -> None:
    release = await centre.county.catalogue.publish(catalogue())
    number = await case_of(centre, await centre.village(), release)
    await on(centre, 1)
    wrong = text("UPDATE case_figure SET done_day = '2026-09-22'")
    await centre.relay.store.transact(lambda session: session.execute(wrong))
    case = course_of(await centre.county.flows.life(number))
    differs = centre.county.figures.differs
    assert await centre.relay.store.transact(lambda session: differs(session, case))
