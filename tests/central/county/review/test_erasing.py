"""What is erased with a case leaves the review queue and quarantine too, and nobody else's does."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.erasure import Erasure
from central.county.intake.models import QuarantineRow
from central.county.retention.leftovers import UnopenedCopies
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseOpenError, CaseUnknownError
from tests.central.county.review.withdrawing import Withdrawing, id_of
from tests.central.county.village import FORM, Village

PERSON = {"name": "451423199001011234"}
OTHER = {"name": "农阿妹"}


def erasure(centre: Withdrawing) -> Erasure:
    county, store = centre.county, centre.relay.store
    return Erasure(
        store=store,
        clock=centre.relay.clock,
        note=lambda *_: None,
        beside=UnopenedCopies(
            store=store,
            review=county.review,
            intake=county.intake,
            follow_ups=county.followed.erasure,
            logs=county.flows.log,
        ),
    )


async def kept(centre: Withdrawing, village: Village) -> dict[bytes, tuple[int, str]]:
    """Of each envelope in quarantine the bytes that are left, and the reason in words."""

    async def work(session: AsyncSession) -> Sequence[QuarantineRow]:
        query = select(QuarantineRow).where(QuarantineRow.origin == village.node)
        return (await session.scalars(query)).all()

    rows = await centre.relay.store.transact(work)
    return {row.envelope_id: (len(row.wire), row.detail) for row in rows}


async def decided(centre: Withdrawing, village: Village) -> str:
    (case,) = await centre.cases_of(village)
    number = str(case["case"])
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="", attach=())
    return number


async def test_repeats_and_strangers_under_its_id_go_with_the_case(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(b"card", name="身份证.jpg")
    repeat = village.submit(scan, form=FORM | PERSON)
    (application,) = village.applications
    stranger = village.submit(form=FORM | OTHER, application=application)
    bystander = village.submit(form=FORM | OTHER)
    await centre.bring(repeat, scan, stranger, bystander)
    await centre.county.review.reject(id_of(bystander), "不收")
    await centre.resume(village)
    await centre.bring(village.submit(scan, form=FORM | PERSON, application=application), scan)
    assert {one["envelope"] for one in await centre.review_queue(village)} == {
        id_of(repeat).hex(),
        id_of(stranger).hex(),
    }
    number = await decided(centre, village)

    assert await erasure(centre).erase([number], "x") == [number]

    assert await centre.review_queue(village) == []
    left = await kept(centre, village)
    assert left.keys() == {id_of(stranger), id_of(bystander)}
    assert left[id_of(stranger)] == (0, "")
    assert left[id_of(bystander)] == (len(bystander), "不收")
    (case,) = await centre.cases_of(village)
    assert case["attachments"]
    assert {file["name"] for file in case["attachments"]} == {""}
    told = {line.envelope for line in await centre.receipts(village)}
    assert id_of(repeat) in told


async def test_what_was_refused_of_a_person_goes_without_a_case(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    wires = [village.submit(form=FORM | person) for person in (PERSON, OTHER)]
    await centre.bring(*wires)
    erase = erasure(centre)
    with pytest.raises(CaseOpenError) as refusal:
        await erase.erase_person(PERSON["name"], "x")
    assert id_of(wires[0]).hex() in refusal.value.detail
    assert id_of(wires[1]).hex() not in refusal.value.detail
    for wire in wires:
        await centre.county.review.reject(id_of(wire), "不收")

    assert await erase.erase_person(PERSON["name"], "x") == ([], 1)

    left = await kept(centre, village)
    assert left[id_of(wires[0])] == (0, "")
    assert left[id_of(wires[1])] == (len(wires[1]), "不收")
    with pytest.raises(CaseUnknownError):
        await erase.erase_person(PERSON["name"], "x")


async def test_a_person_with_a_case_and_something_refused_loses_both(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.bring(village.submit(form=FORM | PERSON))
    await centre.drain(village)
    refused = village.submit(form=FORM | PERSON)
    await centre.bring(refused)
    await centre.county.review.reject(id_of(refused), "不收")
    number = await decided(centre, village)
    assert await erasure(centre).erase_person(PERSON["name"], "x") == ([number], 1)
    assert (await kept(centre, village))[id_of(refused)] == (0, "")
