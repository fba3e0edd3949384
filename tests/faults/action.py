"""An action: one write of the product, which the power may end before or after any of its steps."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import aiosqlite.core

from tests.builders.disks.mains import Mains, Step
from tests.builders.disks.platter import Loss
from tests.campaign.fast import _NoThread, _NowQueue, run

T = TypeVar("T")

_TURNS = 5


@dataclass(frozen=True, slots=True)
class Action:
    """How to bring it about, and what must hold whenever the power went.

    ``prepare`` makes the folder and everything around it; ``act`` opens the node, arms the mains
    round the write, and does it; ``check`` opens the node again, is told whether ``act`` ended,
    and does whatever a clerk or operator would do then.
    """

    name: str
    prepare: Callable[[Path], Awaitable[Any]]
    act: Callable[[Any, Mains], Awaitable[None]]
    check: Callable[[Any, bool], Awaitable[None]]

    def __str__(self) -> str:
        return self.name


async def steps_of(action: Action, folder: Path) -> list[Step]:
    """Do it with the power on; every step that it made."""
    mains = await _run(action, folder, cut=None, after=False, loss=Loss.ALL)
    return mains.steps


async def cut_power(
    action: Action, folder: Path, *, at: int | None, after: bool = False, loss: Loss = Loss.ALL
) -> None:
    """Do it, and let the power go before or after step ``at``; None: after all was told.

    How many folders a stick gets is chance, as ids are: a deed that was over sooner is done anew.
    """
    folder.mkdir()
    for turn in range(_TURNS):
        mains = await _run(action, folder / f"{turn}", cut=at, after=after, loss=loss)
        if mains.dead:
            return
    raise AssertionError(f"{action}: step {at} was never made")


async def _run(action: Action, folder: Path, *, cut: int | None, after: bool, loss: Loss) -> Mains:
    root = folder / "machine"
    folder.mkdir()
    place = await action.prepare(root)
    mains = Mains(root=root, cut=cut, after=after, loss=loss)
    with mains.boot():
        await action.act(place, mains)
    try:
        await action.check(place, mains.told)
    except BaseException as exc:
        if mains.dead:
            exc.add_note(f"{action}: the power went after {_last(mains)}; lost: {loss.value}")
        raise
    return mains


def _last(mains: Mains) -> str:
    if mains.told:
        return "all was told"
    return f"step {len(mains.steps)}: {mains.steps[-1]}" if mains.steps else "nothing"


def played(story: Coroutine[Any, Any, T]) -> T:
    """Run ``story`` with virtual time; databases and threads do their work at once."""
    make = aiosqlite.core.Connection.__init__

    def connection(self: Any, *args: Any, **more: Any) -> None:
        make(self, *args, **more)
        self._tx, self._thread = _NowQueue(), _NoThread()

    with mock.patch.object(aiosqlite.core.Connection, "__init__", connection):
        return run(story)
