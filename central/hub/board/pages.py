"""The first page of the board, and what can be done there."""

from aiohttp import web

from central.accounts.roles import Right
from central.hub.board.figures import Board, board_of
from central.hub.board.keys import HUB, RELEASE, RETRYING
from central.hub.board.market import markets
from central.relay.retry.calls import Retry
from protocol.errors import YizhanError, from_code
from protocol.trust.schedule import local_time
from runtime.control.calls import Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/board")
async def overview(request: web.Request) -> web.Response:
    """Counts, ages and sizes; an open page asks for it again and again."""
    page = Page(request).needs(Right.LOOK)
    shown, now_ms = await board(page), page.site.clock.now_ms()
    return page.show(
        "board/overview.html",
        board=shown,
        markets=markets(
            page.request.app[RELEASE](),
            shown.stations,
            shown.townships,
            local_time(now_ms).date(),
        ),
        reason=reason,
    )


@routes.post("/board/retry")
async def retry(request: web.Request) -> web.Response:
    """Offer again what was set aside: one item, or all of it."""
    page = Page(request).needs(Right.RUN)
    wanted = Retry(item=await page.field("item"))
    await request.app[RETRYING].retry(page.actor, wanted)
    return page.go("/board")


def reason(code: str) -> YizhanError:
    """The error behind a code, whose words a page shows."""
    return from_code(code, "")


async def board(page: Page) -> Board:
    """The numbers of this moment."""
    state = await page.request.app[HUB].status(page.actor, Nothing())
    return board_of(state, page.site.clock.now_ms())
