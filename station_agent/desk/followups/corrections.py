"""Answering what came back: a correction, or a new version of what the county could not take.

Source: docs/operations.md, "After handing in".
"""

from aiohttp import web

from protocol.ids import ApplicationId
from runtime.web.downloads import file_response
from runtime.web.page import Page
from station_agent.desk.followups.address import ONE, application_of
from station_agent.desk.keys import DESK, note_opening, opened_of
from station_agent.desk.papers.pages import START, papers_of
from station_agent.desk.rights import DeskRight
from station_agent.drafts.following import Following
from station_agent.papers.earlier import EarlierPages

routes = web.RouteTableDef()


@routes.post(f"{ONE}/correct")
async def correct(request: web.Request) -> web.Response:
    """On to the correction that somebody has begun, or to a new one."""
    return await _begin(Page(request).needs(DeskRight.WORK), Following.CORRECTION)


@routes.post(f"{ONE}/renew")
async def renew(request: web.Request) -> web.Response:
    """The same for one that the county could not take."""
    return await _begin(Page(request).needs(DeskRight.WORK), Following.AGAIN)


@routes.post(ONE + "/bring/{filing:[0-9a-f]{32}}")
async def bring(request: web.Request) -> web.Response:
    """Bring the pages of the application along into its correction, those that are not there."""
    papers = await papers_of(Page(request))
    await _pages(papers.page).bring(
        opened_of(papers.page).vault, ApplicationId(papers.content.earlier), papers.application
    )
    return papers.page.go(f"{START}{papers.item.id}/{papers.application}")


@routes.get(ONE + "/sheet/{sheet:[0-9a-f]{32}}")
async def sheet(request: web.Request) -> web.Response:
    """A page of one that was handed in, as long as it is here."""
    page = Page(request).needs(DeskRight.WORK)
    await note_opening(page, application_of(request))
    shown, data = await _pages(page).content(
        opened_of(page).vault, application_of(request), request.match_info["sheet"]
    )
    return file_response(f"{shown.material}.{'pdf' if shown.is_pdf else 'jpg'}", data, save=False)


async def _begin(page: Page, kind: Following) -> web.Response:
    application, opened = application_of(page.request), opened_of(page)
    begun = await page.request.app[DESK].following.begin(opened, application, kind)
    if begun.is_new:
        await _pages(page).bring(opened.vault, application, begun.draft)
    return page.go(f"/items/{begun.item}/form/{begun.draft}")


def _pages(page: Page) -> EarlierPages:
    return EarlierPages(page.request.app[DESK].papers())
