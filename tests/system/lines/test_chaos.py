"""kill -9 of any node, cut lines, travelling sticks, backups: what was printed is a case once."""

import random
from pathlib import Path

import click
import pytest

from tests.system.lines import chaos
from tests.system.looking import Watched

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


async def test_a_moment_of_chaos_leaves_the_books_in_balance(tmp_path: Path) -> None:
    found = await chaos.run(tmp_path, seconds=10, seed=1, sandbox=Watched)
    assert found["saved"]
    assert found["kill"]


@pytest.mark.slow
async def test_minutes_of_chaos_leave_the_books_in_balance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with capsys.disabled():
        click.echo(f"chaos: seed {seed}")
    found = await chaos.run(tmp_path, seconds=150, seed=seed)
    assert found["saved"] >= 20
    assert found["kill"] >= 5  # of what was drawn by chance, as many as a slow machine has time for
