"""Cases are found by whom they are about, on both databases; nothing of a number stands in them."""

from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import ListCases
from central.county.casework.finding.models import NamePieceRow, PersonRow
from central.store.base import table_of
from protocol.catalogue.forms.identifiers import resident_id_of
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.records.taken_in import Agent, AgentKind, Mode, Scope, TakenIn
from tests.central.county.centre import Centre
from tests.central.county.village import Village

PERSON, OTHER = resident_id_of("1950-01-31"), resident_id_of("1961-12-01")
DAY_MS = 86_400_000


async def bring(centre: Centre, village: Village, name: str = "韦小芳", **facts: Any) -> str:
    """A case of the item whose form asks for nothing; its number."""
    known = {case["case"] for case in await centre.cases()}
    centre.clock.jump_wall(ms=1)
    form = {"name": name, **facts.pop("form", {})}
    scan = village.scan(b"proof", material="proof")
    await centre.bring(village.submit(scan, item="relief", form=form, **facts), scan)
    (number,) = {case["case"] for case in await centre.cases()} - known
    return str(number)


async def found(centre: Centre, **wanted: Any) -> list[str]:
    room = centre.county.case_room.list
    every: list[str] = []
    after = ""
    while True:
        page = await room.page(ListCases(after=after, **wanted), limit=2)
        every += [one.case for one in page.cases]
        if not page.more:
            return every
        after = page.more


async def test_one_or_two_characters_of_a_name_find_it(centre: Centre) -> None:
    village = await centre.village()
    one = await bring(centre, village, "韦小芳")
    two = await bring(centre, village, "农韦小")
    far = await bring(centre, village, "买买提·\U00031350艾山")
    assert await found(centre, name="韦") == [two, one]
    assert await found(centre, name="韦小") == [two, one]
    assert await found(centre, name="小芳") == [one]
    assert await found(centre, name="芳小") == []
    assert await found(centre, name="\U00031350") == [far]
    assert await found(centre, name="提\U00031350艾") == [far]
    assert await found(centre, name="买买提・") == [far]
    assert await found(centre, name="%") == await found(centre, name="·") == []


async def test_an_identity_number_finds_applicants_and_whoever_is_named(centre: Centre) -> None:
    village = await centre.village()
    agent = Agent(
        name="韦大",
        kind=AgentKind.RELATIVE,
        scope=(Scope.APPLY,),
        identity=OTHER.lower(),
        relation="儿子",
    )
    taken = TakenIn(clerk="农小芳", mode=Mode.AGENT, agent=agent)
    one = await bring(centre, village, form={"household": [{"id": PERSON}]})
    two = await bring(centre, village, form={"spouse": f" {PERSON} "}, taken=taken)
    await bring(centre, village)
    assert await found(centre, identity=PERSON) == [two, one]
    assert await found(centre, identity=OTHER) == [two]
    assert await found(centre, identity=PERSON, last=OTHER[-4:]) == []
    assert await found(centre, last=PERSON[-4:], name="韦小") == [two, one]
    assert await found(centre, last=PERSON[-4:], name="农") == []
    assert await found(centre, last=OTHER[-4:].lower(), item="relief") == [two]
    assert await found(centre, identity=resident_id_of("1980-02-29")) == []


async def test_the_last_four_alone_find_nobody(centre: Centre) -> None:
    for wanted in ({"last": "0071"}, {"last": "007", "name": "韦"}, {"identity": "45142319"}):
        with pytest.raises(UsageError):
            await found(centre, **wanted)


async def test_every_other_filter_holds_beside_a_person(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    one = await bring(centre, first, form={"id": PERSON})
    centre.clock.jump_wall(ms=DAY_MS)
    two = await bring(centre, second, form={"id": PERSON})
    day = centre.county.departments.today.isoformat()
    await centre.county.flows.decide(one, outcome=Outcome.APPROVED, note="")
    for who in ({"name": "韦"}, {"identity": PERSON}, {}):
        assert await found(centre, **who, state="decided") == [one]
        assert await found(centre, **who, since=day) == [two]
        assert await found(centre, **who, until=day) == [two, one]
        assert await found(centre, **who, item="pension") == []
        assert await found(centre, **who, village="独山") == [two, one]
        assert await found(centre, **who, village="没有") == []
        assert await found(centre, **who, hub=centre.ground.nodes.hub.node) == [two, one]
    with pytest.raises(UsageError):
        await found(centre, since="2026-13-01")


async def test_a_number_is_found_in_capitals_or_not(centre: Centre) -> None:
    number = await bring(centre, await centre.village())
    for typed in (number, number.lower(), number.replace("-", "－")):
        assert await found(centre, number=typed) == [number]
    assert await found(centre, number="451423-2026-XX000001") == []


async def test_no_identity_number_stands_in_the_index(centre: Centre) -> None:
    await bring(centre, await centre.village(), form={"id": PERSON})
    (row,) = await centre.rows(PersonRow)
    for part in (PERSON, PERSON[-4:]):
        assert part.encode() not in row.person + row.last
    assert row.applies


async def rows_of_both(centre: Centre) -> list[set[tuple[Any, ...]]]:
    async def work(session: AsyncSession) -> list[set[tuple[Any, ...]]]:
        tables = [table_of(one) for one in (NamePieceRow, PersonRow)]
        return [{tuple(row) for row in await session.execute(one.select())} for one in tables]

    return await centre.relay.store.transact(work)


async def test_made_anew_it_is_as_it_was_written(centre: Centre) -> None:
    village = await centre.village()
    for name in ("韦小芳", "农韦", "买买提·艾山"):
        await bring(centre, village, name, form={"id": PERSON, "spouse": OTHER})
    live = await rows_of_both(centre)
    index, store = centre.county.case_room.index, centre.relay.store
    assert await index.rebuild(store) == 0

    async def spoil(session: AsyncSession) -> None:
        await session.execute(
            update(NamePieceRow).where(NamePieceRow.piece == "农").values(name="x")
        )
        await session.execute(delete(PersonRow).where(PersonRow.received_ms > 0))
        await session.execute(
            text("UPDATE case_name_piece SET application = :stray WHERE piece = '芳'"),
            {"stray": bytes(16)},
        )

    await store.transact(spoil)
    assert await rows_of_both(centre) != live
    assert await index.rebuild(store) == 4  # the stray one, too
    assert await rows_of_both(centre) == live
