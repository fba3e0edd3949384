"""How pages that follow an application are addressed."""

from aiohttp import web

from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.status.calls import ApplicationShown

ONE = "/applications/{application:[0-9a-f]{32}}"


def application_of(request: web.Request) -> ApplicationId:
    """The application that the address names."""
    return ApplicationId(request.match_info["application"])


async def shown_of(page: Page) -> ApplicationShown:
    """The same as it stands; that the clerk opened it is written down.

    Raises:
        ApplicationUnknownError: no such application here.
    """
    desk = page.request.app[DESK]
    return await desk.results.told(opened_of(page), application_of(page.request))
