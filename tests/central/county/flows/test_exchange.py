"""Rows of the national exchange tables: in the codes of GB/T 39046, also of cases that ended."""

import json
from dataclasses import replace
from typing import Any

import pytest

from central.county.flows.calls import DueShown, Happened, Life
from central.county.flows.exchange import TABLES, Exchanged, Row
from central.county.flows.log import Logged
from central.county.flows.service import Wanted
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.items.parts import Limits
from protocol.catalogue.items.release import read_item
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import CLERK, HEAD, one_case

FLOW = [
    {"id": "look", "kind": "review", "name": "实地核查"},
    {"id": "end", "kind": "decision", "name": "审批"},
]
FORM = {
    "type": "object",
    "properties": {"who": {"type": "string", "title": "证号", "format": "cn-resident-id"}},
}
ITEM: dict[str, Any] = {"id": "a", "name": "甲", "materials": [], "schema": FORM, "flow": FLOW}


async def exchanged(centre: Centre, *events: tuple[str, dict[str, Any]]) -> Exchanged:
    """A case whose log has these events, whatever the table says of their order."""
    await one_case(centre, await centre.village())
    (case,) = [one.shown() for one in await centre.county.casework.page(after="", limit=9)]
    lines = [
        Happened(n=n, kind=kind, at=f"2026-09-{n:02}", by="韦兰", right="", body=body)
        for n, (kind, body) in enumerate(events, start=1)
    ]
    life = Life(
        case=case.case, application=case.application, item="a", state="", node="", holder="",
        enabled=(), due=DueShown(), light="", limits=(), events=lines,
    )  # fmt: skip
    item = read_item({"a": json.dumps(ITEM).encode()}, "a")
    form = {"who": "451423209912310107"}
    return Exchanged(case=replace(case, form=form, outcome="approved"), life=life, item=item)


def rows(table: str, one: Exchanged) -> list[Row]:
    return list(TABLES[f"up_pro_{table}"](one))


@pytest.mark.parametrize(("level", "code"), [(5, "1"), (4, "2"), (1, "5")])
async def test_the_best_rating_is_code_1_of_the_standard(
    centre: Centre, level: int, code: str
) -> None:
    one = await exchanged(centre, ("decided", {}), ("delivered", {}), ("rated", {"level": level}))
    (row,) = rows("result", one)
    assert (row["satisfaction"], row["is_delivery_results"], row["result_type"]) == (
        code, "1", "准予",
    )  # fmt: skip


async def test_an_extension_is_a_special_procedure_of_its_kind(centre: Centre) -> None:
    extended = {"note": "案情复杂", "limit": "10wd", "approver": "黄局"}
    stopped = {"note": "要听证", "procedure": "听证"}
    one = await exchanged(
        centre, ("received", {}), ("extended", extended), ("suspended", stopped), ("resumed", {})
    )
    more, hearing = rows("special_procedure", one)
    assert (more["special_type"], more["special_name"]) == ("1", "延长审批")
    assert (more["special_reason"], more["handle_user"]) == ("案情复杂", "黄局")
    assert (hearing["special_type"], hearing["special_name"]) == ("2", "听证")


async def test_what_silence_accepted_is_accepted_on_the_day_of_its_receipt(centre: Centre) -> None:
    one = await exchanged(
        centre, ("received", {}), ("correction-asked", {}), ("corrected", {}),
        ("taken", {}), ("accepted-by-default", {}),
    )  # fmt: skip
    (row,) = rows("accept", one)
    assert row["accept_date"] == "2026-09-03"
    assert (row["applyer_page_code"], row["applyer_type"]) == ("451423209912310107", "1")


async def test_a_step_of_the_flow_is_called_as_the_flow_calls_it(centre: Centre) -> None:
    passed = {"node": "look", "next": "end"}
    one = await exchanged(centre, ("received", {}), ("passed", passed), ("decided", {}))
    assert [row["process_name"] for row in rows("process", one)] == ["收件", "实地核查", "决定"]


async def test_what_was_promised_is_told_of_a_case_that_is_decided(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    assert await flows.promised(promising(await flows.life(number))) == ""
    await flows.act(number, Wanted(action="accept"), CLERK)
    before = await flows.promised(promising(await flows.life(number)))
    await flows.act(number, Wanted(action="decide", fields={"outcome": "approved"}), HEAD)
    assert before
    assert await flows.promised(promising(await flows.life(number))) == before


def promising(case: Logged) -> Logged:
    limits = Limits(promised=read_limit("10wd"))
    return replace(case, rules=replace(case.rules, limits=limits))
