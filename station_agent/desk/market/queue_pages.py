"""Waiting numbers at the desk: the clerk's page, the paper with a number, and the second screen.

The screen is for the crowd: anybody at this PC may open it, it shows numbers alone, and it goes on
while the desk is locked.

Source: docs/operations.md, "Market day".
"""

from aiohttp import web

from protocol.errors import UsageError
from runtime.actor import PROGRAM
from runtime.control.calls import Nothing
from runtime.web.numbers import whole_number
from runtime.web.page import Page, is_fragment
from station_agent.desk.keys import DESK
from station_agent.desk.rights import DeskRight
from station_agent.queueing.calls import ByClerk, ComeBack, OfNumber

routes = web.RouteTableDef()

SCREEN = "/queue-screen"  # open to everybody; "/queue" is not
_NUMBER = "{waiting:[1-9][0-9]{0,2}}"
_NEXT = 5  # numbers that the screen names beforehand


@routes.get("/queue")
async def queue(request: web.Request) -> web.Response:
    """Who is served, who is next, who was skipped."""
    page = Page(request).needs(DeskRight.WORK)
    found = await request.app[DESK].queueing.shown(page.actor, Nothing())
    return page.show("desk/queue.html", queue=found)


@routes.post("/queue/take")
async def take(request: web.Request) -> web.Response:
    """Give out the next number, and on to its paper."""
    page = Page(request).needs(DeskRight.WORK)
    taken = await request.app[DESK].queueing.take(page.actor, ByClerk(clerk=page.login.name))
    return page.go(f"/queue/{taken.number}/paper")


@routes.post("/queue/call")
async def call(request: web.Request) -> web.Response:
    """Call who is next after whom this page shows: an old page skips nobody who was just called."""
    page = Page(request).needs(DeskRight.WORK)
    seen = await page.field("after", most=4)
    await request.app[DESK].queueing.call(
        page.actor,
        ByClerk(clerk=page.login.name),
        after=whole_number(seen),
    )
    return page.go("/queue")


@routes.post("/queue/anew")
async def anew(request: web.Request) -> web.Response:
    """Begin with number 1 again."""
    page = Page(request).needs(DeskRight.WORK)
    await request.app[DESK].queueing.anew(page.actor, ByClerk(clerk=page.login.name))
    return page.go("/queue")


@routes.post(f"/queue/{_NUMBER}")
async def move(request: web.Request) -> web.Response:
    """Skip a number, let it come back, or say that its holder was served."""
    page = Page(request).needs(DeskRight.WORK)
    queueing, wanted = request.app[DESK].queueing, await page.field("do")
    number, clerk = int(request.match_info["waiting"]), page.login.name
    if wanted in ("back", "last"):
        come = ComeBack(number=number, last=wanted == "last", clerk=clerk)
        await queueing.back(page.actor, come)
    elif wanted == "skip":
        await queueing.skip(page.actor, OfNumber(number=number, clerk=clerk))
    elif wanted == "done":
        await queueing.done(page.actor, OfNumber(number=number, clerk=clerk))
    else:
        raise UsageError("do: back | last | skip | done")
    return page.go("/queue")


@routes.get(f"/queue/{_NUMBER}/paper")
async def paper(request: web.Request) -> web.Response:
    """The small slip of a number, for a roll of 80 mm; printed as often as it is wanted."""
    page = Page(request).needs(DeskRight.WORK)
    taken = await request.app[DESK].queueing.taken(int(request.match_info["waiting"]))
    return page.show("desk/waiting_slip.html", taken=taken)


@routes.get(SCREEN)
async def screen(request: web.Request) -> web.Response:
    """What the crowd sees; an open page asks for its news by itself."""
    found = await request.app[DESK].queueing.shown(PROGRAM, Nothing())
    template = "desk/queue_now.html" if is_fragment(request) else "desk/queue_screen.html"
    return Page(request).show(template, serving=found.serving, next_ones=found.waiting[:_NEXT])
