"""The papers of an application: what is asked for, the pages that are there, and one more.

Everything works without a script: a file input for several files, and a button for each change.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.errors import MaterialUnknownError, PageStaleError, UsageError, YizhanError
from protocol.errors.clerk import SupplementEmptyError
from protocol.errors.scans import ScanFolderError
from protocol.ids import ApplicationId
from runtime.web.downloads import file_response
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from runtime.web.pieces import PIECES
from station_agent.desk.followups.returned import returned_of
from station_agent.desk.keys import DESK, note_opening, opened_of
from station_agent.desk.papers.asked import PapersShown, papers_shown, supplement_shown
from station_agent.desk.rights import DeskRight
from station_agent.drafts.content import DraftContent
from station_agent.followups.due import PaperDue
from station_agent.papers.hints import wanted_of
from station_agent.papers.pages import NewPage
from station_agent.papers.scanner import Scan, ScannerFolder
from station_agent.papers.service import PaperService, Step
from station_agent.papers.wanted import WHOLE, Crop

routes = web.RouteTableDef()

START = "/papers/"
_OF = START + "{code:[A-Za-z0-9._-]{1,50}}/{filing:[0-9a-f]{32}}"
_SHEET = _OF + "/sheet/{sheet:[0-9a-f]{32}}"
_PERCENT = 100
EDGES = {"top": "上边", "bottom": "下边", "left": "左边", "right": "右边"}  # as the page calls them
_OPPOSITE = (("top", "bottom"), ("left", "right"))
_TURNS = {"left": 270, "right": 90}
_STEPS = {"up": Step.UP, "down": Step.DOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that could not be taken in."""

    name: str  # empty: none was sent
    error: YizhanError
    place: str = ""  # id on the page: of the material or the page that it is about
    title: str = ""  # what that is called


@routes.get(_OF)
async def papers(request: web.Request) -> web.Response:
    """What is asked for, and what is there."""
    return await (await papers_of(Page(request))).show()


@routes.post(_OF + "/add/{material:[^/]{1,100}}")
async def add(request: web.Request) -> web.Response:
    """Take in each file that was sent; those that can't be taken are named on the page."""
    filing = await papers_of(Page(request))
    wanted = filing.new(request.match_info["material"])
    if PIECES not in request:
        raise PageStaleError
    refused = []
    async for name, data in request[PIECES].files("file"):
        try:
            await filing.service.add(wanted, data)
        except YizhanError as exc:
            refused.append(filing.refused(exc, wanted.material, file=name[:100]))
    return await filing.show(refused) if refused else filing.go(wanted.material)


@routes.post(_OF + "/scan/{material:[^/]{1,100}}")
async def scan(request: web.Request) -> web.Response:
    """Take in a file that the scanner has written."""
    page = Page(request)
    filing = await papers_of(page)
    if PIECES in request:
        raise PageStaleError
    wanted = filing.new(request.match_info["material"])
    try:
        await filing.service.add_scan(wanted, await page.field("scan"))
    except YizhanError as exc:
        return await filing.show([filing.refused(exc, wanted.material)])
    return filing.go(wanted.material)


@routes.post(f"{_SHEET}/change")
async def change(request: web.Request) -> web.Response:
    """Turn a page, cut its edges off, move it, take it away, or say that it is readable."""
    page = Page(request)
    filing = await papers_of(page)
    if PIECES in request:
        raise PageStaleError
    sheet = request.match_info["sheet"]
    try:
        await filing.change(sheet, await page.field("do"))
    except UsageError as exc:
        response = await filing.show([await filing.refused_page(exc, sheet)])
        response.set_status(400)
        return response
    return filing.go(sheet)


