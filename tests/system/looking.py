"""Programs started from a process that has loaded them, and looked at by their control sockets.

Loading them for each start, and a command for each look, would take more of the machine than all
that a test is about.
"""

import asyncio
from collections.abc import Sequence
from typing import IO, Any, cast

from examples.sandbox import Program, Sandbox
from protocol.errors import YizhanError
from runtime.control.owner import call
from tests.system.launching import can_launch, launch

_STATUS = {
    "yizhan-station": ("status", {"password": None, "newest": None}),
    "yizhan-hub": ("hub.status", {}),
    "yizhan-county": ("county.status", {}),
}


class Watched(Sandbox):
    """Answers ``status --json`` and ``cases --json`` of a running program without a process."""

    async def spawn(
        self,
        argv: Sequence[object],
        *,
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
        env: dict[str, str],
    ) -> asyncio.subprocess.Process:
        words = tuple(map(str, argv))
        if not can_launch(words):
            return await super().spawn(words, stdout=stdout, stderr=stderr, env=env)
        process = await launch(words, stdout=stdout, stderr=stderr, env=env)
        return cast("asyncio.subprocess.Process", process)

    async def ask(self, program: Program, verb: str, *args: object) -> Any:
        """As :meth:`Sandbox.ask`; any other command is a process of its own."""
        if program.running and args == ("--json",) and verb in ("status", "cases"):
            try:
                return await look(program, verb)
            except YizhanError:
                pass  # it is just starting or ending: the command waits for that
        return await super().ask(program, verb, *args)


async def look(program: Program, verb: str) -> Any:
    """What a running program tells of itself: ``status``, or ``cases`` of a county."""
    if verb == "status":
        name, args = _STATUS[program.command]
        return await call(program.data, name, args, _unheard)
    found: list[dict[str, Any]] = []
    while page := await call(program.data, "county.cases", _after(found), _unheard):
        found += page
    return found


def _after(found: list[dict[str, Any]]) -> dict[str, str]:
    return {"after": found[-1]["case"] if found else ""}


def _unheard(_: object) -> None:
    return
