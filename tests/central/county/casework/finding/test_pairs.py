"""Cases that may be one: found as they come, judged once, and made anew with the index."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.finding.models import JudgedRow, PairRow
from central.county.casework.finding.pairs import (
    WITHIN_DAYS,
    Pair,
    Verdict,
    erase_pairs,
    judge,
    open_pairs,
    open_pairs_of,
)
from protocol.catalogue.forms.identifiers import resident_id_of
from tests.central.county.centre import Centre
from tests.central.county.village import Village

PERSON, OTHER = resident_id_of("1950-01-31"), resident_id_of("1961-12-01")
DAY_MS = 86_400_000
Key = tuple[str, bytes]


async def bring(centre: Centre, village: Village, person: str = PERSON, **facts: Any) -> Key:
    scan = village.scan(b"proof", material="proof")
    form = {"name": "韦小芳", "id": person}
    await centre.bring(village.submit(scan, item="relief", form=form, **facts), scan)
    centre.clock.jump_wall(ms=1)
    return village.node, village.applications[-1]


async def all_open(centre: Centre) -> list[tuple[Key, Key]]:
    pairs = await centre.relay.store.transact(lambda session: open_pairs(session, None, 9))
    return [one.keys for one in pairs]


async def test_the_same_person_and_item_within_months_is_a_pair(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    one = await bring(centre, first)
    await bring(centre, first, OTHER)
    two = await bring(centre, second)
    assert await all_open(centre) == [(two, one)]
    found = await centre.relay.store.transact(lambda session: open_pairs_of(session, one))
    assert [pair.keys for pair in found] == [(two, one)]
    centre.clock.jump_wall(ms=WITHIN_DAYS * DAY_MS)
    three = await bring(centre, second)
    assert (three, one) not in await all_open(centre)
    assert len(await all_open(centre)) <= 2


async def test_a_correction_is_no_pair_with_what_it_corrects(centre: Centre) -> None:
    village = await centre.village()
    one = await bring(centre, village)
    await bring(centre, village, corrects=one[1])
    await bring(centre, village, OTHER)
    two = await bring(centre, village, OTHER, supersedes=village.applications[-1])
    assert await all_open(centre) == []
    three = await bring(centre, village, OTHER)
    assert (three, two) in await all_open(centre)


async def test_what_was_judged_is_not_suggested_again_also_after_a_rebuild(centre: Centre) -> None:
    village = await centre.village()
    one, two, three = [await bring(centre, village) for _ in range(3)]
    assert sorted(await all_open(centre)) == sorted([(three, two), (three, one), (two, one)])

    async def say(session: AsyncSession) -> None:
        await judge(session, one, two, Verdict.NONE, by="韦兰", reason="兄弟", at_ms=7)

    await centre.relay.store.transact(say)
    await centre.relay.store.transact(say)  # said again
    assert await centre.count(JudgedRow) == 1
    assert {*await all_open(centre)} == {(three, two), (three, one)}
    index, store = centre.county.case_room.index, centre.relay.store
    assert await index.rebuild(store) == 0
    await store.transact(lambda session: session.execute(delete(PairRow)))
    assert await index.rebuild(store) == 2
    assert {*await all_open(centre)} == {(three, two), (three, one)}
    await store.transact(lambda session: erase_pairs(session, {one}))
    assert await all_open(centre) == [(three, two)]
    assert await centre.count(JudgedRow) == 0


async def test_pages_of_the_list_go_on_behind_a_place(centre: Centre) -> None:
    village = await centre.village()
    for _ in range(3):
        await bring(centre, village)

    async def page(after: Pair | None) -> list[Pair]:
        return list(
            await centre.relay.store.transact(lambda session: open_pairs(session, after, 2))
        )

    first = await page(None)
    assert len(first) == 2
    assert len(await page(first[-1])) == 1
