"""The first page of the board, and what can be done there."""

from aiohttp import web

from central.accounts.pages.operations import run
from central.accounts.roles import Right
from central.hub.board.figures import Board, board_of
from protocol.errors import YizhanError, from_code
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/board")
async def overview(request: web.Request) -> web.Response:
    """Counts, ages and sizes; an open page asks for it again and again."""
    page = Page(request).needs(Right.LOOK)
    return page.show("board/overview.html", board=await board(page), reason=reason)


@routes.post("/board/retry")
async def retry(request: web.Request) -> web.Response:
    """Offer again what was set aside: one item, or all of it."""
    page = Page(request).needs(Right.RUN)
    await run(page, "hub.retry", item=await page.field("item"))
    return page.go("/board")


def reason(code: str) -> YizhanError:
    """The error behind a code, whose words a page shows."""
    return from_code(code, "")


async def board(page: Page) -> Board:
    """The numbers of this moment."""
    return board_of(await run(page, "hub.status"), page.site.clock.now_ms())