@routes.get(f"{_SHEET}/view")
async def view(request: web.Request) -> web.Response:
    """A page itself: a picture is shown, a PDF only saved."""
    filing = await papers_of(Page(request))
    vault = opened_of(filing.page).vault
    shown, data = await filing.service.content(
        vault, filing.application, request.match_info["sheet"]
    )
    return file_response(f"{shown.material}.{'pdf' if shown.is_pdf else 'jpg'}", data, save=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The papers of one application that is being filled in."""

    page: Page
    application: ApplicationId
    item: Item  # as it was when the form was begun
    form: FormData
    content: DraftContent

    @property
    def service(self) -> PaperService:
        """Keeps the pages."""
        return self.page.request.app[DESK].papers()

    def new(self, name: str) -> NewPage:
        """A page of a material. Raises MaterialUnknownError."""
        material = self.item.material(name)
        if material is None:
            raise MaterialUnknownError(repr(name[:60]))
        return NewPage(
            application=self.application,
            material=material.id,
            wanted=wanted_of(material.hint, material.max_bytes),
        )

    def refused(self, error: YizhanError, name: str, *, file: str = "") -> Refused:
        """What could not be taken in for a material, which is named by its title."""
        material = self.item.material(name)
        title = material.name if material else name
        return Refused(name=file, error=error, place=name, title=title)

    async def refused_page(self, error: YizhanError, sheet: str) -> Refused:
        """What could not be done to a page; its material is named."""
        pages = await self.service.pages(opened_of(self.page).vault, self.application)
        name = next((one.material for one in pages if one.page == sheet), "")
        return replace(self.refused(error, name), place=sheet)

    async def change(self, sheet: str, do: str) -> None:
        """What a button of a page says. Raises ScanUnknownError, UsageError."""
        own, vault = self.application, opened_of(self.page).vault
        if do in _TURNS:
            await self.service.turn(vault, own, sheet, degrees=_TURNS[do])
        elif do in _STEPS:
            await self.service.move(own, sheet, _STEPS[do])
        elif do == "crop":
            await self.service.turn(vault, own, sheet, crop=await self._crop())
        elif do == "remove":
            await self.service.remove(own, sheet)
        elif do in ("readable", "unreadable"):
            await self.service.say_readable(own, sheet, readable=do == "readable")
        else:
            raise UsageError(f"do: {do[:20]!r}")

    async def _crop(self) -> Crop:
        """What is left when so many per cent are cut off each edge."""
        cut = {}
        for edge, called in EDGES.items():
            percent = whole_number(await self.page.field(edge, most=3) or "0")
            if percent is None:
                raise UsageError(f"{called}：0–{_PERCENT} %")
            cut[edge] = percent * WHOLE // _PERCENT
        try:
            return Crop(
                left=cut["left"],
                top=cut["top"],
                right=WHOLE - cut["right"],
                bottom=WHOLE - cut["bottom"],
            )
        except ValueError:
            both = "、".join(f"{EDGES[a]} + {EDGES[b]}" for a, b in _OPPOSITE)
            raise UsageError(f"{both}：0–99 %") from None

    def go(self, place: str) -> web.Response:
        """The page again, at what was changed."""
        return self.page.go(f"{START}{self.item.id}/{self.application}#{place}")

    async def show(
        self,
        refused: Sequence[Refused] = (),
        *,
        said: str = "",
        error: YizhanError | None = None,
    ) -> web.Response:
        """The page, with the files that could not be taken in.

        Args:
            said: beside papers that follow.
            error: why they were not sent.
        """
        owed = await self._owed()
        scans, trouble = await _offered(self.service.scanner)
        return self.page.show(
            "desk/papers.html",
            follows=self.content.follows,
            owed={one.material: one for one in owed},
            returned=await returned_of(self.page, self.content),
            said=said,
            error=error,
            lacks_pages=isinstance(error, SupplementEmptyError),
            scans=scans,
            has_scanner=self.service.scanner.folder is not None,
            item=self.item,
            application=self.application,
            papers=await self._shown([one.material for one in owed]),
            refused=[*refused, *trouble],
            base=f"{START}{self.item.id}/{self.application}",
        )

    async def _owed(self) -> Sequence[PaperDue]:
        """What the application that these papers follow was promised."""
        if not self.content.follows:
            return []
        return await self.page.request.app[DESK].due.of(ApplicationId(self.content.follows))

    async def _shown(self, owed: Sequence[str]) -> PapersShown:
        pages = await self.service.pages(opened_of(self.page).vault, self.application)
        bytes_per_s = await self.service.bytes_per_s()
        if self.content.follows:
            return supplement_shown(self.item, owed, pages, bytes_per_s)
        return papers_shown(self.item, self.form, pages, bytes_per_s)


async def _offered(scanner: ScannerFolder) -> tuple[list[Scan], list[Refused]]:
    """What the scanner has written; or why that can't be seen."""
    try:
        return await scanner.offered(), []
    except ScanFolderError as exc:
        return [], [Refused(name="", error=exc)]


async def papers_of(page: Page) -> Papers:
    """The application that the address names; who has none is led to its form."""
    page.needs(DeskRight.WORK)
    desk, found = page.request.app[DESK], page.request.match_info
    application = ApplicationId(found["filing"])
    if await desk.drafts.is_handed_in(application):
        raise web.HTTPSeeOther(f"/applications/{application}")
    if followed := await desk.follow_ups.application_of(application):
        raise web.HTTPSeeOther(f"/applications/{followed}#followed")
    draft = await desk.drafts.find(opened_of(page), application)
    if draft is None or draft.item.found.entry is None:
        raise web.HTTPSeeOther(f"/items/{found['code']}/form/{application}")
    await note_opening(page, application)
    item = parse_item(draft.item.found.entry, draft.item.found.library)
    form = with_derived(read_entry(item.schema, draft.content.texts), item.schema.meant)
    return Papers(page=page, application=application, item=item, form=form, content=draft.content)
