"""Photos that prove a refusal: taken in as pages of papers are, beside the record that is written.

Source: docs/operations.md, "Handing over".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from protocol.errors import PageStaleError, YizhanError
from protocol.ids import ApplicationId
from runtime.web.page import Page
from runtime.web.pieces import PIECES
from station_agent.answers.shown import Answer
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.papers.hints import wanted_of
from station_agent.papers.pages import NewPage, PageShown, SealedPage
from station_agent.store.answers import record_id

routes = web.RouteTableDef()

START = "/photos/"
_OF = START + "{application:[0-9a-f]{32}}/{n:[1-9][0-9]{0,15}}"
_MAX_BYTES = 400_000  # of one, after it was made small


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """Those of one record that is being written."""

    page: Page
    answer: Answer

    @property
    def filing(self) -> ApplicationId:
        """Under which they lie: the record of handing over."""
        return record_id(self.answer.application, "handed-over", self.answer.n)

    async def shown(self) -> Sequence[PageShown]:
        """What there is."""
        if self.answer.handed:
            return ()
        papers = self.page.request.app[DESK].papers()
        return await papers.pages(opened_of(self.page).vault, self.filing)

    async def sealed(self) -> Sequence[SealedPage]:
        """As they go to the county."""
        papers = self.page.request.app[DESK].papers()
        return await papers.sealed(opened_of(self.page).vault, self.filing)


def photos_of(page: Page, answer: Answer) -> Photos:
    """Those of the record of handing over an answer."""
    return Photos(page=page, answer=answer)


@routes.post(_OF)
async def add(request: web.Request) -> web.Response:
    """Take in each photo that was sent."""
    page = Page(request).needs(DeskRight.WORK)
    if PIECES not in request:
        raise PageStaleError
    desk, opened = request.app[DESK], opened_of(page)
    application, n = request.match_info["application"], int(request.match_info["n"])
    photos = photos_of(page, await desk.answers.one(opened, application, n))
    await desk.filings.save(
        opened,
        photos.filing,
        about="telling",
        application=photos.answer.application,
        texts={},
    )
    wanted = NewPage(application=photos.filing, material="", wanted=wanted_of("", _MAX_BYTES))
    refused: YizhanError | None = None
    async for _, data in request[PIECES].files("file"):
        try:
            await desk.papers().add(wanted, data)
        except YizhanError as exc:
            refused = exc
    if refused is not None:
        raise refused
    return page.go(f"/applications/{application}/answers/{n}#photos")


@routes.post(_OF + "/drop")
async def drop(request: web.Request) -> web.Response:
    """Take the photos away again."""
    page = Page(request).needs(DeskRight.WORK)
    if PIECES in request:
        raise PageStaleError
    application, n = request.match_info["application"], int(request.match_info["n"])
    await request.app[DESK].filings.drop(record_id(application, "handed-over", n))
    return page.go(f"/applications/{application}/answers/{n}#photos")
