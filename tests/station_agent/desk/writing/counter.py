"""A clerk who is logged in, an application, and what the county reads of what she sends."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import FormData

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import FollowUp
from protocol.envelope.publicity_payloads import Publicity
from protocol.ids import ApplicationId
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import hidden, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

WHO, CASE = "黄秀英", "451423-2026-KT000001"
LINES = (
    PosterLine(label="申请人", text=WHO),
    PosterLine(label="身份证号", text="4514**********1230"),
)


@dataclass
class Writer:
    """What a test does at the desk."""

    village: Village
    station: Station
    visitor: Visitor
    application: ApplicationId

    async def writes(self, what: str, application: str | None = None, **texts: str) -> str:
        """Fill in a form and keep it; where that leads, or the page with its faults."""
        about = self.application if application is None else application
        page = await text_of(self.visitor, f"/write/{what}?application={about}")
        form = {name: hidden(page, name) for name in ("token", "filing")}
        named = {name.replace("_", "."): text for name, text in texts.items()}
        answer = await self.visitor.post(f"/write/{what}", {**form, "application": about, **named})
        return answer.headers["Location"] if answer.status == 303 else await answer.text()

    async def brings(self, place: str, *widths: int) -> int:
        """Photos for what is written there; how that was answered."""
        form = FormData()
        form.add_field("token", await self.visitor.token(place))
        for width in widths:
            photo = scans.picture(width)
            form.add_field("file", photo, filename="a.jpg", content_type="image/jpeg")
        return (await self.visitor.post(f"{place}/add", form)).status

    async def sends(self, place: str) -> str:
        """The button at the end; where that leads."""
        form = {"token": await self.visitor.token(place)}
        answer = await self.visitor.post(f"{place}/send", form)
        return answer.headers["Location"] if answer.status == 303 else await answer.text()

    async def own_words(self, what: str, application: str, **texts: str) -> tuple[int, str]:
        """The page that is turned to the citizen: where it leads, or what it says."""
        path = await self.turns(what, application)
        form = {"token": await self.visitor.token(path), "what": what, **texts}
        answer = await self.visitor.post(path, form)
        return answer.status, answer.headers.get("Location") or await answer.text()

    async def turns(self, what: str, application: str) -> str:
        """Where the citizen is, once the clerk has turned the screen."""
        page = f"/write/{what}?application={application}"
        form = {"token": await self.visitor.token(page), "application": application}
        answer = await self.visitor.post(f"/write/{what}/turn", form)
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]

    async def page(self, path: str) -> str:
        """What a page shows."""
        return await text_of(self.visitor, path)

    async def asks_for_a_poster(self, days: int = 7, n: int = 1) -> None:
        """The county sends the task."""
        task = Publicity(
            application=bytes.fromhex(self.application),
            case=CASE,
            poster=Poster(
                title="最低生活保障审核确认",
                days=days,
                unit=WindowUnit.DAYS,
                lines=LINES,
                contact="0771-0000121",
            ),
            n=n,
            at_ms=1,
        )
        self.village.parent.send(self.village.county.post(task, Lane.RESULTS))
        await self.village.exchange(self.station)

    async def at_county(self) -> list[FollowUp]:
        """What the county opens."""
        await self.village.exchange(self.station)
        every = self.village.parent.envelopes.values()
        return [self.village.county.open_follow_up(one) for one in every if one.header.seq > 1]


@asynccontextmanager
async def writing(village: Village) -> AsyncIterator[Writer]:
    """The desk of a station with an application."""
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission(WHO))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        yield Writer(village, station, visitor, application)


def heads(page: str) -> list[str]:
    """The headings of a page."""
    return re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page)
