"""What a county writes of a bad rating: that it came, and what was done about it."""

from central.county.ratings.calls import ListCallbacks
from central.county.ratings.opening import Done
from tests.builders.disks.mains import Mains
from tests.central.county.ratings.test_commands import rate
from tests.faults.action import Action
from tests.faults.actions.county import Centre, with_cases

_STEPS = (("called", "reached"), ("found", "mistaken"), ("answered", "letter"), ("closed", ""))


async def called_back(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            number = await rate(county, 2)
            for kind, detail in _STEPS:
                done = Done(kind=kind, detail=detail, words="说明", by="黄回访")
                await county.node.county.ratings.callbacks.do(number, done)


async def each_step_is_whole(made: Centre, told: bool) -> None:
    async with made.open() as county:
        ratings = county.node.county.ratings
        found = [
            await ratings.callbacks.show(one.case)
            for state in ("", "closed")
            for one in (await ratings.callbacks.list(ListCallbacks(state=state))).callbacks
        ]
        assert len(found) <= 1
        done = [one.kind for one in found[0].steps] if found else []
        assert done == [kind for kind, _ in _STEPS][: len(done)]
        assert not found or (found[0].state == "closed") == ("closed" in done)
        assert not told or len(done) == len(_STEPS)


ACTIONS = [
    Action("county: a bad rating is called back", with_cases, called_back, each_step_is_whole)
]
