"""A real Chromium for each worker, and a real county's console for each file of tests."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.catalogue.catalogue import publish_all
from tests.browser.chromium import chromium
from tests.browser.console import Console
from tests.browser.world import World, open_full

_ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_WAIT_MS = 40_000  # for a page on two very busy cores
expect.set_options(timeout=_WAIT_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all files of a worker; each test has a profile of its own in it."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*_ARGUMENTS, *root]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A new profile; the certificate of a new node is its own, so no browser can know it."""
    context = await browser.new_context(ignore_https_errors=True, locale="zh-CN")
    context.set_default_timeout(_WAIT_MS)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def console(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    """A running county with an account for each role, without second factors."""
    async with Console(tmp_path_factory.mktemp("console")) as console:
        yield console


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def county(console: Console) -> Console:
    """The same with a full catalogue."""
    await publish_all(console)
    return console


@pytest_asyncio.fixture(loop_scope="session")
async def empty_console(tmp_path: Path) -> AsyncIterator[Console]:
    """A county of one test alone, in which there is nobody yet."""
    async with Console(tmp_path) as console:
        yield console


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Console and board of one full county, for the tests that go through all of it."""
    async with open_full(tmp_path_factory.mktemp("full")) as world:
        yield world
