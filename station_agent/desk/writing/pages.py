"""Writing about an application or to the county: a form, then photos and sending.

What was typed is on disk before the second page shows itself, and what is sent before that is said.
Photos go the way of papers: through a process of their own, drawn anew, sealed.

Source: docs/operations.md, "Written at the desk".
"""

from collections.abc import Mapping, Sequence

from aiohttp import web

from protocol.errors import PageMissingError, PageStaleError, UsageError, YizhanError
from protocol.errors.clerk import FollowUpTakenError
from protocol.ids import ApplicationId
from protocol.limits import MAX_FILE_BYTES
from protocol.records.letter_times import REPLY_TIMES
from runtime.web.downloads import file_response
from runtime.web.page import Page
from runtime.web.pieces import PIECES
from station_agent.desk.keys import DESK, note_followed, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.writing.fields import FORMS, OF_APPLICATION, faults_of
from station_agent.desk.writing.subjects import said_of
from station_agent.followups.calls import SendFollowUp
from station_agent.followups.filings import Filing
from station_agent.papers.hints import wanted_of
from station_agent.papers.pages import NewPage
from station_agent.papers.service import PaperService

routes = web.RouteTableDef()

START = "/writing/"
_ID_BYTES = 16
_WHAT = "{what:placed|taken-down|objection|visit|letter}"
_OF = START + "{writing:[0-9a-f]{32}}"
_SHEET = _OF + "/sheet/{sheet:[0-9a-f]{32}}"
_PHOTO = ""  # of no material
_MOST_CHARS = 20_000  # that are read of a field, so that what is too long stays on its page
_TURNS = {"left": 270, "right": 90}
_FILING, _APPLICATION = "filing", "application"  # fields of the form that are no question


@routes.get(f"/write/{_WHAT}")
async def form(request: web.Request) -> web.Response:
    """The form, empty or with what was typed so far."""
    page, what = Page(request).needs(DeskRight.WORK), request.match_info["what"]
    if _FILING in request.query:
        filing = await _filing(page, request.query[_FILING])
        return _ask(page, what, filing.texts, filing=filing.filing, application=filing.application)
    own = request.app[DESK].randomness.token(_ID_BYTES).hex()
    application = request.query.get(_APPLICATION, "")
    return _ask(page, what, {}, filing=own, application=application)


@routes.post(f"/write/{_WHAT}")
async def save(request: web.Request) -> web.Response:
    """Keep what was typed; what is wrong is said at its field."""
    page, what = Page(request).needs(DeskRight.WORK), request.match_info["what"]
    own, application = await sent_id(page), await page.field(_APPLICATION)
    texts = await texts_sent(page, what)
    desk = request.app[DESK]
    faults = faults_of(what, texts, desk.drafts.today())
    if faults:
        return _ask(page, what, texts, filing=own, application=application, faults=faults)
    try:
        known = await _known(page, what, application)
        await desk.filings.save(opened_of(page), own, about=what, application=known, texts=texts)
    except YizhanError as exc:
        return _ask(page, what, texts, filing=own, application=application, error=exc)
    return page.go(f"{START}{own}")


@routes.get(_OF)
async def check(request: web.Request) -> web.Response:
    """What was written, its photos, and the button that sends it."""
    page = Page(request).needs(DeskRight.WORK)
    try:
        filing = await _filing(page, request.match_info["writing"])
    except FollowUpTakenError:
        return page.go(f"/sent/{request.match_info['writing']}")
    return await _show(page, filing)


@routes.post(_OF + "/add")
async def add(request: web.Request) -> web.Response:
    """Take in each photo that was sent."""
    page = Page(request).needs(DeskRight.WORK)
    filing = await _filing(page, request.match_info["writing"])
    if PIECES not in request:
        raise PageStaleError
    error: YizhanError | None = None
    async for _, data in request[PIECES].files("file"):
        try:
            await _papers(page).add(_new(filing), data)
        except YizhanError as exc:
            error = exc
    return await _show(page, filing, error) if error else page.go(f"{START}{filing.filing}")


@routes.post(_OF + "/scan")
async def scan(request: web.Request) -> web.Response:
    """Take in a file that the scanner has written."""
    page = Page(request).needs(DeskRight.WORK)
    filing = await _filing(page, request.match_info["writing"])
    try:
        await _papers(page).add_scan(_new(filing), await page.field("scan"))
    except YizhanError as exc:
        return await _show(page, filing, exc)
    return page.go(f"{START}{filing.filing}")


@routes.post(f"{_SHEET}/change")
async def change(request: web.Request) -> web.Response:
    """Turn a photo, or take it away."""
    page = Page(request).needs(DeskRight.WORK)
    filing, sheet = await _filing(page, request.match_info["writing"]), request.match_info["sheet"]
    do = await page.field("do")
    if do in _TURNS:
        vault = opened_of(page).vault
        await _papers(page).turn(vault, filing.filing, sheet, degrees=_TURNS[do])
    elif do == "remove":
        await _papers(page).remove(filing.filing, sheet)
    else:
        raise UsageError(f"do: {do[:20]!r}")
    return page.go(f"{START}{filing.filing}")


