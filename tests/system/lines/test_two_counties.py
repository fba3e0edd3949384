"""Two processes of a county on one PostgreSQL, killed under load and started: nothing is lost."""

import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import pytest

from examples.line import Line
from examples.sandbox import Program, free_port
from tests.builders.disks.postgres import PostgresServer
from tests.system.lines import chaos
from tests.system.lines.balancer import Balancer
from tests.system.looking import Watched

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


@dataclass(kw_only=True)
class TwoCounties(chaos.Chaos):
    """The same township; its county is two processes behind a balancer."""

    database: str

    async def open_line(self, stack: AsyncExitStack, port: int) -> Line:
        if self.lines or hasattr(self, "ports"):
            return await super().open_line(stack, port)
        self.ports = (port, free_port())
        targets = [("127.0.0.1", own) for own in self.ports]
        return await stack.enter_async_context(Balancer(targets))

    async def open_county(self, port: int) -> Program:
        county = await self.box.county(
            "451423",
            "龙州县",
            url=self.lines[0].url,
            listen=port,
            more=("--database", self.database),
        )
        await self.box.start(county)
        other = await self.box.another("county2", county, listen=self.ports[1])
        await self.box.start(other)
        return county


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.mark.slow
async def test_minutes_of_chaos_leave_the_books_in_balance(
    tmp_path: Path, postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with capsys.disabled():
        click.echo(f"two counties: seed {seed}")
    kind = partial(TwoCounties, database=postgres.empty_database())
    found = await chaos.run(tmp_path, seconds=60, seed=seed, sandbox=Watched, kind=kind)
    assert found["saved"] >= 10
    assert found["kill"] >= 10
