"""One line on the control socket of an open data folder; only its owner can write there."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from runtime.control.owner import Owner
from tests.fuzz.target import Target

_LONGEST_S = 10.0  # a wait without an end is a finding, too


class _Listener:
    """Hears what the owner answers."""

    def __init__(self) -> None:
        self.said = b""

    def write(self, data: bytes) -> None:
        self.said += data

    def close(self) -> None:
        return


def _control_line(data: bytes) -> None:
    asyncio.run(_ask(data))


async def _ask(data: bytes) -> None:
    reader, writer = asyncio.StreamReader(), _Listener()
    reader.feed_data(data + b"\n")
    reader.feed_eof()
    owner = Owner(Path())
    owner._serving.set()
    async with asyncio.timeout(_LONGEST_S):
        await owner._answer(reader, writer)  # type: ignore[arg-type]
    assert writer.said
    for line in writer.said.splitlines():
        assert "error" in json.loads(line)  # nobody knows the token


def targets() -> Iterator[Target]:
    """The control line."""
    request = {"token": "t", "call": "submit", "args": {"a": [1]}}
    yield Target(name="control line", corpus=[json.dumps(request).encode()], parse=_control_line)
