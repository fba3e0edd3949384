"""The work list at 1,000, 100,000 and, with ``--most 1000000``, a million open cases.

What one page asks is timed: places, what leads, a page of 50, and the three counts; from the first
page and from one in the middle, for every filter with every other: what is frequent, what is rare
and what no case is, at no, three and all places. A post has a tenth of the cases, an item three
tenths, and some states have no light but green, as it is at work. p95 has to stay below 200 ms.

``python -m bench.worklist [--database postgresql] [--most N]``
"""

import asyncio
import itertools
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
from sqlalchemy import URL, insert, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bench.database import database_option, empty_database, most_option
from central.county.departments.staffing import Power
from central.county.flows.models import NEVER, StatusRow
from central.county.flows.place import Place
from central.county.flows.worklist import queries
from central.county.flows.worklist.calls import ALL
from central.county.flows.worklist.paging import asked, paged
from central.county.flows.worklist.queries import Fits, Spot
from central.store.base import table_of
from central.store.engine import Store
from central.store.migrate import COUNTY, migrate

_BATCH, _PAGE, _TIMES, _LIMIT_MS, _NAMED = 5_000, 50, 1, 200.0, 5
_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_POSTS, _ITEMS, _PEOPLE, _OFTEN = 150, 800, 300, 0.3
_LIGHTS = ("green",) * 90 + ("yellow",) * 6 + ("blue", "red", "red", "deep-red")
_STATES = ("accepted",) * 14 + ("received",) * 4 + ("correction", "suspended")
_STANDING = ("correction", "suspended")  # no limit of the county's runs


def _row(n: int, chance: random.Random) -> dict[str, Any]:
    post = chance.choice((0, *(chance.randrange(_POSTS) for _ in range(9))))
    item = 0 if chance.random() < _OFTEN else chance.randrange(_ITEMS)
    taken, timeless, state = chance.randrange(5), chance.randrange(10), chance.choice(_STATES)
    place = _place(post)
    day = f"2027-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return {
        "station": f"{n % 300:016x}",
        "application": chance.randbytes(16),
        "n": 1,
        "state": state,
        "is_open": True,
        "item": f"item-{item}",
        "department": place.department,
        "node": "",
        "post": place.post,
        "place": str(place),
        "office": "",
        "holder": f"人{chance.randrange(_PEOPLE)}" if taken == 0 else "",
        "since_ms": 1_800_000_000_000 + n,
        "due": day if timeless else NEVER,
        "light": "green" if state in _STANDING else chance.choice(_LIGHTS),
    }


def _place(post: int) -> Place:
    return Place(f"部门{post // 3}", f"岗位{post % 3}", Power.REVIEW)


def _asked() -> Iterator[tuple[str, Fits]]:
    asked: dict[str, dict[str, Any]] = {
        "places": {
            "": None,
            "my places": [str(_place(post)) for post in range(3)],
            "all places": [str(_place(post)) for post in range(_POSTS)],
        },
        "holder": {"": None, "free": "", "held": "人7"},
        "item": {"": None, "frequent item": "item-0", "item": "item-7"},
        "light": {"": None, "green": "green", "blue": "blue"},
        "state": {"": None, "accepted": "accepted", "suspended": "suspended"},
    }
    for words in itertools.product(*asked.values()):
        values = {name: asked[name][word] for name, word in zip(asked, words, strict=True)}
        yield ", ".join(filter(None, words)) or "all", Fits(**values)


@dataclass(frozen=True, slots=True)
class Times:
    """Of one look at the list, in milliseconds: time that went by, and the processor's here."""

    took: float
    spent: float


async def _look(store: Store, fits: Fits, after: Spot | None) -> Times:
    """At what one page asks."""

    async def work(session: AsyncSession) -> None:
        await queries.places(session)
        of = await asked(session, fits, "人7", replace(fits, places=None))
        await paged(session, of, ALL, after, _PAGE)

    start, own = time.perf_counter(), time.process_time()
    await store.transact(work)
    return Times((time.perf_counter() - start) * 1000, (time.process_time() - own) * 1000)


async def _measure(url: URL, most: int, spent_s: Callable[[], float]) -> bool:
    """Whether the bar holds at every size.

    Args:
        spent_s: processor time of the database's server so far.
    """
    chance, filled, holds = random.Random(7), 0, True
    async with Store(url) as store:
        await migrate(store, COUNTY)
        for size in (one for one in _SIZES if one <= most):
            while filled < size:
                rows = [_row(filled + n, chance) for n in range(min(_BATCH, size - filled))]
                await store.transact(lambda session, rows=rows: _fill(session, rows))  # type: ignore[misc]
                filled += len(rows)
            if store.dialect == "postgresql":
                await _vacuum(url)
            before_s, load = spent_s(), os.getloadavg()[0]
            times = await _looks(store, size)
            server_ms = (spent_s() - before_s) * 1000 / len(times)
            p95, own = _p95([one.took for one in times]), _p95([one.spent for one in times])
            click.echo(
                f"{size:>9,}  p95 {p95:.1f} ms (limit {_LIMIT_MS:.0f}) of {len(times)}; of the "
                f"processor: p95 {own:.1f} ms here, {server_ms:.1f} ms each at the server; "
                f"load {load:.0f} to {os.getloadavg()[0]:.0f}"
            )
            holds &= p95 < _LIMIT_MS
    return holds


async def _vacuum(url: URL) -> None:
    """As the server does by itself sooner or later: plans, and which pages all can see."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE case_status"))
    await engine.dispose()


def _p95(some: Sequence[float]) -> float:
    return statistics.quantiles(some, n=20)[-1]


async def _looks(store: Store, size: int) -> list[Times]:
    """Every way to ask, from the first page and from the middle; the dearest are named."""
    middle, every = ("2027-06-15", 0, "", b""), list[tuple[Times, str]]()
    for name, fits in _asked():
        for spot in (None, middle):
            own = [await _look(store, fits, spot) for _ in range(_TIMES)]
            every += [(one, name) for one in own]
    for one, name in sorted(every, key=lambda each: -each[0].spent)[:_NAMED]:
        click.echo(f"{size:>9,}  {one.took:8.1f} ms, processor {one.spent:7.1f} ms  {name}")
    return [one for one, _ in every]


async def _fill(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(insert(table_of(StatusRow)), rows)


@click.command()
@database_option
@most_option
def main(database: str, most: int) -> None:
    """Fill the table of statuses and time the pages of the work list."""
    with empty_database(database) as held:
        holds = asyncio.run(_measure(held.url, most, held.spent_s))
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
