"""Publishing 2,000 full items: each step's time, and what a change costs a station.

A full item has everything an item can have: flow, limits, fees with worked examples, materials of
the library, questions and answers, a form. Each step is timed as a command does it, on a county
that is open: the file is read and checked, the entries are compared, stored, signed. Beside the
time stands that of the processor, which moves less when something else runs. A station takes the
changes that an exchange would bring it into a real database.
"""

import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench.report import Row, Say
from bench.workplace import working_folder
from central.county.app import open_county
from central.county.catalogue.drafts.calls import Approve, Propose, PublishDraft
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.keys.founding import found_county
from central.server.config import ServerConfig
from protocol.trust.edition import Edition, Kind, apply_changes, changes
from runtime.actor import Actor
from runtime.system import SystemClock, SystemRandomness
from station_agent.store import editions
from station_agent.store.db import Database
from tests.builders.catalogue.full_item import LIBRARY, full_item

ITEMS, CHANGED = 2000, 20
_SEED = 11
_STEP_S, _APPLY_S = 10.0, 1.0
_ONE_BYTES, _PERCENT_BYTES = 700, 2048
EDITOR = Actor.at_command_line("bench")
T = TypeVar("T")


async def measure(say: Say) -> list[Row]:
    """All rows."""
    rng = random.Random(_SEED)
    with working_folder() as folder:
        data = folder / "county"
        found_county(
            data,
            code="451423",
            name="龙州县",
            url="https://127.0.0.1:1",
            database="",
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )
        items = [_variant(number, rng) for number in range(ITEMS)]
        async with open_county(data, ServerConfig.load(data / "county.toml")) as node:
            drafts, releases = node.services.drafts, list[Edition]()
            rows = list[Row]()
            for name, count in (("first", 0), ("one item changed", 1), ("1 % changed", CHANGED)):
                say(name)
                for number in rng.sample(range(ITEMS), count):
                    items[number] = _edited(items[number], rng)
                file = _write(folder / "catalogue.json", items)
                rows += await _steps(drafts, file, name)
                newest = await node.county.catalogue.newest()
                assert newest is not None  # noqa: S101 - it has just been published
                releases.append(newest)
    first, one, percent = releases
    say("station")
    applied_s = max(await _applied(first, one), await _applied(one, percent))
    return [
        *rows,
        Row(name="catalogue: one item of 2,000 changed, to a station", unit="B",
            ours=_wire(first, one), limit=_ONE_BYTES),
        Row(name="catalogue: 1 % of 2,000 items changed, to a station", unit="B",
            ours=_wire(one, percent), limit=_PERCENT_BYTES),
        Row(name="catalogue: a station takes it", unit="s", ours=applied_s, limit=_APPLY_S),
    ]  # fmt: skip


async def _steps(drafts: DraftOperations, file: Path, name: str) -> list[Row]:
    """Propose, approve, publish; each in seconds."""
    proposed, propose = await _timed(
        lambda: drafts.propose(EDITOR, Propose(file=file, author="张三"))
    )
    number = proposed.draft
    wanted = Approve(draft=number, approver="李四", digest=proposed.digest)
    _, approve = await _timed(lambda: drafts.approve(EDITOR, wanted))
    _, publish = await _timed(lambda: drafts.publish(EDITOR, PublishDraft(draft=number)))
    steps = {"propose": propose, "approve": approve, "publish": publish}
    return [
        row
        for step, took in steps.items()
        for row in (
            Row(name=f"catalogue: {step}, 2,000 items, {name}", ours=took.whole_s, unit="s",
                limit=_STEP_S),
            Row(name=f"catalogue: {step}, processor, {name}", ours=took.processor_s, unit="s"),
        )
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Took:
    whole_s: float
    processor_s: float


async def _timed(work: Callable[[], Awaitable[T]]) -> tuple[T, _Took]:
    start, processor = time.perf_counter(), time.process_time()
    done = await work()
    return done, _Took(time.perf_counter() - start, time.process_time() - processor)


def _wire(old: Edition, new: Edition) -> int:
    """Bytes of the news that brings a station from one release to the next."""
    return len(changes(old.entries, new.entries)) + len(new.proof)


async def _applied(old: Edition, new: Edition) -> float:
    """Seconds in which a station takes changes: read, put together, checked, stored."""
    with working_folder() as folder:
        database = await Database.open(folder / "station.db")
        try:
            await database.write(lambda tx: editions.keep(tx, Kind.RELEASE, old))
            body = changes(old.entries, new.entries)
            start = time.perf_counter()
            held = await database.read(editions.load_release)
            assert held is not None  # noqa: S101 - it was kept above
            entries = apply_changes(held.entries, body, new.head)
            edition = Edition(head=new.head, proof=new.proof, entries=entries)
            await database.write(lambda tx: editions.keep(tx, Kind.RELEASE, edition))
            return time.perf_counter() - start
        finally:
            await database.close()


def _variant(number: int, rng: random.Random) -> dict[str, Any]:
    """A full item of its own: other id, name, conditions and telephone."""
    item = full_item()
    item["id"] = f"451423-9{number:05}"
    item["name"] = f"{item['name']}（第{number}号）"
    item["conditions"] = [*item.get("conditions", []), f"第{rng.randint(1, 999)}号文件的条件"]
    item["contact"] = f"0771-88{rng.randint(10000, 99999)}"
    return item


def _edited(item: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Another telephone number and another condition, as an office changes them."""
    conditions = [*item["conditions"][:-1], f"依照第{rng.randint(1, 999)}号文件办理"]
    contact = f"0771-88{rng.randint(10000, 99999)}"
    return {**item, "conditions": conditions, "contact": contact}


def _write(path: Path, items: list[dict[str, Any]]) -> Path:
    document = {"title": "测试目录", "materials": LIBRARY, "items": items}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path
