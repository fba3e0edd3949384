"""The running agent as a real process: ready soon, small, answering, and stopping in order."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession

from tests.station_agent.village import Village
from tests.system.launching import start

pytestmark = pytest.mark.system

PROGRAM = Path(sys.executable).with_name("yizhan-station")
MAX_RSS_BYTES = 60 * 2**20  # the budget of an idle agent
MAX_DESK_RSS_BYTES = 75 * 2**20  # and of one with its desk


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
async def _agent(village: Village, *, installed: bool = False) -> AsyncIterator[Process]:
    """It runs.

    Args:
        installed: by its script, as on a village PC; else by the launcher.
    """
    if installed:
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "run", village.data, stdout=PIPE, stderr=PIPE, env=_plain_environment()
        )
    else:
        process = await start(PROGRAM, "run", village.data, stderr=PIPE)
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _run(*args: object) -> tuple[int, Any]:
    process = await start(PROGRAM, *args, stderr=PIPE)
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
        assert await asyncio.wait_for(agent.wait(), 60) == 0
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
        code, shown = await _run("clerk", "add", village.data, "农志强", *password, "--json")
        assert (code, shown["code"]) == (3, "clerk.proof")
        by = ("--by", "韦小芳", "--by-password-file", word, "--json")
        code, shown = await _run("clerk", "add", village.data, "农志强", *password, *by)
        assert (code, [one["name"] for one in shown["clerks"]]) == (0, ["韦小芳", "农志强"])
        code, shown = await _run("clerk", "remove", village.data, "农志强", *by)
        assert (code, [one["name"] for one in shown["clerks"]]) == (0, ["韦小芳"])
    _, shown = await _run("clerk", "list", village.data, "--json")  # and without it
    assert [one["name"] for one in shown["clerks"]] == ["韦小芳"]


async def _desk_url(agent: Process) -> str:
    """What the agent says once its desk is open."""
    assert agent.stdout is not None
    line = await asyncio.wait_for(agent.stdout.readline(), 60)
    word, _, url = line.decode().strip().partition(" ")
    assert word == "desk", line
    return url


async def test_the_desk_opens_at_the_same_place_at_each_start(village: Village) -> None:
    urls = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        health = f"127.0.0.1:{free.getsockname()[1]}"
    (village.data / "station.toml").write_text(f"metrics = '{health}'\n", "utf-8")
    for _ in range(2):
        async with _agent(village) as agent, ClientSession() as browser:
            urls.append(await _desk_url(agent))
            async with browser.get(f"http://{health}/healthz") as answer:
                assert (await answer.json())["checks"] == {"database": True}
            async with browser.get(f"{urls[-1]}/login") as page:
                assert page.status == 200
                assert "yizhan-station desk" in await page.text()
            code, shown = await _run("desk", village.data, "--json")
            assert (code, shown["url"]) == (0, urls[-1])
            async with browser.get(shown["first"]) as page:
                assert page.status == 200
    assert urls[0] == urls[1]
    code, shown = await _run("desk", village.data, "--json")  # no agent, no desk
    assert (code, shown["code"]) == (3, "desk.closed")


async def test_if_the_port_is_taken_the_agent_runs_on_and_says_so(village: Village) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (village.data / "station.toml").write_text(f"desk_port = {port}\n", "utf-8")
        async with _agent(village) as agent:
            assert agent.stderr is not None
            said: dict[str, Any] = {}
            while said.get("event") != "desk.closed":
                said = json.loads(await asyncio.wait_for(agent.stderr.readline(), 60))
            assert (said["code"], said["detail"]) == ("desk.port-taken", str(port))
            code, found = await _run("doctor", village.data, "--json")
            assert (code, found["running"]) == (3, True)
            assert "desk.port-taken" in {one["code"] for one in found["findings"]}
            code, shown = await _run("desk", village.data, "--json")
            assert (code, shown["code"]) == (3, "desk.port-taken")
            assert str(port) in shown["words"]
            assert (await _run("status", village.data, "--json"))[0] == 0


async def test_idle_with_its_desk_it_is_small(village: Village) -> None:
    async with _agent(village, installed=True) as agent, ClientSession() as browser:
        url = await _desk_url(agent)
        async with browser.get(f"{url}/login") as page:
            assert page.status == 200
        assert psutil.Process(agent.pid).memory_info().rss <= MAX_DESK_RSS_BYTES


async def test_idle_it_is_small(village: Village) -> None:
    (village.data / "station.toml").write_text("desk_port = 0\n", "utf-8")
    async with _agent(village, installed=True) as agent:
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
