"""What a county writes of a monthly report: an edition, whole or not at all."""

from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, with_cases

MONTH = "2025-12"


async def freeze(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await county.node.county.reports.make(MONTH, "", "李建国")


async def it_is_whole_or_not_there(made: Centre, told: bool) -> None:
    async with made.open() as county:
        reports = county.node.county.reports
        found = await reports.list()
        assert len(found) in ({1} if told else {0, 1})
        assert not found or (await reports.show(MONTH, 1)).is_signed
        assert (await reports.make(MONTH, "更正" if found else "", "李建国")).edition


ACTIONS = [Action("county: monthly report", with_cases, freeze, it_is_whole_or_not_there)]
