"""What follows an application comes to the county: it is in the case once, or it is sent again."""

from dataclasses import dataclass
from pathlib import Path

from protocol.exchange.messages import EnvelopeItem
from protocol.records.followups import Withdrawal
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, with_cases

BY = "黄秀英"


@dataclass
class Followed:
    """A county that has the case, and what follows it."""

    centre: Centre
    wire: bytes


async def with_one_to_come(root: Path) -> Followed:
    centre = await with_cases(root)
    return Followed(centre=centre, wire=centre.village.follow_up(Withdrawal(by=BY)))


async def take_in(made: Followed, mains: Mains) -> None:
    async with made.centre.open() as county:
        with mains.armed():
            assert await county.offer([EnvelopeItem(wire=made.wire)]) == []


async def it_is_in_the_case_once(made: Followed, told: bool) -> None:
    async with made.centre.open() as county:
        if not told:
            await county.offer([EnvelopeItem(wire=made.wire)])
        cases = await county.cases()
        followed = [one for case in cases.values() for one in case["follow_ups"]]
        assert [one["said"]["subject"]["by"] for one in followed] == [BY]


ACTIONS = [
    Action("county: take in what follows", with_one_to_come, take_in, it_is_in_the_case_once)
]
