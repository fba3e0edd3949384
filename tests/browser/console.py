"""A real county with an open console, driven through real pages."""

import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from playwright.async_api import Page

from tests.system.looking import Watched

if TYPE_CHECKING:
    from examples.sandbox import Program

MARKS = [
    pytest.mark.system,
    pytest.mark.asyncio(loop_scope="session"),  # of the one browser
]
PASSWORD = "yizhan-2026-lz"
SETTINGS = 'pages = "127.0.0.1:0"\nsecond_factor = "optional"\n'
_SEE_OTHER = 303
ROLES = ("system", "security", "audit", "operator")


class Console:
    """Use ``async with``."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.sandbox = Watched(folder=folder)
        self.county: Program
        self.url = ""
        self._settings = settings
        self._batch = AsyncExitStack()

    async def __aenter__(self) -> Self:
        box = await self._batch.enter_async_context(self.sandbox)
        self.county = await box.county("451423", "龙州县")
        (self.county.data / "county.toml").write_text(self._settings, "utf-8")
        await box.start(self.county)
        while not self.url:  # the pages open right after the server says that it accepts
            self.url = (await box.ask(self.county, "console", "--json"))["url"]
        for role in ROLES:
            await self.add_staff(role, role)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batch.aclose()

    async def add_staff(self, name: str, role: str) -> None:
        """An account whose password is its own."""
        secret = self.sandbox.folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        await self.sandbox.run(
            *("yizhan-county", "staff", "add", self.county.data, name, "--role", role),
            *("--password-file", secret),
        )

    async def log_in(self, page: Page, name: str, *, code: str = "") -> None:
        """Log in on the real page."""
        await page.goto(f"{self.url}/login")
        await fill_login(page, name, PASSWORD, code)

    async def enter(self, page: Page, name: str) -> None:
        """Log in without a page, for a test that goes to its own right after."""
        asks, login = page.context.request, f"{self.url}/login"
        shown = await (await asks.get(login)).text()
        found = re.search(r'name="token" value="([^"]+)"', shown)
        assert found is not None
        form = {"token": found[1], "back": "", "name": name, "password": PASSWORD, "code": ""}
        answer = await asks.post(login, form=form, max_redirects=0)
        assert answer.status == _SEE_OTHER


async def fill_login(page: Page, name: str, password: str, code: str = "") -> None:
    """Fill in the form for logging in and send it."""
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("口令").fill(password)
    await page.get_by_label("动态码").fill(code)
    await page.get_by_role("button", name="登录").click()
