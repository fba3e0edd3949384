"""What can be chosen for the next step: colleagues and departments, so that nobody types them."""

from dataclasses import replace

import pytest

from central.accounts.roles import Right
from central.county.departments.staffing import Department, Staffing
from central.county.flows.choosing import Choices, Choosing
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.errors.people import LoginForbiddenError
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.flows.test_rights import opened, rights_of

LAN = Actor.on_page("韦兰", frozenset({Right.CASES}))
DEPARTMENTS = (Department(code="A", name="县民政局"), Department(code="B", name="县教育局"))


def with_departments(*able: str, departments: tuple[Department, ...] = DEPARTMENTS) -> object:
    rights = rights_of(*able)
    rights.departments.staffing = Staffing(  # type: ignore[attr-defined]
        able=frozenset(able), departments=departments
    )
    return rights


async def choices(centre: Centre, number: str, actor: Actor = LAN) -> Choices:
    flows = centre.county.flows
    choosing = Choosing(store=centre.relay.store, flows=flows, clock=centre.clock)
    return await choosing.of(actor, number)


async def test_work_is_handed_to_a_colleague_and_never_to_oneself(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰", "农梅", "黄局")
    assert sorted((await choices(centre, number))["hand-over", "to"]) == ["农梅", "黄局"]
    flows.rights = rights_of("韦兰")
    assert (await choices(centre, number))["hand-over", "to"] == []


async def test_an_opinion_is_asked_of_other_departments_and_given_for_those_asked(
    centre: Centre,
) -> None:
    flows, number = await opened(centre)
    rights = replace(flows.rights)
    own = (await flows.life(number)).rules.department
    flows.rights = with_departments(  # type: ignore[assignment]
        "韦兰", departments=(*DEPARTMENTS, Department(code="C", name=own))
    )
    found = await choices(centre, number)
    assert found["ask-opinion", "department"] == ["县民政局", "县教育局"]
    assert found["give-opinion", "department"] == []
    flows.rights = rights
    for wanted in (
        Wanted(action="accept"),
        Wanted(action="ask-opinion", fields={"department": "县教育局", "until": "2026-12-01"}),
    ):
        await flows.act(number, wanted, By())
    found = await choices(centre, number)
    assert found["give-opinion", "department"] == ["县教育局"]
    assert found["recall-opinion", "department"] == ["县教育局"]


async def test_who_may_not_handle_cases_learns_of_nobody(centre: Centre) -> None:
    _, number = await opened(centre)
    with pytest.raises(LoginForbiddenError):
        await choices(centre, number, Actor.on_page("农秀英", frozenset({Right.LOOK})))
