"""Who looked at whom: from the audit record, by case or by who looked, for whoever watches.

A citizen who asks who has opened their case gets an answer on one page of paper.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.console.entries import MOST_CHARS, Found, Row, day_ms, rows_of
from central.county.console.keys import AUTHORITY, CASE_NAMES
from central.county.console.record import MOST_EXPORTED, as_table
from central.county.console.words import ACTIONS, DETAILS, VALUES
from protocol.errors import CaseUnknownError, UsageError, from_code
from runtime.web.downloads import made_file
from runtime.web.language import CHINESE
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

LOOKS, LOOKS_EXPORT = "audit.looks", "audit.looks-export"
LOOKED = frozenset(
    {
        "county.advised",
        "county.case",
        "county.case-export",
        "county.case-life",
        "county.case-list",
        "county.cases",
        "county.document-pdf",
        "county.document-stamps",
        "county.documents",
        "county.fee-day",
        "county.fee-of-case",
        "county.file",
        "county.files",
        "county.letter",
        "county.letters",
        "county.telephone",
        "county.work",
    }
)
"""Actions by which somebody sees something of a person, and changes nothing."""
_DAY_MS = 86_400_000
_PAGE = 200
_BY_PAGE = " (web)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What is asked; a case, or somebody who looks."""

    case: str = ""
    who: str = ""  # an account, all of its name
    since: str = ""  # day in China, 2026-09-21
    until: str = ""  # the same, the day included
    names: Sequence[str] = ()  # of the case, as the record may call it

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the address of a page, or a form; what is no day is ignored."""
        fields = {
            name: query.get(name, "")[:MOST_CHARS].strip()
            for name in ("case", "who", "since", "until")
        }
        for name in ("since", "until"):
            if day_ms(fields[name]) is None:
                fields[name] = ""
        return cls(**fields)

    @property
    def asked(self) -> dict[str, str]:
        """What stands in the address."""
        fields = {name: getattr(self, name) for name in ("case", "who", "since", "until")}
        return {name: value for name, value in fields.items() if value}

    @property
    def is_any(self) -> bool:
        """Whether a case or somebody is asked for."""
        return bool(self.case or self.who)

    def fits(self, row: Row) -> bool:
        """Whether ``row`` is asked for: of a case all that was done with it, else looks alone."""
        return (
            (row.subject in self.names if self.case else row.action in LOOKED)
            and self.who in ("", row.actor)
            and (not self.until or row.at_ms < (day_ms(self.until) or 0) + _DAY_MS)
            and not self.is_before(row.at_ms)
        )

    def is_before(self, at_ms: int) -> bool:
        """Whether that is earlier than what is asked for."""
        return bool(self.since) and at_ms < (day_ms(self.since) or 0)


@routes.get("/record/looks")
async def looks(request: web.Request) -> web.Response:
    """Who looked, newest first; that somebody asked is recorded."""
    page = Page(request).needs(Right.RECORD)
    wanted, error = Looks.of(request.query), None
    upto = whole_number(request.query.get("upto", "0"))
    if upto is None:
        raise UsageError("upto")
    found = Found(rows=(), older=0)
    if wanted.is_any:
        try:
            found = await _find(page, LOOKS, wanted, upto=upto, limit=_PAGE)
        except CaseUnknownError as exc:
            error = exc
    return page.show(
        "console/looks.html",
        status=400 if error else 200,
        found=found,
        wanted=wanted,
        older=urlencode({**wanted.asked, "upto": found.older}),
        actions=ACTIONS,
        details=DETAILS,
        values=VALUES,
        reason=lambda code: from_code(code, ""),
        error=error,
    )


@routes.post("/record/looks/table")
async def table(request: web.Request) -> web.Response:
    """The same as a table for a spreadsheet; that it was taken is recorded."""
    page = Page(request).needs(Right.RECORD)
    wanted = Looks.of({key: str(value) for key, value in (await request.post()).items()})
    if not wanted.is_any:
        raise UsageError("case, who")
    found = await _find(page, LOOKS_EXPORT, wanted, upto=0, limit=MOST_EXPORTED)
    words = page.site.templates.words[page.language].gettext
    text = await asyncio.to_thread(as_table, found, words, chinese=page.language == CHINESE)
    return made_file("looks.csv", "text/csv", text.encode("utf-8-sig"))


async def _find(page: Page, action: str, wanted: Looks, *, upto: int, limit: int) -> Found:
    """Note that it was asked, and look; raises CaseUnknownError."""
    await staff_of(page).record.note(
        page.actor, action, subject=wanted.case, detail={"person": wanted.who}
    )
    if wanted.case:
        wanted = replace(wanted, names=await page.request.app[CASE_NAMES](wanted.case))
    authority = page.request.app[AUTHORITY]
    named: dict[str, Sequence[str]] = (
        {"subject": wanted.names}
        if wanted.case
        else {"actor": (wanted.who, f"{wanted.who}{_BY_PAGE}")}
    )
    newest = partial(authority.audit.holding, named=named)
    nodes = authority.roster().nodes
    return await asyncio.to_thread(rows_of, newest, nodes, wanted, upto=upto, limit=limit)
