"""An office that never answers: time goes on, it is named, and the county takes its cases back."""

import pytest

from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.supervision.calls import CardShown, ListCards
from protocol.casework.events import opening
from protocol.envelope.office_payloads import OfficeCase
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepNotNowError
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import OWN, Office

NAME, HEAD = "水口镇社会事务办公室", By(name="黄局")
DAY_MS = 86_400_000
TWENTY_WORKING_DAYS = 45  # with the days off in between, and a few more


async def silent(office: Office, *, accepted: bool) -> OfficeCase:
    """A case that an office has, and does nothing with any more; far behind its limits."""
    await office.open()
    given = await office.given(await office.centre.village(), OWN)
    if accepted:
        await office.says(given, opening.Accepted(node="d"))
    await later(office.centre, TWENTY_WORKING_DAYS)
    return given


async def later(centre: Centre, days: int) -> None:
    for _ in range(days):
        centre.clock.jump_wall(ms=DAY_MS)
        await centre.county.supervision.watch.look()


async def cards(centre: Centre, case: str) -> list[CardShown]:
    found = await centre.county.supervision.cards.list(ListCards(limit=200))
    return [one for one in found.cards if one.case == case]


@pytest.mark.parametrize(("accepted", "rule"), [(False, "acceptance"), (True, "legal")])
async def test_limits_run_on_at_an_office_and_its_name_stands_on_the_cards(
    office: Office, *, accepted: bool, rule: str
) -> None:
    given = await silent(office, accepted=accepted)
    found = [one for one in await cards(office.centre, given.case) if one.rule == rule]
    assert "red" in {one.rung for one in found}
    assert {(one.department, one.post) for one in found} == {("县农业农村局", NAME)}
    overview = await office.centre.county.supervision.cards.overview("")
    (late,) = [one for one in overview.late if one.case == given.case]
    assert (late.post, late.light != "green") == (NAME, True)
    watch = office.centre.county.supervision.watch
    assert await watch.differing(("", b""), 100) == ([], None)


async def test_how_many_cards_each_office_was_given_is_counted(office: Office) -> None:
    given = await silent(office, accepted=True)
    months = {one.month for one in await cards(office.centre, given.case)}
    overviews = [await office.centre.county.supervision.cards.overview(one) for one in months]
    counted = [one for overview in overviews for one in overview.given if one.post == NAME]
    assert sum(one.count for one in counted) == len(await cards(office.centre, given.case))


async def test_the_county_takes_it_back_and_goes_on_and_late_words_change_nothing(
    office: Office,
) -> None:
    given, flows = await silent(office, accepted=True), office.centre.county.flows
    before = {one.card for one in await cards(office.centre, given.case)}
    with pytest.raises(StepNotNowError):
        await flows.decide(given.case, outcome=Outcome.REFUSED, note="不合规定", by=HEAD)
    await flows.act(given.case, Wanted(action="reclaim", note="乡镇一直不答复"), HEAD)
    await later(office.centre, 15)
    found = await cards(office.centre, given.case)
    assert before <= {one.card for one in found}  # those of the office stay
    assert all(one.post != NAME for one in found if one.card not in before)
    await flows.decide(given.case, outcome=Outcome.REFUSED, note="不合规定", by=HEAD)
    kinds = await office.kinds(given)
    await office.says(given, opening.Accepted(node="d"))
    assert await office.kinds(given) == kinds
    assert kinds[-2:] == ["office-reclaimed", "decided"]


async def test_all_that_an_office_keeps_silent_about_is_taken_back_at_once(office: Office) -> None:
    first = await silent(office, accepted=False)
    second = await office.given(await office.centre.village(), OWN)
    assert await office.centre.county.offices.reclaim(office.hub.node, "电脑损坏", HEAD) == 2
    for one in (first, second):
        assert (await office.kinds(one))[-1] == "office-reclaimed"
