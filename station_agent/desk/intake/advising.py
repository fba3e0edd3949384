"""一次性告知单: who leaves without handing in gets everything that is missing on one paper.

It is a follow-up that names nobody, kept here and counted at the county.

Source: docs/operations.md, "The desk".
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from aiohttp import web

from protocol.catalogue.forms.faults import MISSES
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.ids import ApplicationId
from protocol.limits import MAX_LACKING, MAX_REASON_CHARS
from protocol.records.followups import Advised, Said
from protocol.records.taken_in import Mode
from runtime.web.page import Page
from station_agent.desk.intake.filling import Filling, filling_of, item_of
from station_agent.desk.intake.lacking import lacking_of
from station_agent.desk.intake.start import asked_item, doubts_of, village_of
from station_agent.desk.intake.taken import papers_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.followups.calls import SendFollowUp
from station_agent.intake.calls import ItemShown, MaterialShown, ShowItem

routes = web.RouteTableDef()

_OF = "/items/{code:[A-Za-z0-9._-]{1,50}}/advise"
_ID_BYTES, _SHOWN = 16, 100
_PAPERS = ("a5", "roll")


@routes.post(_OF)
async def before(request: web.Request) -> web.Response:
    """Of an item that nobody has begun: everything that has to be brought."""
    page = Page(request).needs(DeskRight.WORK)
    item = await item_of(page)
    tells = item.facts.get("mode") == Mode.TELL
    lacking = [] if tells else [_brought(one) for one in item.materials]
    return await _advise(page, item, lacking, page.request.app[DESK].slips.division)


@routes.post(_OF + "/{application:[0-9a-f]{32}}")
async def begun(request: web.Request) -> web.Response:
    """Of one that is being filled in: empty fields, what is wrong, and papers that did not come."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    lacking = [one async for one in _lacking(filling)]
    return await _advise(page, filling.item, lacking, village_of(page, filling.said("start")))


@routes.post(_OF + "/{application:[0-9a-f]{32}}/doubts")
async def doubted(request: web.Request) -> web.Response:
    """Of one for whom the answers to the first questions say: probably not."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    said = filling.said("start")
    doubts = [_called(one.ask, one.say) for one in doubts_of(await asked_item(filling), said)]
    return await _advise(page, filling.item, [], village_of(page, said), doubts)


@routes.get("/advice")
async def listed(request: web.Request) -> web.Response:
    """All of them, the newest first."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    found = list(reversed(await desk.follow_ups.about(opened_of(page), "advised")))
    names = await desk.applying.names()
    return page.show("desk/advised.html", found=found[:_SHOWN], count=len(found), names=names)


@routes.get("/advice/{told:[0-9a-f]{32}}")
async def sheet(request: web.Request) -> web.Response:
    """One as it is printed."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    told = await desk.follow_ups.one(opened_of(page), request.match_info["told"])
    if told.said is None or not isinstance(told.said.subject, Advised):
        return page.go("/advice")
    code, item = told.said.subject.item, None
    with suppress(CatalogueMissingError, ItemUnknownError):
        item = await desk.applying.item(page.actor, ShowItem(item=code))
    asked = request.query.get("paper", "")
    return page.show(
        "desk/advice.html",
        told=told,
        is_told=told.said.subject.mode is Mode.TELL,
        name=(await desk.applying.names()).get(code, code),
        place=str(item.here.place or "") if item else "",
        time=str(item.here.time or "") if item else "",
        contact=str(item.here.contact or item.facts.get("contact", "")) if item else "",
        complaint=str(item.facts.get("complaint", "")) if item else "",
        papers=_PAPERS,
        paper=asked if asked in _PAPERS else _PAPERS[0],
    )


async def _lacking(filling: Filling) -> AsyncIterator[str]:
    form = filling.form_of(filling.texts)
    faults = filling.schema.faults(form)
    for fault in faults:
        yield _called(fault.title, "" if fault.code in MISSES else fault.short or fault.words)
    held = filling.held
    papers = await papers_of(filling.page, filling.application)
    if held is not None:
        lacking = lacking_of(held, form, faults, [one.material for one in papers])
        for paper in lacking.papers:
            yield _called(paper.words, "")


async def _advise(
    page: Page,
    item: ItemShown,
    lacking: Sequence[str],
    village: str,
    doubts: Sequence[str] = (),
) -> web.Response:
    desk = page.request.app[DESK]
    own = ApplicationId(desk.randomness.token(_ID_BYTES).hex())
    mode = str(item.facts.get("mode", ""))
    subject = Advised(
        item=item.item,
        lacking=tuple(dict.fromkeys(lacking))[:MAX_LACKING],
        mode=Mode(mode) if mode in list(Mode) else None,
        village=village,
        doubts=tuple(dict.fromkeys(doubts))[:MAX_LACKING],
    )
    said = Said(subject=subject, clerk=opened_of(page).clerk)
    await desk.follow_ups.send(page.actor, SendFollowUp(follow_up=own, application="", said=said))
    return page.go(f"/advice/{own}")


def _brought(one: MaterialShown) -> str:
    """Also where no file of it has to come: it is brought to be looked at."""
    choice = f"{one.group}：任选其一" if one.group else ""
    return _called(one.name, "；".join(filter(None, (choice, str(one.note or "")))))


def _called(name: str, note: str) -> str:
    return f"{name}（{note}）"[:MAX_REASON_CHARS] if note else name[:MAX_REASON_CHARS]
