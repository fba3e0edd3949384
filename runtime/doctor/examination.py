"""One examination: the computer and the folder from outside, and what its program holds inside.

Inside looks the process that owns the folder; where there is none, the command does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import NotJoinedError
from runtime.control.calls import Call, Nothing
from runtime.doctor import folder
from runtime.doctor.finding import Diagnosis, Found, distinct
from runtime.doctor.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is particular about one of the four programs."""

    reserve_bytes: int  # of the disk: below it nothing new is taken
    descriptors: int  # files that it wants to have open
    asked: Call[Nothing, list[Found]]  # of its running process
    stopped: Callable[[Path], Awaitable[list[Found]]]  # inside, while nobody owns the folder


async def examine(data: Path, patient: Patient) -> Diagnosis:
    """Look at ``data``; nothing is made or changed.

    Raises:
        NotJoinedError: there is no such folder.
        OtherNodeError: it belongs to a node of another role.
    """
    if not await asyncio.to_thread(data.is_dir):
        raise NotJoinedError(str(data))
    found = await asyncio.to_thread(lambda: list(_outside(data, patient)))
    told = await folder.ask_owner(data, patient.asked)
    inside = await patient.stopped(data) if told is None else told
    return Diagnosis(running=told is not None, found=distinct([*found, *inside]))


def _outside(data: Path, patient: Patient) -> Iterator[Found]:
    machine = Machine.measure(
        data, reserve_bytes=patient.reserve_bytes, descriptors_wanted=patient.descriptors
    )
    yield from machine.faults()
    yield from folder.rights(data)
