"""A real county, hub and station, with the hub's board open, driven through real pages."""

import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from playwright.async_api import Page

from tests.browser.console import PASSWORD, fill_login
from tests.system.conftest import LONGZHOU, sample_application
from tests.system.looking import Watched
from tests.system.waiting import until

if TYPE_CHECKING:
    from examples.sandbox import Program

ROLES = ("audit", "operator")
SETTINGS = 'pages = "127.0.0.1:0"\nsecond_factor = "optional"\nretry_first_s = 0.5\n'


class Board:
    """Use ``async with``."""

    def __init__(self, folder: Path) -> None:
        self.sandbox = Watched(folder=folder)
        self.county: Program
        self.hub: Program
        self.station: Program
        self.url = ""
        self._batch = AsyncExitStack()

    async def __aenter__(self) -> Self:
        box = await self._batch.enter_async_context(self.sandbox)
        self.county = await box.county("451423", "龙州县")
        (self.county.data / "county.toml").write_text('pages = "off"\n', "utf-8")
        await box.start(self.county)
        await box.run("yizhan-county", "publish", self.county.data, LONGZHOU / "catalogue.json")
        self.hub = await box.hub("hub", "451423103", "金龙镇便民服务中心")
        (self.hub.data / "hub.toml").write_text(SETTINGS, "utf-8")
        for role in ROLES:
            await self._add_staff(role)
        await box.start(self.hub)
        self.url = (await box.ask(self.hub, "board", "--json"))["url"]
        self.station = await box.station("village", "451423103204", "高山村", self.hub)
        await box.start(self.station)
        await until(self._has_catalogue)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batch.aclose()

    async def log_in(self, page: Page, name: str) -> None:
        """Log in on the real page."""
        await page.goto(f"{self.url}/login")
        await fill_login(page, name, PASSWORD)
        await page.wait_for_url("**/board")

    async def submit(self, number: int, *more: object) -> None:
        """The village hands in sample application ``number``."""
        sample = sample_application(number)
        form = self.sandbox.folder / "form.json"
        form.write_text(json.dumps(sample["form"], ensure_ascii=False), "utf-8")
        item = ("--item", sample["item"], "--form", form)
        await self.sandbox.ask(self.station, "submit", *item, *more)

    async def held(self) -> dict[str, int]:
        """What the hub has of the village: envelopes, blobs and bytes."""
        state: dict[str, Any] = await self.sandbox.ask(self.hub, "status", "--json")
        of = [one for one in state["held"] if one["origin"] == self.station.node]
        keys = ("envelopes", "blobs", "bytes")
        return {key: sum(one.get(key, 0) for one in of) for key in keys}

    async def waiting(self) -> int:
        """Envelopes at the hub for the village."""
        state: dict[str, Any] = await self.sandbox.ask(self.hub, "status", "--json")
        (village,) = [one for one in state["neighbours"] if one["node"] == self.station.node]
        return int(village.get("envelopes", {}).get("waiting", 0))

    def actions(self) -> list[tuple[str, str]]:
        """What the hub's log says that was done, and by whom."""
        lines = (self.sandbox.folder / "hub.log").read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines if '"hub.action"' in line]
        return [(one["action"], one["by"]) for one in found]

    async def _has_catalogue(self) -> bool:
        state = await self.sandbox.ask(self.station, "status", "--json")
        return bool(state["release"])

    async def _add_staff(self, role: str) -> None:
        secret = self.sandbox.folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        await self.sandbox.run(
            *("yizhan-hub", "staff", "add", self.hub.data, role, "--role", role),
            *("--password-file", secret),
        )
