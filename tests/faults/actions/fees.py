"""The fee of a case: whole entries with their tickets, or none."""

from pathlib import Path

from central.county.fees.entries import MONEY, Kind
from protocol.exchange.messages import EnvelopeItem
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty
from tests.central.county.fees.scene import (
    CLERK,
    HALF,
    HEAD,
    catalogue,
    form_of,
    item,
    let_charge,
)
from tests.faults.action import Action
from tests.faults.actions.county import Centre, centre

LICENCE = item(relief=[HALF])
FORM = form_of(LICENCE, {"办理原因": "丢失补领"})
STEPS = ("notice", "paid", "relief", "red", "paid")


async def with_a_fee(root: Path) -> Centre:
    made = await centre(root)
    async with made.open() as county:
        release = await county.node.county.catalogue.publish(catalogue(LICENCE), anyway=True)
        wire = made.village.submit(item=LICENCE["id"], form=FORM, release=int(release))
        assert await county.offer([EnvelopeItem(wire=wire)]) == []
    return made


async def number_of(county: OpenCounty) -> str:
    return str(next(iter((await county.cases()).values()))["case"])


async def charge(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        let_charge(county.node.county, 1)
        number, fees = await number_of(county), county.node.county.fees.fees
        with mains.armed():
            await fees.notice(number, {}, CLERK)
            await fees.record(number, "", CLERK)
            await fees.relief(number, "proof", HEAD)
            await fees.refund(number, "低保", HEAD)


async def tickets_are_money(made: Centre, told: bool) -> None:
    async with made.open() as county:
        room = county.node.county.fees
        fee = await room.fees.show(await number_of(county))
        kinds = [one.kind for one in fee.entries]
        assert kinds == list(STEPS[: len(kinds)])
        assert not told or len(kinds) == len(STEPS)
        assert len(kinds) != len(STEPS) - 1  # a red ticket never without what is left to pay
        if kinds:
            day = await room.days.show(fee.entries[0].day)
            assert day.differences == []
            assert day.tickets.used == sum(Kind(kind) in MONEY for kind in kinds)


ACTIONS = [Action("county: the fee of a case", with_a_fee, charge, tickets_are_money)]
