"""A station in a folder, with a county and a parent in memory: what most tests here begin with."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.envelope.envelope import Envelope
from protocol.errors import LineError
from protocol.ids import ApplicationId
from protocol.trust.edition import Kind
from runtime.line.conversation import Tally
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.opening import open_station
from station_agent.store.disk import Disk
from tests.builders.chance import SeededRandomness
from tests.builders.clerk import status_of
from tests.builders.clock import FakeClock
from tests.builders.lines.links import Line
from tests.station_agent.county import County
from tests.station_agent.parent import Parent, converse


@dataclass
class Village:
    """Everything around one station; the station itself is opened and closed by the test."""

    data: Path
    password: str | None = None
    county: County = field(default_factory=County)
    clock: FakeClock = field(default_factory=FakeClock)
    randomness: SeededRandomness = field(default_factory=lambda: SeededRandomness(3))
    disk: Disk | None = None
    url: str = ""  # of the parent, for exchanges over a real line

    def __post_init__(self) -> None:
        self.county.write_station(self.data, password=self.password, url=self.url)
        self.parent = Parent(self.county)
        self.parent.publish(self.county.news(Kind.RELEASE, self.county.release))
        self.numbers = iter(range(1, 1_000_000))

    @asynccontextmanager
    async def open(self, *, catalogue: bool = True) -> AsyncIterator[Station]:
        """The PC is switched on; with the catalogue unless told otherwise."""
        async with open_station(
            self.data, clock=self.clock, randomness=self.randomness, disk=self.disk
        ) as station:
            if catalogue and not (await status_of(station))["release"]:
                await self.exchange(station)
            yield station

    async def exchange(self, station: Station, line: Line | None = None) -> Tally | LineError:
        """One exchange with the parent; how it ended for the station."""
        ended, _ = await converse(
            station.exchanges.stores(),
            self.parent,
            self.randomness.token(8),
            clock=self.clock,
            line=line,
        )
        return ended

    def submission(
        self,
        name: str = "某人",
        *,
        item: str = "pension",
        files: Sequence[tuple[str, Path]] = (),
        application: str | None = None,
    ) -> Submission:
        """What a clerk hands in; each with an id of its own."""
        return Submission(
            application=ApplicationId(application or f"{next(self.numbers):032x}"),
            item=item,
            form=json.dumps({"name": name}, ensure_ascii=False),
            files=files,
        )

    async def submit(self, station: Station, *files: tuple[str, Path]) -> ApplicationId:
        """Hand in one more application."""
        return await station.intake.submit(self.submission(files=files))

    def file(self, size: int, name: str = "photo.jpg") -> Path:
        """A file to attach."""
        path = self.data.parent / f"{next(self.numbers)}-{name}"
        path.write_bytes(self.randomness.token(size))
        return path

    def envelope_of(self, application: ApplicationId) -> Envelope:
        """The envelope in which an application reached the parent."""
        for envelope in self.parent.envelopes.values():
            if self.county.open(envelope).application.hex() == application:
                return envelope
        raise AssertionError(f"{application} did not arrive")

    async def shown(self, station: Station, application: ApplicationId) -> dict[str, Any]:
        """One application of the status."""
        status = await status_of(station, self.password)
        (found,) = [a for a in status["applications"] if a["application"] == application]
        return dict(found)

    async def state(self, station: Station, application: ApplicationId) -> str:
        """Its state."""
        return str((await self.shown(station, application))["state"])
