"""Finding cases among 1,000 and more: by name, identity number, village, item, days.

What one page of the list asks is timed, from the first page and from the middle of the time.
Names are made as they are frequent: a tenth are called 韦, a few given names are everybody's.
p95 has to stay below 200 ms, up to a million cases with ``--most 1000000``.

``python -m bench.cases_found [--database postgresql] [--most N]``
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import click
from sqlalchemy import URL, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.database import database_option, empty_database, most_option
from central.county.casework.calls import ListCases
from central.county.casework.finding.index import CaseIndex, Indexed
from central.county.casework.finding.people import People
from central.county.casework.finding.secret import FindKey
from central.county.casework.lists import CaseList
from central.county.casework.models import CaseRow
from central.store.base import table_of
from central.store.engine import Store
from central.store.migrate import COUNTY, migrate
from protocol.catalogue.forms.identifiers import resident_id_of
from protocol.trust.roster import Role

_BATCH, _TIMES, _LIMIT_MS = 2_000, 5, 200.0
_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_STATIONS, _ITEMS = 300, 800
_SURNAMES = "韦" * 10 + "黄农陆李梁周凌覃马何王张刘陈林吴苏谭卢闭冯邓许蒙岑莫潘罗" * 3 + "买欧"
_GIVEN = "小芳建国秀英福丽海明华强志玉兰珍红军伟娜敏静杰涛超勇艳平刚桂林春梅文龙凤金宝"
_FIRST_MS, _STEP_MS = 1_790_000_000_000, 60_000
_KEY = FindKey(bytes(32))


def _person(n: int) -> str:
    return resident_id_of(f"{1940 + n % 60}-{n // 60 % 12 + 1:02}-{n // 720 % 28 + 1:02}")


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))


def _case(n: int, chance: random.Random) -> dict[str, Any]:
    decided = chance.randrange(10) > 0
    return {
        "station": f"{chance.randrange(_STATIONS):016x}",
        "application": n.to_bytes(16, "big"),
        "number": f"451423-2026-AA{n:06d}",
        "envelope_id": n.to_bytes(32, "big"),
        "suite": 1,
        "item": f"item-{chance.randrange(_ITEMS)}",
        "release": 1,
        "form": "{}",
        "applicant": _name(chance),
        "unchecked": False,
        "received_ms": _FIRST_MS + n * _STEP_MS,
        "complete_ms": 1,
        "outcome": "approved" if decided else None,
    }


def _indexed(case: Mapping[str, Any], n: int) -> Indexed:
    return Indexed(
        key=(case["station"], case["application"]),
        received_ms=case["received_ms"],
        item=case["item"],
        applicant=case["applicant"],
        people=People(applicant=_person(n)),
    )


def _asked() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "one character, frequent", {"name": "韦"}
    yield "one character, rare", {"name": "欧"}
    yield "two characters", {"name": "韦小"}
    yield "whole name", {"name": "韦小芳"}
    yield "name of nobody", {"name": "韦小欧"}
    yield "frequent pairs, nobody", {"name": "小芳芳小"}
    yield "name, village", {"name": "韦", "village": "村7号"}
    yield "name, item", {"name": "韦", "item": "item-7"}
    yield "name, open", {"name": "韦", "state": "open"}
    yield "name, last four", {"name": "韦", "last": _person(7)[-4:]}
    yield "identity number", {"identity": _person(7)}
    yield "village", {"village": "村7号"}
    yield "item", {"item": "item-7"}
    yield "days", {"since": "2026-09-22", "until": "2026-09-23"}
    yield "number", {"number": "451423-2026-AA000007"}


async def _nothing(*_: object) -> dict[Any, Any]:
    return {}


async def _no_item(*_: object) -> None:
    return None


def _list(store: Store) -> CaseList:
    nodes = {
        f"{n:016x}": SimpleNamespace(
            role=Role.STATION, parent=f"{n // 15:016x}", name=f"村{n}号", code=f"451423{n:06d}"
        )
        for n in range(_STATIONS)
    }
    roster = cast("Any", SimpleNamespace(roster=SimpleNamespace(nodes=nodes)))
    return CaseList(store=store, nodes=roster, item_of=_no_item, followed_by=_nothing, key=_KEY)


async def _fill(store: Store, filled: int, size: int, chance: random.Random) -> None:
    index = CaseIndex(key=_KEY, item_of=_no_item)
    cases = [_case(filled + n, chance) for n in range(min(_BATCH, size - filled))]

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(table_of(CaseRow)), cases)
        await index.enter(session, [_indexed(one, filled + n) for n, one in enumerate(cases)])

    await store.transact(work)


async def _times(
    cases: CaseList, asked: Mapping[str, Any], middle: str
) -> list[tuple[float, float]]:
    """Of each page, in ms: time that went by, and that of this process's processor."""
    found: list[tuple[float, float]] = []
    for after in ("", middle):
        for _ in range(_TIMES):
            start, own = time.perf_counter(), time.process_time()
            await cases.page(ListCases(after=after, **asked), limit=50)
            took, spent = time.perf_counter() - start, time.process_time() - own
            found.append((took * 1000, spent * 1000))
    return found


async def _measure(url: URL, most: int) -> bool:
    chance, filled, holds = random.Random(7), 0, True
    async with Store(url) as store:
        await migrate(store, COUNTY)
        for size in (one for one in _SIZES if one <= most):
            while filled < size:
                await _fill(store, filled, size, chance)
                filled = min(filled + _BATCH, size)
            if url.drivername.startswith("postgresql"):
                await store.transact(lambda session: session.execute(text("ANALYZE")))
            middle, every = f"{_FIRST_MS + size // 2 * _STEP_MS}.{0:016x}.{bytes(16).hex()}", []
            for name, asked in _asked():
                own = await _times(_list(store), asked, middle)
                every += own
                took, spent = (max(some) for some in zip(*own, strict=True))
                click.echo(f"{size:>9,}  {name:<26} worst {took:8.1f} ms, processor {spent:6.1f}")
            p95, spent = (statistics.quantiles(some, n=20)[-1] for some in zip(*every, strict=True))
            click.echo(
                f"{size:>9,}  p95 {p95:.1f} ms (limit {_LIMIT_MS:.0f}), processor {spent:.1f} ms; "
                f"load {os.getloadavg()[0]:.0f}"
            )
            holds &= p95 < _LIMIT_MS
    return holds


@click.command()
@database_option
@most_option
def main(database: str, most: int) -> None:
    """Fill the tables of cases and of their index, and time the pages of a search."""
    with empty_database(database) as held:
        holds = asyncio.run(_measure(held.url, most))
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
