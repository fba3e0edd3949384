"""A primary is lost and its standby follows: what was acknowledged must be there.

With a real pair of servers, whose replication is cut before the primary is killed: so late a
standby may always be, unless a commit waits for it. How to set that: docs/several-processes.md.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.errors import StoreError
from tests.builders.disks.replicated import ReplicatedPair
from tests.central.county.centre import Centre, Ground

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def pair() -> Iterator[ReplicatedPair]:
    with ReplicatedPair() as pair:
        yield pair


async def applications(centre: Centre) -> set[str]:
    return {case["application"] for case in await centre.cases()}


async def test_no_receipt_is_given_for_what_a_failover_loses(
    ground: Ground, tmp_path: Path, pair: ReplicatedPair
) -> None:
    await asyncio.to_thread(pair.wait_for_the_standby)
    async with Centre.open(ground, pair.url, tmp_path / "county") as centre:
        village = await centre.village()
        drafts = [village.randomness.token(16) for _ in range(3)]
        first, second, third = (village.submit(application=draft) for draft in drafts)
        await centre.bring(first)
        await asyncio.to_thread(pair.cut_the_line)

        waiting = asyncio.create_task(centre.bring(second))
        await asyncio.sleep(1)
        assert not waiting.done()  # nobody was told that it is here

        await asyncio.to_thread(pair.lose_the_primary)
        with pytest.raises(StoreError):
            await waiting
        assert await applications(centre) == {drafts[0].hex()}
        await centre.bring(second, third)  # the hub comes again
        assert await applications(centre) == {draft.hex() for draft in drafts}
        lines = await centre.receipts(village)
        assert sorted(line.number for line in lines) == list(range(1, len(lines) + 1))


async def test_a_standby_that_nobody_waits_for_takes_back_what_was_acknowledged(
    ground: Ground, tmp_path: Path, pair: ReplicatedPair
) -> None:
    """Why it has to be set: the same without."""
    async with Centre.open(ground, pair.url, tmp_path / "county") as centre:
        village = await centre.village()
        await asyncio.to_thread(pair.cut_the_line)
        await centre.bring(village.submit())
        await asyncio.to_thread(pair.lose_the_primary)
        assert await applications(centre) == set()
