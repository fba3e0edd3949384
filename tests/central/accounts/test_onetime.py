"""What is shown once stays until it is confirmed, over a new start, for one person's eyes only."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.limits import MAX_ONETIME
from central.accounts.models import OneTimeRow
from central.accounts.onetime import File, Kind, OneTime, Shown
from central.accounts.roles import StaffRole
from protocol.envelope.keys import NodeKeys, new_signer
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.errors import BusyError, PageMissingError
from tests.builders.chance import SeededRandomness
from tests.central.accounts.office import PASSWORD, Office

SHOWN = Shown(
    title="独山村",
    secrets=("7K2M-9QXA-4TRW",),
    files=(File(name="a.kit", kind="application/octet-stream", data=b"kit bytes"),),
)


async def test_it_stays_as_it_was_until_it_is_confirmed(office: Office) -> None:
    number = await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)
    for _ in range(2):
        waiting, shown = await office.onetime.of("wang", number)
        assert (waiting.kind, waiting.subject, waiting.title) == (Kind.KIT, "a" * 16, "独山村")
        assert shown == SHOWN
    assert [one.number for one in await office.onetime.waiting("wang")] == [number]
    await office.onetime.done("wang", number)
    assert await office.onetime.waiting("wang") == []
    with pytest.raises(PageMissingError):
        await office.onetime.of("wang", number)


async def test_nobody_else_sees_or_confirms_it(office: Office) -> None:
    number = await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)
    with pytest.raises(PageMissingError):
        await office.onetime.of("li", number)
    await office.onetime.done("li", number)
    assert await office.onetime.waiting("li") == []
    assert len(await office.onetime.waiting("wang")) == 1


async def test_the_database_alone_shows_none_of_it(office: Office) -> None:
    await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)

    async def sealed(session: AsyncSession) -> bytes:
        return (await session.scalars(select(OneTimeRow.sealed))).one()

    held = await office.store.transact(sealed)
    assert b"7K2M" not in held
    assert b"kit bytes" not in held


async def test_a_newer_code_takes_the_place_of_the_one_that_is_good_no_more(
    office: Office,
) -> None:
    first = await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)
    other = await office.onetime.put("wang", Kind.KIT, "b" * 16, SHOWN)
    second = await office.onetime.put("li", Kind.KIT, "a" * 16, SHOWN)
    with pytest.raises(PageMissingError):
        await office.onetime.of("wang", first)
    assert [one.number for one in await office.onetime.waiting("wang")] == [other]
    assert [one.number for one in await office.onetime.waiting("li")] == [second]


async def test_one_person_keeps_only_so_many(office: Office) -> None:
    for number in range(MAX_ONETIME):
        await office.onetime.put("wang", Kind.KIT, str(number), Shown(title="x"))
    with pytest.raises(BusyError):
        await office.onetime.put("wang", Kind.KIT, "more", Shown(title="x"))
    await office.onetime.put("li", Kind.KIT, "more", Shown(title="x"))


async def test_what_was_sealed_for_former_keys_is_gone_without_a_fault(office: Office) -> None:
    number = await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)
    chance = SeededRandomness(7)
    keys = NodeKeys(
        signer=new_signer(chance),
        opening={suite: new_opening_key(suite, chance) for suite in SuiteNumber},
    )
    renewed = OneTime(office.store, keys, clock=office.clock, randomness=chance)
    assert await renewed.waiting("wang") == []
    with pytest.raises(PageMissingError):
        await renewed.of("wang", number)


async def test_it_goes_with_its_account(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.OPERATOR, PASSWORD)
    await office.onetime.put("wang", Kind.KIT, "a" * 16, SHOWN)
    await office.accounts.remove("wang")
    assert await office.onetime.waiting("wang") == []
