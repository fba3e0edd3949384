"""The sites, open to a browser on this machine, and the camera."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from central.pages.opening import opening_of
from runtime.web.application import application
from runtime.web.site import Site
from tests.browser.chromium import chromium
from tests.browser.console import fill_login
from tests.shots.county import PASSWORD, SETTINGS

WIDTHS = (1366, 1920, 390)
LANGUAGES = {"zh": "zh-CN", "en": "en"}
_HEIGHT = 900
_TALLEST = 16_000  # pixels; Chromium cuts longer pictures
_FORBIDDEN, _FAULT = 403, 500
UNFOLD = "document.querySelectorAll('main details:not(.menu)').forEach((one) => (one.open = true))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One site with the pages that are to be pictured."""

    name: str
    url: str
    people: Sequence[str]  # the first of them who may see a page shows it
    pages: Mapping[str, str]
    best: Mapping[str, str] = field(default_factory=dict)  # who has most to do on a page
    fill: Callable[[Page, str, str], Awaitable[None]] = fill_login
    shown: Mapping[str, str] = field(default_factory=dict)  # a script before a page's picture
    faults: list[str] = field(default_factory=list)


@asynccontextmanager
async def opened(site: Site, folder: Path) -> AsyncIterator[str]:
    """Serve ``site`` over TLS on a free port; its URL."""
    folder.mkdir(exist_ok=True)
    opening = opening_of(folder, SETTINGS, "127.0.0.1:0")
    if opening is None:
        raise ValueError("the settings say that there are no pages")
    runner = web.AppRunner(application(site))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=opening.context).start()
    port = int(runner.addresses[0][1])
    site.hosts.open_at(port, opening.names)
    try:
        yield opening.url(port)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=chromium(), args=["--disable-gpu", "--no-first-run", *root]
        )
        yield found
        await found.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Where pictures go, and which are taken."""

    to: Path
    widths: Sequence[int]
    languages: Sequence[str]

    async def take_all(self, chrome: Browser, stage: Stage) -> int:
        """Every page of ``stage`` in every language and width; how many pictures."""
        count = 0
        for language in self.languages:
            async for name, page in each_page(chrome, stage, language):
                count += await self._take(page, stage, name, language)
        return count

    async def _take(self, page: Page, stage: Stage, name: str, language: str) -> int:
        await page.evaluate(stage.shown.get(name, UNFOLD))
        for width in self.widths:
            await page.set_viewport_size({"width": width, "height": _HEIGHT})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                stage.faults.append(f"{stage.name} {name} {language} {width}: {wide} pixels wide")
            tall = await page.evaluate("document.documentElement.scrollHeight")
            await page.screenshot(
                path=self.to / f"{stage.name}-{name}-{language}-{width}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": min(tall, _TALLEST)},
            )
        return len(self.widths)


async def each_page(
    chrome: Browser, stage: Stage, language: str
) -> AsyncIterator[tuple[str, Page]]:
    """Each of its pages, by name, open for whoever has most to do there.

    A page that nobody is shown is one of the stage's faults.
    """
    context = await chrome.new_context(
        ignore_https_errors=True, locale=LANGUAGES[language], reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    left = dict(stage.pages)
    for person in ("", *stage.people):
        if person:
            await _log_in(context, stage, person)
        page = await context.new_page()
        await page.goto(f"{stage.url}/language/{language}?back=/login")
        for name in [name for name in left if person in ("", stage.best.get(name, person))]:
            if await _may_see(page, stage, left[name]):
                del left[name]
                yield name, page
        await page.close()
    stage.faults.extend(f"{stage.name} {path}: nobody may see it" for path in left.values())
    await context.close()


async def show(chrome: Browser, stage: Stage, path: str, folder: Path) -> None:
    """What the first of the site's people sees of a page without scrolling, for README.md."""
    context = await chrome.new_context(ignore_https_errors=True, locale=LANGUAGES["zh"])
    await _log_in(context, stage, stage.people[0])
    page = await context.new_page()
    await page.set_viewport_size({"width": WIDTHS[0], "height": _HEIGHT})
    await page.goto(stage.url + path)
    await page.screenshot(path=folder / f"{stage.name}.png")
    await context.close()


async def _may_see(page: Page, stage: Stage, path: str) -> bool:
    """Whether this reader is shown the page itself, and not sent to log in or away."""
    answer = await page.goto(stage.url + path)
    if answer is not None and answer.status >= _FAULT:
        stage.faults.append(f"{stage.name} {path}: {answer.status}")
    return page.url == stage.url + path and answer is not None and answer.status != _FORBIDDEN


async def _log_in(context: BrowserContext, stage: Stage, name: str) -> None:
    await context.clear_cookies()
    page = await context.new_page()
    await page.goto(f"{stage.url}/language/zh?back=/login")
    await stage.fill(page, name, PASSWORD)
    await page.wait_for_url(lambda address: "/login" not in address)
    await page.close()
