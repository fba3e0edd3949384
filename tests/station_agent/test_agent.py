"""The running agent as a real process: ready soon, small, answering, and stopping in order."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.station_agent.village import Village

pytestmark = pytest.mark.system

PROGRAM = Path(sys.executable).with_name("yizhan-station")
MAX_RSS_BYTES = 60 * 2**20  # the budget of an idle agent


@pytest.fixture
async def village(tmp_path: Path) -> Village:
    village = Village(tmp_path / "station", url="https://127.0.0.1:9")
    async with village.open():
        pass
    return village


def _plain_environment() -> dict[str, str]:
    """As on a village PC: nobody measures coverage or watches the loop there."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("COVERAGE", "COV_", "PYTHON"))}


@asynccontextmanager
async def _agent(
    village: Village, environment: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "run",
        village.data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _run(*args: object) -> tuple[int, Any]:
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *map(str, args),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    code = process.returncode
    assert code is not None
    return code, json.loads(out) if out.startswith(b"{") else None


async def test_commands_reach_the_running_agent(village: Village, tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text('{"name": "某人"}', "utf-8")
    submit = ("submit", village.data, "--item", "pension", "--form", form)
    async with _agent(village) as agent:
        code, submitted = await _run(*submit, "--attach", f"photo={village.file(100_000)}")
        assert code == 0
        code, status = await _run("status", village.data, "--json")
        assert (code, status["counts"]["saved"]) == (0, 1)
        code, _ = await _run("exchange", village.data)
        assert code == 4
        agent.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(agent.wait(), 20) == 0
    _, status = await _run("status", village.data, "--json")  # and without it
    assert [entry["application"] for entry in status["applications"]] == [submitted["application"]]


async def test_a_clerk_comes_while_the_agent_runs(village: Village, tmp_path: Path) -> None:
    form, word = tmp_path / "form.json", tmp_path / "word"
    form.write_text('{"name": "某人"}', "utf-8")
    word.write_text("第一个口令是这个", "utf-8")
    password = ("--password-file", word)
    async with _agent(village):
        await _run("submit", village.data, "--item", "pension", "--form", form)
        code, shown = await _run("clerk", "add", village.data, "韦小芳", *password, "--json")
        assert (code, shown["locked"]) == (0, True)
        _, status = await _run("status", village.data, "--json")
        assert status["applications"][0]["applicant"] is None
        _, status = await _run("status", village.data, "--json", "--clerk", "韦小芳", *password)
        assert status["applications"][0]["applicant"] == "某人"
    _, shown = await _run("clerk", "list", village.data, "--json")  # and without it
    assert [one["name"] for one in shown["clerks"]] == ["韦小芳"]


async def test_idle_it_is_small(village: Village) -> None:
    async with _agent(village, _plain_environment()) as agent:
        _, status = await _run("status", village.data, "--json")
        assert status["release"] == 1
        assert psutil.Process(agent.pid).memory_info().rss <= MAX_RSS_BYTES


async def test_what_was_saved_survives_a_kill(village: Village, tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text('{"name": "某人"}', "utf-8")
    saved = []
    for _ in range(3):
        async with _agent(village) as agent:
            _, answer = await _run("submit", village.data, "--item", "pension", "--form", form)
            saved.append(answer["application"])
            agent.kill()
    _, status = await _run("status", village.data, "--json")
    assert [entry["application"] for entry in status["applications"]] == saved


@pytest.mark.slow  # a short command might hold the folder, so it waits 15 seconds
async def test_a_second_agent_on_the_same_folder_is_refused(village: Village) -> None:
    async with _agent(village):
        code, _ = await _run("run", village.data)
        assert code == 3
