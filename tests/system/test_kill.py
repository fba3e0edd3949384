"""kill -9 of any node at any moment: what was printed as saved is a case exactly once."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from examples.sandbox import CommandError, Program
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

_ROUNDS = 12


@pytest.mark.parametrize("seed", [1, 2])
async def test_saved_applications_become_cases_exactly_once(
    township: Township, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await township.open(stations=2)
    rng = random.Random(seed)
    scan = tmp_path_factory.mktemp("scans") / "scan.jpg"
    scan.write_bytes(rng.randbytes(200_000))
    nodes = [township.county, township.hub, *township.stations]
    saved: list[str] = []

    async def submit() -> None:
        for round_ in range(_ROUNDS):
            station = rng.choice(township.stations)
            more = ("--attach", f"id-card={scan}") if round_ % 3 == 0 else ()
            try:
                saved.append(await township.submit(station, 1 + round_ % 4, *more))
            except CommandError:
                await asyncio.sleep(0.1)  # killed under it: not printed, so not promised

    async def kill() -> None:
        for _ in range(_ROUNDS):
            await asyncio.sleep(rng.uniform(0.1, 0.9))
            await restart(rng.choice(nodes))

    async def restart(node: Program) -> None:
        await township.sandbox.kill(node.name)
        await asyncio.sleep(rng.uniform(0.0, 0.5))
        await township.sandbox.start(node)

    await asyncio.gather(submit(), kill())
    assert len(saved) >= _ROUNDS // 2
    await until(all_complete(township, saved), within_s=120)
    cases = [case["application"] for case in await township.cases()]
    assert len(cases) == len(set(cases))
    assert set(saved) <= set(cases)
    rows = await township.sandbox.ask(township.county, "ledger", "--json")
    assert [row["missing"] for row in rows if row["missing"]] == []
    assert [row["forks"] for row in rows if row["forks"]] == []


def all_complete(township: Township, saved: list[str]) -> Callable[[], Awaitable[bool]]:
    """Whether every saved application is complete at its station."""

    async def check() -> bool:
        states: dict[str, str] = {}
        for station in township.stations:
            for one in (await township.status(station))["applications"]:
                states[one["application"]] = one["state"]
        return all(states[application] == "complete" for application in saved)

    return check
