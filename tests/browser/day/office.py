"""A county, a hub and a station as processes, with one item that asks for a paper."""

import io
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from examples.sandbox import CommandError, Program, Sandbox
from tests.system.patterns import add_station, found
from tests.system.waiting import until

CATALOGUE = {
    "title": "龙州县",
    "items": [
        {
            "id": "stove",
            "name": "改灶补贴",
            "materials": [{"id": "photo", "name": "旧灶照片", "attach": "required"}],
            "schema": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "title": "姓名", "maxLength": 50},
                    "phone": {"type": "string", "title": "电话", "maxLength": 20},
                    "reason": {"type": "string", "title": "理由", "maxLength": 40},
                },
                "required": ["name", "phone"],
            },
        }
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the window."""

    name: str
    phone: str
    reason: str

    @property
    def form(self) -> dict[str, str]:
        """What the county has to get."""
        return {"name": self.name, "phone": self.phone, "reason": self.reason}


def person(number: int) -> Person:
    """Each differs from each."""
    return Person(
        name=f"黄秀{chr(0x4E00 + number)}", phone=f"1380000{number:04}", reason=f"第{number}家的灶"
    )


def photo(number: int, side: int = 160) -> bytes:
    """A picture of nobody else's stove; a large one takes a while to look at."""
    noise = random.Random(number).randbytes(side * side * 3)
    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(made, "JPEG", quality=90)
    return made.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """All three tiers."""

    box: Sandbox
    county: Program
    hub: Program
    station: Program

    async def power_cut(self) -> None:
        """The station's PC loses its power, and gets it back."""
        await self.box.kill(self.station.name)
        await self.box.start(self.station)
        await until(self.has_desk)

    async def has_desk(self) -> bool:
        """Whether the desk is open."""
        try:
            return bool((await self.desk())["url"])
        except CommandError:  # it opens after "ready"
            return False

    async def has_item(self) -> bool:
        """Whether the station holds the release with the item."""
        found = await self.box.ask(self.station, "items", "--json")
        return [one["item"] for one in found["items"]] == ["stove"]

    async def desk(self) -> dict[str, Any]:
        """Where it is."""
        found: dict[str, Any] = await self.box.ask(self.station, "desk", "--json")
        return found

    async def cases(self) -> list[dict[str, Any]]:
        """All that the county has."""
        found: list[dict[str, Any]] = await self.box.ask(self.county, "cases", "--json")
        return found

    async def all_arrived(self, count: int) -> bool:
        """Whether so many cases are there, each with its paper."""
        found = await self.cases()
        return len(found) >= count and all(
            one["state"] != "received" or one["attachments"] for one in found
        )

    async def decide(self, case: str, outcome: str, *more: object) -> None:
        """The county decides."""
        await self.box.run(
            "yizhan-county",
            "decide",
            self.county.data,
            case,
            "--outcome",
            outcome,
            "--note",
            f"县里说{outcome}",
            *more,
        )

    async def counts(self) -> dict[str, int]:
        """How far the station sees its applications."""
        found: dict[str, int] = (await self.box.ask(self.station, "status", "--json"))["counts"]
        return found


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    """Everything runs, and the station holds the catalogue."""
    async with Sandbox(folder=folder) as box:
        county, hub = await found(box)
        file = folder / "catalogue.json"
        file.write_text(json.dumps(CATALOGUE, ensure_ascii=False), "utf-8")
        await box.run("yizhan-county", "publish", county.data, file, "--anyway")
        station = await add_station(box, hub, 1)
        office = Office(box=box, county=county, hub=hub, station=station)
        await until(office.has_item)
        await until(office.has_desk)
        yield office
