"""A county that says it is ready has a console and an API that listen."""

import asyncio
import os
import signal
import socket
from pathlib import Path

from central.county.app import serve_county
from central.county.keys.founding import found_county
from runtime.system import SystemClock, SystemRandomness


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_console_and_api_listen_before_ready_is_told(tmp_path: Path) -> None:
    data, nodes, pages, api = tmp_path / "county", free_port(), free_port(), free_port()
    found_county(
        data,
        code="451423",
        name="龙州县",
        url=f"https://127.0.0.1:{nodes}",
        database="",
        clock=SystemClock(),
        randomness=SystemRandomness(),
    )
    with (data / "county.toml").open("a") as settings:
        settings.write(f'\npages = "127.0.0.1:{pages}"\napi = "127.0.0.1:{api}"\n')
    told: list[str] = []

    def ready(_: str) -> None:
        told.append("ready")
        for port in (pages, api):
            with socket.socket() as browser:
                browser.settimeout(2)
                browser.connect(("127.0.0.1", port))  # the kernel takes it, if somebody listens
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)

    await serve_county(data, ready, told.append, api_opened=told.append)
    assert told == ["ready", f"https://127.0.0.1:{pages}", f"https://127.0.0.1:{api}"]
