"""A small TCP balancer: each connection goes to the next process that accepts."""

import asyncio
from collections.abc import Sequence

from examples.line import Line


class Balancer(Line):
    """A line to several targets in turn. Use ``async with``."""

    def __init__(self, targets: Sequence[tuple[str, int]]) -> None:
        super().__init__(targets[0])
        self._targets = list(targets)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._targets.append(self._targets.pop(0))
        for target in list(self._targets):
            if await _accepts(target):
                self._target = target
                break
        await super()._forward(reader, writer)


async def _accepts(target: tuple[str, int]) -> bool:
    try:
        _, writer = await asyncio.open_connection(*target)
    except OSError:
        return False
    writer.close()
    return True
