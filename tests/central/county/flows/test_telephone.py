"""The telephone desk: the sentence for a right pair, one answer for a wrong one, tries limited."""

import json
from collections.abc import Mapping

import pytest

from central.accounts.roles import Right
from central.county.casework.about import CasesAbout
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.flows.telephone.calls import Inquire
from central.county.flows.telephone.service import TelephoneDesk
from central.county.flows.telephone.tries import (
    MAX_WRONG_OF_ASKER,
    MAX_WRONG_OF_NUMBER,
    WINDOW_S,
    WrongTries,
)
from protocol.errors.casework import TelephoneLimitedError, TelephoneWrongError
from provisioning.audit.record import AuditRecord
from runtime.actor import Actor
from tests.central.county.centre import Centre

WHO = Actor.on_page("韦兰", frozenset({Right.CASES}))
END = "402X"
FORM = {"name": "覃", "id": "45142319620314" + END}


async def opened(centre: Centre, form: Mapping[str, str] = FORM) -> tuple[TelephoneDesk, str]:
    fields = {"name": {"type": "string"}, "id": {"type": "string", "format": "cn-resident-id"}}
    item = {
        "id": "licence",
        "name": "食品小作坊登记",
        "department": "县市场监管局",
        "materials": [],
        "schema": {"type": "object", "properties": fields},
    }
    release = await centre.county.catalogue.publish(json.dumps({"items": [item]}).encode())
    village = await centre.village()
    await centre.bring(village.submit(item="licence", form=form, release=release))
    desk = TelephoneDesk(
        store=centre.relay.store,
        about=CasesAbout(item_of=centre.county.case_room.item_of),
        flows=centre.county.flows,
        record=AuditRecord(centre.ground.nodes.scene.authority.audit),
        tries=WrongTries(centre.clock),
    )
    return desk, str((await centre.cases())[0]["case"])


async def test_the_sentence_follows_the_case_and_each_inquiry_is_in_the_record(
    centre: Centre,
) -> None:
    desk, number = await opened(centre)

    async def told() -> str:
        wanted = Inquire(number=f" {number.lower()} ", last="402x")
        return (await desk.inquire(WHO, wanted)).sentence

    assert await told() == "县已收到，待受理"
    await centre.county.flows.act(number, Wanted(action="accept"), By())
    wide = Inquire(number=number, last="４０２ｘ")  # as a Chinese input method types it
    assert (await desk.inquire(WHO, wide)).sentence == "县已收到，在办"
    decide = Wanted(action="decide", fields={"outcome": "approved"})
    await centre.county.flows.act(number, decide, By())
    assert await told() == "已办结：准予"
    lines = centre.ground.nodes.scene.authority.audit.newest(0, 20)
    asked = [one for one in lines if one.action == "county.telephone"]
    assert ("韦兰 (web)", number) in {(one.actor, one.subject) for one in asked}
    assert END not in str(lines)


async def test_a_wrong_pair_is_one_answer_and_five_lock_the_number(centre: Centre) -> None:
    desk, number = await opened(centre)
    said = set[str]()
    for wanted in (
        Inquire(number=number, last="4021"),
        Inquire(number=number, last=""),
        Inquire(number="451423-2026-XX999999", last=END),
    ):
        with pytest.raises(TelephoneWrongError) as caught:
            await desk.inquire(WHO, wanted)
        said.add(str(caught.value))
    assert len(said) == 1
    for _ in range(MAX_WRONG_OF_NUMBER - 2):
        with pytest.raises(TelephoneWrongError):
            await desk.inquire(WHO, Inquire(number=number, last="0000"))
    right = Inquire(number=number, last=END)
    with pytest.raises(TelephoneLimitedError):
        await desk.inquire(WHO, right)
    await centre.clock.advance(WINDOW_S + 1)
    assert (await desk.inquire(WHO, right)).sentence


async def test_of_whom_no_identity_number_is_known_nobody_is_told(centre: Centre) -> None:
    """An empty end is no end that belongs to them."""
    desk, number = await opened(centre, {"name": "覃"})
    for last in ("", " ", "0000"):
        with pytest.raises(TelephoneWrongError):
            await desk.inquire(WHO, Inquire(number=number, last=last))


async def test_who_tries_many_numbers_is_stopped(centre: Centre) -> None:
    tries = WrongTries(centre.clock)
    for n in range(MAX_WRONG_OF_ASKER):
        tries.enter(str(n), "韦兰")
    with pytest.raises(TelephoneLimitedError):
        tries.enter("next", "韦兰")
    tries.enter("next", "农梅")
