"""A counter at a station in memory: pages brought to it, one by one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.papers.pages import NewPage, PageShown
from station_agent.papers.service import PaperService
from station_agent.papers.wanted import Crop, Wanted
from station_agent.store.desk import drafts
from station_agent.store.desk.drafts import DraftRow
from station_agent.store.vault import OpenVault
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

FORM = ApplicationId("f" * 32)
DRAFT = DraftRow(application=FORM, format=1, sealed=b"x", item=b"x", begun_ms=1, saved_ms=1)


async def in_pieces(data: bytes, size: int = 60_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass(frozen=True)
class Counter:
    papers: PaperService
    opened: OpenVault

    async def add(
        self, data: bytes = b"", material: str = "photo", application: ApplicationId = FORM
    ) -> str:
        new = NewPage(application=application, material=material, wanted=Wanted())
        return await self.papers.add(new, in_pieces(data or scans.picture()))

    async def pages(self, application: ApplicationId = FORM) -> list[PageShown]:
        return await self.papers.pages(self.opened, application)

    async def order(self) -> list[str]:
        return [one.page for one in await self.pages()]

    async def content(self, page: str) -> bytes:
        return (await self.papers.content(self.opened, FORM, page))[1]

    async def turn(self, page: str, degrees: int = 0, crop: Crop | None = None) -> None:
        await self.papers.turn(self.opened, FORM, page, degrees=degrees, crop=crop)


def counter_of(station: Station) -> Counter:
    return Counter(papers=station.papers, opened=station.clerks.vault.unlock(None))


@asynccontextmanager
async def open_counter(village: Village) -> AsyncIterator[tuple[Station, Counter]]:
    async with village.open() as station:
        if await station.database.read(lambda tx: tx.row("SELECT 1 FROM drafts")) is None:
            await station.database.write(lambda tx: drafts.put(tx, DRAFT))
        yield station, counter_of(station)


def files_of(village: Village) -> list[bytes]:
    """Whatever lies in the data folder now."""
    return [path.read_bytes() for path in village.data.rglob("*") if path.is_file()]
