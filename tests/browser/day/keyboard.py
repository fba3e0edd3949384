"""A clerk without a mouse: Tab, Enter, Space and letters, and the address line of the browser."""

import re
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import FilePayload, Locator, Page, expect
from playwright.async_api import TimeoutError as BrowserTimeoutError

FANG, WORD = "韦小芳", "山歌好比春江水啊"
_MOST_TABS, _DIALOGS, _DIALOG_MS = 150, 3, 10_000
_FOCUSED = "one => one === document.activeElement"


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Hands on the keys of one browser."""

    page: Page

    async def to(self, target: Locator) -> None:
        """Press Tab until ``target`` has the focus."""
        await expect(target).to_be_visible()
        for _ in range(_MOST_TABS):
            if await target.evaluate(_FOCUSED):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {target}")

    async def press(self, name: str, role: str = "button", *, exact: bool = False) -> None:
        """Go to a button or a link, and press Enter."""
        await self.to(self._named(name, role, exact=exact))
        await self.page.keyboard.press("Enter")

    async def follow(self, name: str, *, exact: bool = False) -> None:
        """Go to a link, and press Enter."""
        await self.press(name, "link", exact=exact)

    async def write(self, label: str, text: str, *, anew: bool = False) -> None:
        """Type into a field; in place of what stands there if ``anew``."""
        await self.to(self.field(label))
        if anew:
            await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)

    def field(self, label: str) -> Locator:
        """The one whose label begins so; 必填 may follow."""
        return self.page.get_by_label(re.compile(f"^{label}")).first

    async def choose(self, files: Locator, *payloads: FilePayload) -> None:
        """Open the dialog of a field for files with Space, and take some."""
        for _ in range(_DIALOGS):  # a busy browser may miss a key while it draws
            await self.to(files)
            with suppress(BrowserTimeoutError):
                async with self.page.expect_file_chooser(timeout=_DIALOG_MS) as asked:
                    await self.page.keyboard.press("Space")
                await (await asked.value).set_files(list(payloads))
                return
        raise AssertionError("no dialog for files opened")

    async def log_in(self) -> None:
        """On the page for that."""
        await self.write("姓名", FANG)
        await self.write("口令", WORD)
        await self.page.keyboard.press("Enter")

    async def visit(self, address: str) -> None:
        """Type an address; log in first if nobody is."""
        await self.page.goto(address)
        if "/login" in self.page.url:
            await self.log_in()
            await expect(self.page).not_to_have_url(re.compile("/login"))

    def _named(self, name: str, role: str, *, exact: bool) -> Locator:
        if role == "link":
            return self.page.get_by_role("link", name=name, exact=exact).first
        return self.page.get_by_role("button", name=name, exact=exact).first
