"""Issuing blocks on a page: to chosen stations or to all, with how far it is and what came of it.

Source: docs/numbers.md.
"""

from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from central.accounts.roles import Right
from central.county.numbers.calls import IssueBlocks
from central.county.numbers.pages.keys import NUMBERS
from protocol.errors import UsageError, YizhanError, from_code
from protocol.numbers.number import NumberKind
from protocol.text import identifier
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

TASK = "{number:[0-9a-f]{24}}"
_MOST_CHARS = 12  # of a number that is typed
_MOST_NODES = 2000
_ALL, _SOME = "all", "some"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form."""

    kind: NumberKind
    to: str  # all of them, or those that are chosen
    nodes: frozenset[str] = frozenset()
    year: str
    count: str

    def wanted(self) -> IssueBlocks:
        """What is asked for. Raises UsageError if nobody is chosen."""
        if self.to not in (_ALL, _SOME) or (self.to == _SOME and not self.nodes):
            raise UsageError("请选择发给哪些单位")
        nodes = sorted(self.nodes) if self.to == _SOME else []
        year, count = _number(self.year), _number(self.count)
        return IssueBlocks(nodes=nodes, kind=self.kind, year=year, count=count)


@routes.get("/numbers/issue")
async def form(request: web.Request) -> web.Response:
    """Who is to get a block: the stations that may, or of tickets the offices that may charge."""
    page = Page(request).needs(Right.GRANT)
    kind = _kind(request.query.get("kind", ""))
    chosen = [node for node in (request.query.get("node", "")[:16],) if node]
    year, count = request.app[NUMBERS].usual
    typed = Typed(kind=kind, to=_SOME if chosen else "", year=str(year), count=str(count))
    return _show(page, replace(typed, nodes=frozenset(chosen)))


@routes.post("/numbers/issue")
async def issue(request: web.Request) -> web.Response:
    """Begin; its own page tells how far it is, and who got none and why."""
    page, operations = Page(request).needs(Right.GRANT), request.app[NUMBERS]
    typed = await _typed(page)
    try:
        wanted = operations.checked(page.actor, typed.wanted())
    except UsageError as exc:
        return _show(page, typed, error=exc)
    body = partial(operations.issue, page.actor, wanted)
    task = page.site.tasks.start(page.login.name, "numbers", body, subject=wanted.kind.value)
    return page.go(f"/numbers/issue/{task.number}")


@routes.get(f"/numbers/issue/{TASK}")
async def issued(request: web.Request) -> web.Response:
    """How far it is, and what came of it."""
    page = Page(request).needs(Right.GRANT)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    offices = request.app[NUMBERS].offices(page.actor)
    return page.show(
        "numbers/issued.html",
        task=task,
        url=request.path,
        names={one.node: one.name for one in offices},
        reason=lambda code: from_code(code, ""),
    )


@routes.get(f"/numbers/issue/{TASK}/bar")
async def bar(request: web.Request) -> web.Response:
    """The bar alone; once it has ended, the browser loads the whole page."""
    page = Page(request).needs(Right.GRANT)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    return page.bar(task)


async def _typed(page: Page) -> Typed:
    nodes = (await page.request.post()).getall("node", [])[:_MOST_NODES]
    return Typed(
        kind=_kind(await page.field("kind")),
        to=await page.field("to"),
        nodes=frozenset(str(node)[:50] for node in nodes),
        year=await page.field("year", most=_MOST_CHARS),
        count=await page.field("count", most=_MOST_CHARS),
    )


def _show(page: Page, typed: Typed, *, error: YizhanError | None = None) -> web.Response:
    offices = page.request.app[NUMBERS].offices(page.actor)
    if typed.kind is NumberKind.TICKET:
        offices = [one for one in offices if one.charges]
    this_year, _ = page.request.app[NUMBERS].usual
    return page.show(
        "numbers/issue.html",
        status=400 if error else 200,
        offices=offices,
        typed=typed,
        kind=typed.kind.value,
        years=(this_year, this_year + 1),
        error=error,
    )


def _kind(text: str) -> NumberKind:
    return NumberKind.TICKET if text == NumberKind.TICKET.value else NumberKind.CASE


def _number(text: str) -> int:
    """A number as it was typed, full-width digits too; -1, which no block has, if it is none."""
    return whole_number(identifier(text)) or -1
