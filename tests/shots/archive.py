"""Closed cases of a county, filed and moved away, for pictures."""

from typing import TYPE_CHECKING

from central.county.archive import calls
from central.county.casework.calls import ListCases
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.errors import YizhanError
from runtime.actor import Actor

if TYPE_CHECKING:
    from tests.shots.county import ShownCounty

_OWNER = Actor.at_command_line("管理员")
_MADE, _MOVED = 4, 2


async def filed(shown: "ShownCounty") -> list[str]:
    """Numbers of two packages: one that is held, and one that nobody has confirmed."""
    county, archive = shown.county, shown.archive
    page = await county.case_room.list.page(ListCases(state="decided"), limit=100)
    made = list[calls.PackageShown]()
    for one in reversed(page.cases):
        done = await _made(shown, one.case)
        made += done
        if len(made) == _MADE:
            break
    digests = [one.sha256 for one in made[:_MOVED]]
    await archive.moved(_OWNER, calls.ConfirmMoved(place="样例县档案馆", digests=digests))
    await archive.hold(_OWNER, calls.HoldPackage(case=made[0].case, why="行政复议未完结"))
    return [made[0].case, made[-1].case]


async def _made(shown: "ShownCounty", case: str) -> list[calls.PackageShown]:
    """One that could be handed over and filed."""
    delivered = Wanted(action="deliver", fields={"way": "window"})
    try:
        await shown.county.flows.act(case, delivered, By(name="陆经办"))
        done = await shown.archive.make(_OWNER, calls.MakePackages(cases=[case]))
    except YizhanError:
        return []
    return list(done.made)
