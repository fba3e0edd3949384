"""Where the originals of an application went: one more stop, the list, and paper to sign on.

Source: docs/operations.md, "Originals".
"""

from aiohttp import web

from protocol.errors import YizhanError
from protocol.limits import MAX_NAME_CHARS
from protocol.text import person_name
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.originals.calls import PassOn

routes = web.RouteTableDef()

_OF = "/applications/{application:[0-9a-f]{32}}/originals"
_FIELDS = ("what", "giver", "taker", "day")
_ID_BYTES = 16


@routes.get(_OF)
async def originals(request: web.Request) -> web.Response:
    """The stops so far, and the form for the next."""
    return await _show(Page(request).needs(DeskRight.WORK), dict.fromkeys(_FIELDS, ""))


@routes.post(_OF)
async def passed_on(request: web.Request) -> web.Response:
    """One more stop; it is on disk before it is said."""
    page = Page(request).needs(DeskRight.WORK)
    desk, typed = request.app[DESK], {name: await page.field(name) for name in _FIELDS}
    try:
        wanted = PassOn(
            stop=await page.field("stop", most=2 * _ID_BYTES),  # of the form: once, however often
            application=request.match_info["application"],
            what=person_name(typed["what"]),
            giver=person_name(typed["giver"]),
            taker=person_name(typed["taker"]),
            clerk=opened_of(page).clerk,
            day=typed["day"],
        )
        await desk.originals.pass_on(page.actor, wanted)
    except YizhanError as exc:
        return await _show(page, typed, exc)
    return page.go(f"{request.path}?saved")


async def _show(
    page: Page, typed: dict[str, str], error: YizhanError | None = None
) -> web.Response:
    desk, opened = page.request.app[DESK], opened_of(page)
    application = page.request.match_info["application"]
    return page.show(
        "desk/originals.html",
        status=200 if error is None else 400,
        one=await desk.results.told(opened, application),
        stops=await desk.originals.of(opened, application),
        typed=typed,
        stop=desk.randomness.token(_ID_BYTES).hex(),
        error=error,
        most=MAX_NAME_CHARS,
        saved_now="saved" in page.request.query,
    )
