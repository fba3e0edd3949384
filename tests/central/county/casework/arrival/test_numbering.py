"""Case numbers are readable, and never given out twice, whatever is restored."""

from central.county.casework.arrival.numbering import Numbering
from tests.builders.clock import START_MS
from tests.central.county.centre import Centre


async def numbers(centre: Centre, instance: bytes, count: int) -> list[str]:
    async def this(_: object) -> bytes:
        return instance

    numbering = Numbering(code="451423000000", instance=this)
    taken = await centre.relay.store.transact(
        lambda session: numbering.take(session, count, START_MS)
    )
    return list(taken)


async def test_numbers_count_on_within_one_life_of_the_database(centre: Centre) -> None:
    life = bytes(8)

    assert await numbers(centre, life, 2) == ["451423-2026-AA000001", "451423-2026-AA000002"]
    assert await numbers(centre, life, 0) == []
    assert await numbers(centre, life, 1) == ["451423-2026-AA000003"]


async def test_a_restored_database_counts_under_other_letters(centre: Centre) -> None:
    """What was given out after the backup is unknown, so its serials must not come again."""
    assert await numbers(centre, bytes([0, 7]) + bytes(6), 1) == ["451423-2026-AH000001"]
    assert await numbers(centre, bytes([255, 8]) + bytes(6), 1) == ["451423-2026-RJ000001"]
    assert await numbers(centre, bytes([24, 7]) + bytes(6), 1) == ["451423-2026-AH000002"]
