"""Copies of cases that an office gave back: kept as long as the rules say, and then gone."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.models import OfficeCaseRow, OfficeEventRow
from central.relay.store.models import BlobRow
from central.store.migrate import HUB, migrate
from protocol.codec import altered
from protocol.envelope.office_payloads import OfficeAnswer, OfficeCase
from protocol.ids import BlobRef, NodeId
from runtime.disk.kept import KEPT_DAYS, keep_copy
from runtime.metrics.families import render
from tests.builders.clock import FakeClock
from tests.central.hub.giving import CASE, act, case_of, give, open_office, purge_of
from tests.central.nodes import County, NodeRelay

DAY_MS = 86_400_000
STATION = NodeId("ab" * 8)
ENDED_MS = 1_790_500_000_000
LAST_MS = ENDED_MS + 90 * DAY_MS


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[NodeRelay]:
    place = County(tmp_path)
    async with place.relay(place.hub) as relay:
        await migrate(relay.store, HUB)
        await relay.publish(place.scene.authority.roster().edition)
        yield relay


async def with_paper(hub: NodeRelay, given: OfficeCase) -> tuple[OfficeCase, BlobRef]:
    """The same case with a paper that has come."""
    county, _ = hub.editions.roster.county()
    blob, size = await hub.queue.files.add(county, [b"sealed paper"])
    row = BlobRow(
        origin=county,
        blob_id=blob,
        prefix=blob[:8],
        destination=hub.node,
        next_hop="",
        position=1,
        size=size,
        have=size,
        waiting=False,
        stored_ms=1,
    )

    async def work(session: AsyncSession) -> None:
        session.add(row)

    await hub.store.transact(work)
    (paper,) = given.attachments
    return altered(given, attachments=(altered(paper, blob=blob),)), BlobRef(county, blob)


async def over(hub: NodeRelay, given: OfficeCase, ended_ms: int = ENDED_MS) -> None:
    """The county has the case back."""
    told = OfficeAnswer(
        station=given.station, application=given.application, turn=given.turn, upto=4, over=True
    )
    book = await open_office(hub, hub.queue.randomness)
    await hub.store.transact(lambda tx: book.answered(tx, told, ended_ms))


async def rows(hub: NodeRelay) -> int:
    async def work(session: AsyncSession) -> int:
        tables = (OfficeCaseRow, OfficeEventRow)
        return sum([len((await session.scalars(select(one))).all()) for one in tables])

    return await hub.store.transact(work)


async def test_nothing_of_a_copy_is_left_in_the_file_of_the_database(hub: NodeRelay) -> None:
    given, paper = await with_paper(hub, case_of(hub.node, station=STATION))
    await give(hub, hub.queue.randomness, given)
    await act(hub, hub.queue.randomness, CASE, "accept")
    await over(hub, given)

    async def kept(session: AsyncSession) -> list[bytes]:
        columns = (OfficeCaseRow.sealed, OfficeEventRow.sealed)
        return [one for column in columns for one in await session.scalars(select(column))]

    sealed = await hub.store.transact(kept)
    assert len(sealed) == 2
    purge = purge_of(hub)
    assert await purge.erase(LAST_MS) == 0
    assert hub.queue.files.has(paper)
    assert await purge.erase(LAST_MS + 1) == 1
    assert await rows(hub) == 0
    assert not hub.queue.files.has(paper)
    assert "yizhan_office_purged_total 1" in render(await purge.figures())
    for file in hub.queue.files.folder.parent.rglob("*.db*"):
        data = file.read_bytes()
        for piece in (CASE.encode(), *(one[:40] for one in sealed), *(one[-40:] for one in sealed)):
            assert piece not in data, file


async def test_what_the_county_has_not_confirmed_stays(hub: NodeRelay) -> None:
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION))
    for action in ("accept", "pass"):
        await act(hub, hub.queue.randomness, CASE, action)
    purge = purge_of(hub)
    assert await purge.erase(2**50) == 0
    found = render(await purge.figures())
    assert 'yizhan_office_cases{as="untold"} 1' in found
    await over(hub, case_of(hub.node, station=STATION))
    assert 'yizhan_office_cases{as="copy"} 1' in render(await purge.figures())


async def test_a_copy_from_before_an_upgrade_goes_after_a_month(hub: NodeRelay) -> None:
    purge = purge_of(hub)
    with closing(sqlite3.connect(purge.database)) as database:
        copy = keep_copy(database, purge.database, "0001")
    made_ms = round(copy.stat().st_mtime * 1000)
    await purge.erase(made_ms + KEPT_DAYS * DAY_MS - 5000)
    assert copy.exists()
    await purge.erase(made_ms + KEPT_DAYS * DAY_MS + 5000)
    assert not copy.exists()


async def test_a_case_that_is_given_again_is_kept(hub: NodeRelay) -> None:
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION))
    await over(hub, case_of(hub.node, station=STATION))
    await give(hub, hub.queue.randomness, case_of(hub.node, station=STATION, again=True))
    assert await purge_of(hub).erase(2**50) == 0


async def test_the_job_goes_by_the_countys_time_alone(hub: NodeRelay) -> None:
    given = case_of(hub.node, station=STATION)
    await give(hub, hub.queue.randomness, given)
    await over(hub, given, ended_ms=1)
    assert isinstance(hub.clock, FakeClock)
    hub.clock.jump_wall(ms=400 * DAY_MS)
    await purge_of(hub).look()
    assert await rows(hub) == 1  # the county's time has never come
