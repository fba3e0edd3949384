"""A desk in front of a real Chromium: the agent as a process, and a clerk who logs in."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from tests.station_agent.village import Village
from tests.system.launching import start

PROGRAM = Path(sys.executable).with_name("yizhan-station")
FANG, WORD = "韦小芳", "山歌好比春江水啊"


@dataclass(frozen=True, slots=True)
class Agent:
    """One that runs."""

    process: Process
    url: str  # of its desk

    async def power_cut(self) -> None:
        """``kill -9``."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def running(village: Village) -> AsyncIterator[Agent]:
    """The agent of a station, and its desk."""
    process = await start(PROGRAM, "run", village.data, stderr=DEVNULL)
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        yield Agent(process, line.removeprefix("desk ").strip())
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def asked(village: Village, command: str, *more: str) -> dict[str, object]:
    """What a command answers."""
    process = await start(PROGRAM, command, village.data, *more, "--json")
    out, _ = await process.communicate()
    found: dict[str, object] = json.loads(out)
    return found


async def first_clerk(page: Page, village: Village) -> None:
    """Made by the one-time link, and at her desk."""
    await page.goto(str((await asked(village, "desk"))["first"]))
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令", exact=True).fill(WORD)
    await page.get_by_label("再输一次口令").fill(WORD)
    await page.get_by_role("button", name="开始使用").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()


async def logs_in(page: Page, name: str = FANG, word: str = WORD) -> None:
    """On the page for that, in Chinese."""
    await page.get_by_label("姓名").fill(name)
    await page.get_by_label("口令").fill(word)
    await page.get_by_role("button", name="登录").click()
