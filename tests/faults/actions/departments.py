"""What a county writes of its departments: a change of several tables, and a delegation."""

from central.county.departments import changing
from central.county.departments.changing import Changed
from tests.builders.disks.mains import Mains
from tests.central.county.departments.scene import (
    CHIEF_POST,
    DAY,
    WINDOW_POST,
    delegation,
    staffing,
    stands_in,
)
from tests.faults.action import Action
from tests.faults.actions.county import Centre, centre

BY = "root"


async def set_up_and_remove_a_post(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        departments = county.node.county.departments
        before = staffing(substitutions=(stands_in("韦经办"),))
        given = changing.delegate(before, delegation(), DAY)
        with mains.armed():
            await departments.change(lambda _: Changed(staffing=given), BY)
            await departments.change(
                lambda s: changing.remove_post(s, "M01", WINDOW_POST, s.post("M01", CHIEF_POST)),
                BY,
            )


async def all_or_nothing_is_there(made: Centre, told: bool) -> None:
    async with made.open() as county:
        departments = county.node.county.departments
        found = await departments.now()
        sizes = len(found.departments), len(found.seats), len(found.delegations)
        assert sizes in {(0, 0, 0), (2, 3, 1), (2, 2, 1)}
        assert not told or len(found.seats) == len(staffing().seats) - 1
        await departments.change(lambda _: Changed(staffing=staffing()), BY)
        assert len((await departments.now()).posts) == len(staffing().posts)


ACTIONS = [
    Action("county: departments change", centre, set_up_and_remove_a_post, all_or_nothing_is_there),
]
