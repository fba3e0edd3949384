"""Many cases at once: only where the item allows it, one event each, nothing twice, stoppable."""

import json
from dataclasses import replace

import pytest

from central.accounts.roles import Right
from central.county.control.operations import CountyOperations
from central.county.flows.bulk.service import MAX_BULK, Bulk, Run
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.flows.worklist.calls import ListWork
from protocol.errors import UsageError
from provisioning.audit.record import AuditRecord
from runtime.actor import Actor
from runtime.cli.command import silent
from tests.central.county.centre import Centre

WHO = Actor.on_page("韦兰", frozenset({Right.CASES}))


async def accepted(centre: Centre) -> tuple[Bulk, list[str], str]:
    """Three that may be decided in bulk, and one that may not."""
    usual = {
        "department": "县市场监管局",
        "materials": [],
        "schema": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    items = [{"id": "many", "name": "多", "bulk": True, **usual}]
    items += [{"id": "one", "name": "单", **usual}]
    release = await centre.county.catalogue.publish(json.dumps({"items": items}).encode())
    village = await centre.village()
    for item in ("many", "many", "many", "one"):
        form = {"name": "覃"}
        await centre.bring(village.submit(item=item, form=form, release=release))
    numbers = [str(case["case"]) for case in await centre.cases()]
    for number in numbers:
        await centre.county.flows.act(number, Wanted(action="accept"), By(name="农梅"))
    record = AuditRecord(centre.ground.nodes.scene.authority.audit)
    return CountyOperations.of(centre.county, record).bulk, numbers[:3], numbers[3]


async def test_each_is_decided_once_and_who_is_left_out_says_why(centre: Centre) -> None:
    centre.county.flows.rights = AnybodyButTwice()  # type: ignore[assignment]
    bulk, many, single = await accepted(centre)
    found = await bulk.of_filter(WHO, ListWork(state="accepted"))
    assert set(found) >= {*many, single}
    order = await bulk.look(WHO, [*many, single, "nobody", many[0]], "approved", "都符合条件")
    assert [bool(one.why) for one in order.cases] == [False, False, False, True, True]
    await centre.county.flows.act(many[1], Wanted(action="take"), By(name="农梅"))
    done = await bulk.run(WHO, Run(order=order), silent)
    assert [one.case for one in done.lines if not one.why] == [many[0], many[2]]
    assert "农梅" in done.lines[1].why
    again = await bulk.run(WHO, Run(order=order), silent)
    assert all(one.why for one in again.lines)
    for number in (many[0], many[2]):
        life = await centre.county.flows.life(number)
        assert [type(one.body).__name__ for one in life.events].count("Decided") == 1
        assert life.events[-1].by == "韦兰"


async def test_it_stops_between_two_cases(centre: Centre) -> None:
    centre.county.flows.rights = AnybodyButTwice()  # type: ignore[assignment]
    bulk, many, _ = await accepted(centre)
    run = Run(order=await bulk.look(WHO, many, "refused", "不符合条件"))

    def stop(_: object) -> None:
        run.stopped = True

    await bulk.run(WHO, run, stop)
    assert (len(run.lines), run.left) == (1, 2)


async def test_too_many_none_or_no_reason_is_refused(centre: Centre) -> None:
    bulk, many, _ = await accepted(centre)
    for cases, outcome, note in (
        ([], "approved", "x"),
        ([str(n) for n in range(MAX_BULK + 1)], "approved", "x"),
        (many, "correction", "x"),
        (many, "approved", " "),
    ):
        with pytest.raises(UsageError):
            await bulk.look(WHO, cases, outcome, note)


class AnybodyButTwice:
    """Rights that let everybody act."""

    async def require(self, *args: object, of: str = "") -> By:
        by = args[3]
        assert isinstance(by, By)
        return replace(by, right="岗位")
