"""A hub opens its folder anew to take new keys; whoever tells it to end meanwhile is heard."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from central.hub import app
from central.server.config import ServerConfig
from tests.system.patterns import own_port


@pytest.mark.parametrize("told_in", [1, 2])
async def test_the_word_to_end_is_heard_in_each_life_and_between_them(
    hub: Path, monkeypatch: pytest.MonkeyPatch, told_in: int
) -> None:
    listen = f"127.0.0.1:{own_port(2)}"
    (hub / "hub.toml").write_text(f'pages = "off"\nlisten = "{listen}"\n', "utf-8")
    lives, plain = list[int](), app.open_hub

    @asynccontextmanager
    async def opened(data: Path, config: ServerConfig) -> AsyncIterator[app.HubNode]:
        lives.append(len(lives) + 1)
        async with plain(data, config) as node:
            if len(lives) == 1:
                node.renewal.ready.set()  # new keys are there
            if len(lives) == told_in:
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.sleep(0.01)
            yield node

    monkeypatch.setattr(app, "open_hub", opened)
    await asyncio.wait_for(app.serve_hub(hub, lambda _: None, lambda _: None), 60)
    assert lives == list(range(1, told_in + 1))
