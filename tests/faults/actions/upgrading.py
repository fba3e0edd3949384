"""A newer program at a station: the copy before the migration, and the way back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

from runtime.disk.kept import go_back
from station_agent.store.db import migrations
from tests.builders.disks.mains import Mains
from tests.builders.newer import newer_station
from tests.faults.action import Action
from tests.faults.actions.station import Post, post

KNOWN = migrations()[-1][0]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


async def bring_up_to_date(place: Post, mains: Mains) -> None:
    with mains.armed(), newer_station():
        async with place.village.open():
            pass


def copies(place: Post) -> Iterator[Path]:
    return (place.village.data / "before-upgrade").glob("*.kept")


async def it_is_newer_with_a_copy_or_as_it_was(place: Post, told: bool) -> None:
    path = place.village.data / "station.db"
    held = version(path)
    assert held in (KNOWN, KNOWN + 1)
    assert held > KNOWN or not told
    if held > KNOWN:
        (copy,) = copies(place)
        assert version(copy) == KNOWN
    with newer_station() if held > KNOWN else nullcontext():
        async with place.village.open() as station:
            assert place.earlier in await place.saved(station)
            await place.reaches_the_parent_once(station)


async def upgraded(root: Path) -> Post:
    place = await post(root)
    with newer_station():
        async with place.village.open() as station:
            await station.intake.submit(place.submission)
    return place


async def put_back(place: Post, mains: Mains) -> None:
    with mains.armed():
        go_back(place.village.data / "station.db")


async def it_can_be_put_back_once_more(place: Post, told: bool) -> None:
    path = place.village.data / "station.db"
    if not path.exists() or version(path) > KNOWN:
        assert not told
        go_back(path)
    async with place.village.open() as station:
        assert await place.saved(station) == {place.earlier, place.submission.application}
        await place.reaches_the_parent_once(station)


ACTIONS = [
    Action("station: upgrade", post, bring_up_to_date, it_is_newer_with_a_copy_or_as_it_was),
    Action("station: go back", upgraded, put_back, it_can_be_put_back_once_more),
]
