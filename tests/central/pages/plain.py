"""Samples for pages that show nothing of what an enemy wrote: they are loaded all the same."""

from central.county.casework.calls import ListCases
from central.county.reports.pages.views import EDITION
from tests.central.pages.allowed import CASE, OF, OTHER, POSITION
from tests.shots.archive import filed
from tests.shots.cases import shown_cases
from tests.shots.county import ShownCounty
from tests.shots.offices import hubs_of
from tests.shots.ratings import frozen

_VIEW = f"/cases/{CASE}/view/{OF}/{POSITION}"
_OLDEST = 10  # cases, most of which have papers
_REPORT = f"/reports/{EDITION}"
_RECLAIM = "/offices/{node:[0-9a-f]{16}}/reclaim"
_BESIDE = f"/cases/{CASE}/beside/{OTHER}"


async def plain_samples(shown: ShownCounty) -> dict[str, list[str]]:
    """Of cases and reports, by the route and the name in it."""
    cases = await shown_cases(shown.county)
    page = await shown.county.case_room.list.page(ListCases(), limit=100)
    month = (await frozen(shown.county))[0].split("/")[2]
    return {
        f"/archive/{CASE}:case": await filed(shown),
        f"{_RECLAIM}:node": hubs_of(shown.relay.editions.roster)[:1],
        f"{_REPORT}:month": [month],
        f"{_REPORT}:edition": ["1"],
        f"{_VIEW}:case": [one.case for one in page.cases[-_OLDEST:]],
        f"{_VIEW}:of": ["application"],
        f"{_BESIDE}:case": cases[1:2],
        f"{_BESIDE}:other": cases[:1],
    }