@routes.get(f"{_SHEET}/view")
async def view(request: web.Request) -> web.Response:
    """A photo itself."""
    page = Page(request).needs(DeskRight.WORK)
    filing = await _filing(page, request.match_info["writing"])
    shown, data = await _papers(page).content(
        opened_of(page).vault, filing.filing, request.match_info["sheet"]
    )
    return file_response(f"photo.{'pdf' if shown.is_pdf else 'jpg'}", data, save=False)


@routes.post(_OF + "/send")
async def send(request: web.Request) -> web.Response:
    """Seal it for the county; where that leads is shown after the commit alone."""
    page = Page(request).needs(DeskRight.WORK)
    filing = await _filing(page, request.match_info["writing"])
    desk, opened = request.app[DESK], opened_of(page)
    today = desk.drafts.today()
    if faults := faults_of(filing.about, filing.texts, today):
        return _ask(
            page,
            filing.about,
            filing.texts,
            filing=filing.filing,
            application=filing.application,
            faults=faults,
        )
    wanted = SendFollowUp(
        follow_up=filing.filing,
        application=filing.application,
        said=said_of(filing.about, filing.texts, clerk=opened.clerk, today=today),
    )
    try:
        pages = await desk.papers().sealed(opened.vault, filing.filing)
        await desk.follow_ups.send(page.actor, wanted, pages=pages)
    except YizhanError as exc:
        return await _show(page, filing, exc)
    return page.go(f"/sent/{filing.filing}")


@routes.post(_OF + "/drop")
async def drop(request: web.Request) -> web.Response:
    """It is not wanted any more: into the bin, from where it comes back for 30 days."""
    page = Page(request).needs(DeskRight.WORK)
    await request.app[DESK].filings.throw_away(_id(request.match_info["writing"]))
    return page.go("/drafts/bin")


@routes.post(_OF + "/back")
async def put_back(request: web.Request) -> web.Response:
    """Out of the bin, and on with it."""
    page = Page(request).needs(DeskRight.WORK)
    own = _id(request.match_info["writing"])
    await request.app[DESK].filings.put_back(own)
    return page.go(f"{START}{own}")


@routes.get("/sent/{follow_up:[0-9a-f]{32}}")
async def sent(request: web.Request) -> web.Response:
    """What was sent, and how far it has got."""
    page = Page(request).needs(DeskRight.WORK)
    one = await request.app[DESK].follow_ups.one(opened_of(page), request.match_info["follow_up"])
    if one.about == "letter":
        return page.go(f"/letters/{one.follow_up}")
    return page.show("desk/sent.html", one=one)


async def texts_sent(page: Page, what: str) -> dict[str, str]:
    """What was typed into the fields of a form."""
    names = [field.name for field in FORMS[what].fields]
    return {name: await page.field(name, most=_MOST_CHARS) for name in names}


async def sent_id(page: Page) -> ApplicationId:
    """The id that a form carries. Raises PageMissingError."""
    return _id(await page.field(_FILING))


def _papers(page: Page) -> PaperService:
    return page.request.app[DESK].papers()


def _new(filing: Filing) -> NewPage:
    return NewPage(application=filing.filing, material=_PHOTO, wanted=wanted_of("", MAX_FILE_BYTES))


def _id(text: str) -> ApplicationId:
    if len(text) != 2 * _ID_BYTES or set(text) - set("0123456789abcdef"):
        raise PageMissingError
    return ApplicationId(text)


async def _filing(page: Page, text: str) -> Filing:
    filing = await page.request.app[DESK].filings.find(opened_of(page), _id(text))
    if filing.about not in FORMS:
        raise PageMissingError
    await note_followed(page, filing.application)
    return filing


async def _known(page: Page, what: str, application: str) -> str:
    """The id of the application that it is about. Raises ApplicationUnknownError, UsageError."""
    if application:
        return (await page.request.app[DESK].results.told(opened_of(page), application)).application
    if what in OF_APPLICATION:
        raise UsageError("没有写明是哪一件申请")
    return ""


def _ask(
    page: Page,
    what: str,
    texts: Mapping[str, str],
    *,
    filing: str,
    application: str,
    faults: Mapping[str, YizhanError] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    today = page.request.app[DESK].drafts.today()
    return page.show(
        "desk/write.html",
        what=what,
        form=FORMS[what],
        texts=texts,
        filing=filing,
        application=application,
        turned=False,
        errors=faults or {},
        error=error,
        today=today,
        times=REPLY_TIMES if what == "letter" else {},
    )


async def _show(page: Page, filing: Filing, error: YizhanError | None = None) -> web.Response:
    service = _papers(page)
    photos = await service.pages(opened_of(page).vault, filing.filing)
    scans: Sequence[object] = ()
    try:
        scans = await service.scanner.offered()
    except YizhanError as exc:
        error = error or exc
    return page.show(
        "desk/writing.html",
        filing=filing,
        form=FORMS[filing.about],
        photos=photos,
        scans=scans,
        base=f"{START}{filing.filing}",
        error=error,
    )
