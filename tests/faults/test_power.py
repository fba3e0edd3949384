"""The power goes before and after every step of every write, on every tier."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.disks.platter import Loss
from tests.faults.action import Action, cut_power, played, steps_of
from tests.faults.actions.all import ACTIONS

pytestmark = pytest.mark.filterwarnings(  # of a machine that stopped in the middle
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)

LOSSES = list(Loss)
MOST = 12  # cuts of one action where time is short
MEMORY = Path("/dev/shm")  # noqa: S108 - what is synced is the platter's business here


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where that can be: a thousand machines are set up and cut."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_a_power_cut_at_any_step_keeps_the_promise(action: Action, folder: Path) -> None:
    """Each name of a step once, of the longest deeds every second or third; the loss changes."""
    played(_every_step(action, folder))


async def _every_step(action: Action, folder: Path) -> None:
    steps = await steps_of(action, folder / "whole")
    assert steps
    first_of_its_name = {step: number for number, step in reversed(list(enumerate(steps)))}
    numbers = sorted(first_of_its_name.values())
    for turn, number in enumerate(numbers[:: 1 + len(numbers) // MOST]):
        loss = LOSSES[turn % len(LOSSES)]
        await cut_power(action, folder / f"{number}", at=number, loss=loss)
    await cut_power(action, folder / "last", at=len(steps) - 1, after=True)
    for loss in LOSSES:
        await cut_power(action, folder / loss.value, at=None, after=True, loss=loss)


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.value)
@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_whatever_is_lost_at_any_step(action: Action, loss: Loss, folder: Path) -> None:
    played(_every_loss(action, loss, folder))


async def _every_loss(action: Action, loss: Loss, folder: Path) -> None:
    for number in range(len(await steps_of(action, folder / "whole"))):
        for after in (False, True):
            where = folder / f"{number}-{after}"
            await cut_power(action, where, at=number, after=after, loss=loss)
