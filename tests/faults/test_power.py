"""The power goes before and after every step of every write, on every tier."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.disks.mains import Step
from tests.builders.disks.platter import Loss
from tests.faults.action import Action, cut_power, played, steps_of
from tests.faults.actions.all import ACTIONS
from tests.faults.writes import NEEDLESS, NOTES, tables, writing_functions

pytestmark = pytest.mark.filterwarnings(  # of a machine that stopped in the middle
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)

LOSSES = list(Loss)
MOST = 8  # cuts of one action where time is short
_steps: dict[str, list[Step]] = {}
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
    steps = await _known(action, folder / "whole")
    assert steps
    first_of_its_name = {step: number for number, step in reversed(list(enumerate(steps)))}
    numbers = sorted(first_of_its_name.values())
    for turn, number in enumerate(numbers[:: 1 + len(numbers) // MOST]):
        loss = LOSSES[turn % len(LOSSES)]
        await cut_power(action, folder / f"{number}", at=number, loss=loss)
    await cut_power(action, folder / "last", at=len(steps) - 1, after=True)
    for loss in LOSSES:
        await cut_power(action, folder / loss.value, at=None, after=True, loss=loss)


async def _known(action: Action, folder: Path) -> list[Step]:
    """What it does with the power on: done once for all tests of a process."""
    if action.name not in _steps:
        _steps[action.name] = await steps_of(action, folder)
    return _steps[action.name]


async def _all_known(folder: Path) -> list[Step]:
    each = [await _known(one, folder / str(at)) for at, one in enumerate(ACTIONS)]
    return [step for steps in each for step in steps]


def test_every_write_of_a_file_or_a_table_is_part_of_a_deed(folder: Path) -> None:
    """The actions are all that there is: no write is left without its power cuts."""
    steps = played(_all_known(folder))
    made, writing = {step.where for step in steps}, set(writing_functions())
    assert sorted(writing - made - NEEDLESS.keys()) == []
    assert sorted(NEEDLESS.keys() - writing) == [], "no longer there"
    written = {step.name.split()[-1].strip('"') for step in steps}
    assert sorted(tables() - written - NOTES.keys()) == []


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
