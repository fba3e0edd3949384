"""One answer of the county: shown, its files opened, printed, and handed over.

Source: docs/operations.md, "Handing over".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from protocol.errors import UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS
from protocol.records.followups import Delivered, Said, Telling, Way
from protocol.text import person_name
from runtime.web.downloads import can_be_shown, file_response
from runtime.web.page import Page
from station_agent.answers.calls import RecordTelling
from station_agent.answers.shown import Answer
from station_agent.desk.answers.photos import photos_of
from station_agent.desk.answers.words import KINDS, WAYS, way_words
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.status.calls import ApplicationShown

routes = web.RouteTableDef()

OF = "/applications/{application:[0-9a-f]{32}}/answers/{n:[1-9][0-9]{0,15}}"
_WITNESSES = ("witness-1", "witness-2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was sent, or as it begins."""

    way: str = "handed-over in-person"
    person: str = ""
    witnesses: Mapping[str, str] = field(default_factory=dict)
    day: str = ""


@routes.get(OF)
async def answer(request: web.Request) -> web.Response:
    """An answer, with what the clerk does about it."""
    return await _show(Page(request).needs(DeskRight.WORK))


@routes.post(OF)
async def handed(request: web.Request) -> web.Response:
    """Record whom it was handed to or who was told; faults stand at their field."""
    page = Page(request).needs(DeskRight.WORK)
    desk, typed, opened = request.app[DESK], await _typed(page), opened_of(page)
    application, n = where(request)
    found = await desk.answers.one(opened, application, n)
    try:
        said = _said(typed, found, opened.clerk)
        if (today := desk.drafts.today()) and said.day > str(today):
            raise UsageError("这一天还没有到")
        is_left = typed.way.endswith(Way.REFUSED.value)
        pages = await photos_of(page, found).sealed() if is_left else ()
        wanted = RecordTelling(application=application, said=said, n=n)
        await desk.answers.record(page.actor, wanted, opened=opened, pages=pages)
    except YizhanError as exc:
        return await _show(page, typed, exc)
    return page.go(f"{request.path}?saved#records")


@routes.get(OF + "/files/{position:[0-9]{1,2}}")
async def file(request: web.Request) -> web.Response:
    """A file of it: a picture is shown, everything else only saved."""
    page = Page(request).needs(DeskRight.WORK)
    application, n = where(request)
    name, data = await request.app[DESK].answers.file(
        opened_of(page), application, n, int(request.match_info["position"])
    )
    return file_response(name, data, save="save" in request.query)


@routes.get(OF + "/sheet")
async def sheet(request: web.Request) -> web.Response:
    """The same on paper, with lines for whoever signs for it (送达回证)."""
    page = Page(request).needs(DeskRight.WORK)
    found, one = await _found(page)
    wrong = await _wrong(page, found, one)
    return page.show(
        "desk/answer_sheet.html", answer=found, one=one, kinds=KINDS, ways=_ways, **wrong
    )


def where(request: web.Request) -> tuple[str, int]:
    """The application and the number of its answer that an address names."""
    return request.match_info["application"], int(request.match_info["n"])


async def _found(page: Page) -> tuple[Answer, ApplicationShown]:
    application, n = where(page.request)
    desk, opened = page.request.app[DESK], opened_of(page)
    found = await desk.answers.one(opened, application, n)
    return found, await desk.results.told(opened, application)


async def _wrong(page: Page, found: Answer, one: ApplicationShown) -> dict[str, Any]:
    """What is to be corrected, if this answer is the one that says so."""
    result = one.result
    is_own = result is not None and (result.outcome, result.at_ms) == (found.outcome, found.at_ms)
    faults = (result.faults or ()) if result is not None and is_own else ()
    return {
        "is_own": is_own,
        "faults": faults,
        "titles": await page.request.app[DESK].due.titles(one.item, faults),
    }


async def _show(
    page: Page, typed: Typed | None = None, error: YizhanError | None = None
) -> web.Response:
    found, one = await _found(page)
    agent = await page.request.app[DESK].answers.agent(opened_of(page), found.application)
    return page.show(
        "desk/answer.html",
        status=200 if error is None else 400,
        answer=found,
        one=one,
        agent=agent,
        kinds=KINDS,
        choices=_choices(found),
        ways=_ways,
        typed=typed or Typed(person=one.applicant or ""),
        error=error,
        photos=await photos_of(page, found).shown(),
        saved_now="saved" in page.request.query,
        can_be_shown=can_be_shown,
        most=MAX_NAME_CHARS,
        **await _wrong(page, found, one),
    )


def _ways(telling: Telling) -> str:
    return way_words(telling.what, telling.way)


def _choices(found: Answer) -> Mapping[str, str]:
    """What can still be recorded of it."""
    done = [name for name, is_done in (("told ", found.told), ("handed", found.handed)) if is_done]
    if found.handed:
        return {}
    return {way: words for way, words in WAYS.items() if not way.startswith(tuple(done))}


async def _typed(page: Page) -> Typed:
    return Typed(
        way=await page.field("way", most=40),
        person=person_name(await page.field("person")),
        witnesses={name: person_name(await page.field(name)) for name in _WITNESSES},
        day=await page.field("day", most=20),
    )


def _said(typed: Typed, found: Answer, clerk: str) -> Said:
    """What the form says. Raises UsageError: a field is empty, too long or unknown."""
    if typed.way not in WAYS:
        raise UsageError("请选怎样交的")
    if not typed.person:
        raise UsageError("请写明交给了谁，或告诉了谁")
    what, way = typed.way.split()
    names = [name for name in typed.witnesses.values() if name]
    if len(set(names)) < len(names):
        raise UsageError("两名见证人要是不同的人")
    try:
        return Said(
            subject=Telling(
                what=Delivered(what),
                way=Way(way),
                person=typed.person,
                document=found.name,
                witnesses=tuple(names) if way == Way.REFUSED.value else (),
            ),
            clerk=clerk,
            day=typed.day,
        )
    except ValueError:
        raise UsageError(f"名字最多 {MAX_NAME_CHARS} 个字，日期写成 2027-01-31") from None
