"""Many cases on pages: chosen on the work list, looked at, confirmed, watched, stopped."""

import json
from functools import partial

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.bulk.pages.keys import BULK
from central.county.flows.bulk.service import MAX_BULK, Looked, Order, Run
from central.county.flows.bulk.service import OUTCOMES as CHOSEN
from central.county.flows.worklist.pages.listed import wanted_of
from protocol.catalogue.terms import OUTCOMES
from protocol.errors import PageMissingError, RefusedError, UsageError
from protocol.json_values import to_json
from protocol.limits import MAX_NOTE_CHARS
from runtime.web.page import Page

routes = web.RouteTableDef()

ORDER = "{order:[0-9a-f]{32}}"
TASK = "{number:[0-9a-f]{24}}"
_NAME = "bulk"
_CASE_CHARS = 60
_TYPED = {"token", "outcome", "note"}  # asked for again where something was wrong


@routes.post("/worklist/bulk")
async def look(request: web.Request) -> web.Response:
    """Look at what was chosen, or at all that the filter finds."""
    page, bulk = Page(request).needs(Right.CASES), request.app[BULK]
    form = await request.post()
    cases = [str(one)[:_CASE_CHARS] for one in form.getall("case", [])[: MAX_BULK + 1]]
    outcome, note = await page.field("outcome"), await page.field("note", most=MAX_NOTE_CHARS)
    try:
        if await page.field("every"):
            asked = {name: str(value) for name, value in form.items() if isinstance(value, str)}
            cases = await bulk.of_filter(page.actor, wanted_of(asked))
        order = await bulk.look(page.actor, cases, outcome, note)
    except (RefusedError, UsageError) as exc:
        return page.show(
            "bulk/look.html",
            status=400,
            order=None,
            error=exc,
            again=[(name, one) for name, one in form.items() if name not in _TYPED],
            chosen=len(cases),
            outcome=outcome,
            outcomes={name: OUTCOMES[name] for name in CHOSEN},
            note=note,
        )
    kept = json.dumps(to_json(order), ensure_ascii=False).encode()
    return page.go(f"/worklist/bulk/{page.site.uploads.put(page.login.name, _NAME, kept)}")


@routes.get(f"/worklist/bulk/{ORDER}")
async def looked(request: web.Request) -> web.Response:
    """What would become of each, and who is left out and why."""
    page = Page(request).needs(Right.CASES)
    number = request.match_info["order"]
    order = _kept(page, number)
    word = OUTCOMES[order.outcome]
    return page.show("bulk/look.html", order=order, number=number, error=None, word=word)


@routes.post(f"/worklist/bulk/{ORDER}")
async def confirmed(request: web.Request) -> web.Response:
    """Begin; its own page tells how far it is."""
    page = Page(request).needs(Right.CASES)
    run = Run(order=_kept(page, request.match_info["order"]))
    body = partial(request.app[BULK].run, page.actor, run)
    task = page.site.tasks.start(page.login.name, _NAME, body)
    task.result = run  # its lines are shown while it runs
    return page.go(f"/worklist/bulk/run/{task.number}")


@routes.get(f"/worklist/bulk/run/{TASK}")
async def running(request: web.Request) -> web.Response:
    """How far it is, and what became of each."""
    page = Page(request).needs(Right.CASES)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    word = OUTCOMES[task.result.order.outcome] if isinstance(task.result, Run) else ""
    return page.show("bulk/run.html", task=task, url=request.path, word=word)


@routes.get(f"/worklist/bulk/run/{TASK}/bar")
async def bar(request: web.Request) -> web.Response:
    """The bar alone; once it has ended, the browser loads the whole page."""
    page = Page(request).needs(Right.CASES)
    return page.bar(page.site.tasks.of(page.login.name, request.match_info["number"]))


@routes.post(f"/worklist/bulk/run/{TASK}/stop")
async def stop(request: web.Request) -> web.Response:
    """Come to no further case."""
    page = Page(request).needs(Right.CASES)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    if isinstance(task.result, Run):
        task.result.stopped = True
    return page.go(f"/worklist/bulk/run/{task.number}")


def _kept(page: Page, number: str) -> Order:
    kept = page.site.uploads.of(page.login.name, number)
    if kept.name != _NAME:
        raise PageMissingError(number)
    found = json.loads(kept.data)
    return Order(
        cases=[Looked(**one) for one in found["cases"]],
        outcome=found["outcome"],
        note=found["note"],
    )
