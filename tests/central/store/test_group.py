"""Transactions that wait for SQLite's writer share a commit, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import MetaRow
from central.store.commits import after_commit
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import RELAY, migrate
from protocol.errors import DiskFullError, StoreError
from tests.builders.disks.power import COMMIT, PowerCut, cut_power_before

Work = Callable[[AsyncSession], object]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(sqlite_url(tmp_path / "meta.db")) as store:
        await migrate(store, RELAY)
        yield store


def adding(key: str):  # noqa: ANN201
    async def work(session: AsyncSession) -> str:
        await session.execute(insert(MetaRow).values(key=key, value=b""))
        return key

    return work


def adding_object(key: str):  # noqa: ANN201
    async def work(session: AsyncSession) -> str:
        session.add(MetaRow(key=key, value=b""))
        await session.flush()
        return key

    return work


async def keys(store: Store) -> list[str]:
    query = select(MetaRow.key).order_by(MetaRow.key)
    return list(await store.transact(lambda session: session.scalars(query)))


def commits_of(store: Store) -> list[object]:
    seen: list[object] = []
    event.listen(store.engine, "commit", seen.append)
    return seen


async def test_what_waits_together_is_committed_together(store: Store) -> None:
    seen = commits_of(store)
    done = await asyncio.gather(*(store.transact(adding(key)) for key in "abc"))
    assert done == ["a", "b", "c"]
    assert len(seen) == 1
    assert await keys(store) == ["a", "b", "c"]


@pytest.mark.parametrize("add", [adding, adding_object])
async def test_one_that_fails_takes_back_itself_alone(store: Store, add) -> None:  # noqa: ANN001
    async def fail(session: AsyncSession) -> None:
        await add("x")(session)
        await add("a")(session)  # it is there already

    ends = await asyncio.gather(
        store.transact(add("a")),
        store.transact(fail),
        store.transact(add("b")),
        return_exceptions=True,
    )
    assert [ends[0], ends[2]] == ["a", "b"]
    assert isinstance(ends[1], StoreError)
    assert await keys(store) == ["a", "b"]


async def test_none_is_told_of_success_when_the_commit_fails(store: Store) -> None:
    rung: list[str] = []

    async def ringing(session: AsyncSession) -> None:
        await adding("a")(session)
        after_commit(session, lambda: rung.append("a"))

    cut_power_before(store.engine, COMMIT)
    ends = await asyncio.gather(
        store.transact(ringing), store.transact(adding("b")), return_exceptions=True
    )
    assert [type(end) for end in ends] == [PowerCut, PowerCut]
    assert rung == []
    assert await keys(store) == []
    await store.transact(ringing)
    assert rung == ["a"]


async def test_a_full_disk_fails_for_all_of_them_and_the_next_ones_work(store: Store) -> None:
    async def fill(session: AsyncSession) -> None:
        await session.execute(insert(MetaRow).values(key="much", value=bytes(1_000_000)))

    driver = store._file._driver  # type: ignore[union-attr]
    (pages,) = driver.execute("PRAGMA page_count").fetchone()
    driver.execute(f"PRAGMA max_page_count={pages + 10}")
    ends = await asyncio.gather(
        store.transact(adding("a")), store.transact(fill), return_exceptions=True
    )
    assert isinstance(ends[1], DiskFullError), repr(ends)
    assert await keys(store) == ([] if isinstance(ends[0], DiskFullError) else ["a"])
    await store.transact(adding("b"))
    assert "b" in await keys(store)


@pytest.mark.parametrize(("synced", "mode"), [([True], 2), ([False], 1), ([False, True, False], 2)])
async def test_a_commit_is_synced_if_one_of_them_needs_it(
    store: Store, synced: list[bool], mode: int
) -> None:
    seen: list[int] = []

    async def look(_: AsyncSession) -> None:
        driver = store._file._driver  # type: ignore[union-attr]
        seen.extend(driver.execute("PRAGMA synchronous").fetchone())

    await asyncio.gather(*(store.transact(look, synced=one) for one in synced))
    assert set(seen) == {mode}
