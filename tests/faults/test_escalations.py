"""A county is killed a thousand times while it gives cards: each rung is given once."""

from pathlib import Path
from random import Random

import pytest

from tests.builders.disks.platter import Loss
from tests.faults.action import cut_power, played, steps_of
from tests.faults.actions.supervision import ESCALATION
from tests.faults.test_power import folder

__all__ = ["folder"]

pytestmark = pytest.mark.filterwarnings(  # of a machine that stopped in the middle
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)

KILLS, MANY = 24, 1_000
LOSSES = list(Loss)


def test_some_kills_around_escalations_give_each_rung_once(folder: Path) -> None:
    played(_killed(folder, KILLS, seed=1))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_kills_around_escalations_give_each_rung_once(folder: Path, seed: int) -> None:
    played(_killed(folder, MANY // 10, seed=seed))


async def _killed(folder: Path, kills: int, *, seed: int) -> None:
    chance, steps = Random(seed), await steps_of(ESCALATION, folder / "whole")
    for turn in range(kills):
        at, after = chance.randrange(len(steps)), chance.random() < 1 / 2
        loss = chance.choice(LOSSES)
        await cut_power(ESCALATION, folder / f"{turn}", at=at, after=after, loss=loss)
