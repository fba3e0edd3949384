"""Reaching a station: its running agent if there is one, else the folder opened in this process.

Loads nothing of the station before it has to: most commands only say a few words to the agent.
"""

import asyncio
from pathlib import Path
from typing import TypeVar

from protocol.errors import NotJoinedError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Call, handler
from runtime.control.calls import ask as ask_owner
from runtime.control.owner import Report
from runtime.system import SystemClock, SystemRandomness

A = TypeVar("A")
R = TypeVar("R")


def require_folder(data: Path) -> None:
    """Raise NotJoinedError unless ``data`` is there; what is in it shows when it is opened."""
    if not data.is_dir():
        raise NotJoinedError(str(data))


def ask(data: Path, call: Call[A, R], args: A, report: Report = silent) -> R:
    """One call, answered by the agent that owns ``data`` or by this process.

    Raises:
        NotJoinedError: ``data`` is no station's folder.
        YizhanError: whatever the station raises.
    """
    require_folder(data)

    async def work(folder: Path) -> R:
        from station_agent.opening import open_station
        from station_agent.operations import operations

        clock, randomness = SystemClock(), SystemRandomness()
        async with open_station(folder, clock=clock, randomness=randomness) as station:
            answering = handler(operations(station), call)
            return await answering.method(Actor.at_command_line(""), args, report)

    async def directly() -> R:
        from runtime.rescue import reading_anyway

        return await reading_anyway(data, work, reads=call.reads)

    return asyncio.run(ask_owner(data, call, args, account="", report=report, directly=directly))
