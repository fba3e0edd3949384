"""The audit record on a page, for whoever watches the others: filtered, checked, exported."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.console.entries import Found, RecordFilter, Row, find_rows
from central.county.console.keys import AUTHORITY, PROVISIONING
from central.county.console.words import ACTIONS, DETAILS, VALUES, action_words
from protocol.errors import AuditBrokenError, UsageError, from_code
from provisioning.audit.calls import EXPORT, RecordChain, VerifyRecord
from runtime.record import BEGUN, DONE
from runtime.web.downloads import made_file
from runtime.web.language import CHINESE
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from runtime.web.words import moment

routes = web.RouteTableDef()

_PAGE = 100
MOST_EXPORTED = 20_000  # rows of a table; a spreadsheet takes more, hardly anybody reads them
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADINGS = ("编号", "时间", "何人", "方式", "操作", "对象", "节点编号", "结果", "详情")
_SAID = {DONE: "完成", BEGUN: "没有记到结果", "": "已记录"}
WAYS = {True: "网页", False: "命令行"}
WORDS = (
    *(*ACTIONS.values(), *DETAILS.values(), *VALUES.values()),
    *(*_HEADINGS, *_SAID.values(), *WAYS.values()),
)
"""What is translated beside the templates."""

Words = Callable[[str], str]


@routes.get("/record")
async def listed(request: web.Request) -> web.Response:
    """The newest actions that fit, or those up to a number."""
    return await _show(Page(request).needs(Right.RECORD))


@routes.post("/record/verify")
async def verify(request: web.Request) -> web.Response:
    """Read all of the record, compare it with what nodes hold, and say whether it is whole."""
    page = Page(request).needs(Right.RECORD)
    try:
        chain = await request.app[PROVISIONING].audit.verify(page.actor, VerifyRecord())
    except AuditBrokenError as exc:
        return await _show(page, broken=exc)
    return await _show(page, chain=chain)


@routes.post("/record/table")
async def table(request: web.Request) -> web.Response:
    """What the filter shows, as a table for a spreadsheet; that it was taken is recorded."""
    page = Page(request).needs(Right.RECORD)
    form = {key: str(value) for key, value in (await request.post()).items()}
    await staff_of(page).record.note(page.actor, EXPORT.name)
    found = await _find(page, RecordFilter.of(form), upto=0, limit=MOST_EXPORTED)
    words = page.site.templates.words[page.language].gettext
    text = await asyncio.to_thread(as_table, found, words, chinese=page.language == CHINESE)
    return made_file("audit.csv", "text/csv", text.encode("utf-8-sig"))


@routes.post("/record/signed")
async def signed(request: web.Request) -> web.Response:
    """The whole record, signed: what ``yizhan-provision audit verify --export`` compares later."""
    page = Page(request).needs(Right.RECORD)
    data = await request.app[PROVISIONING].audit.exported(page.actor)
    return made_file("audit.jsonl", "application/jsonl", data)


async def _find(page: Page, wanted: RecordFilter, *, upto: int, limit: int) -> Found:
    authority = page.request.app[AUTHORITY]
    nodes = authority.roster().nodes
    return await asyncio.to_thread(
        find_rows, authority.audit, nodes, wanted, upto=upto, limit=limit
    )


async def _show(
    page: Page, *, chain: RecordChain | None = None, broken: AuditBrokenError | None = None
) -> web.Response:
    query = page.request.query
    upto = whole_number(query.get("upto", "0"))
    if upto is None:
        raise UsageError("upto")
    wanted = RecordFilter.of(query)
    found = await _find(page, wanted, upto=upto, limit=_PAGE)
    fields = {name: getattr(wanted, name) for name in RecordFilter.__dataclass_fields__}
    asked = {name: value for name, value in fields.items() if value}
    return page.show(
        "console/record.html",
        found=found,
        wanted=wanted,
        asked=asked,
        older=urlencode({**asked, "upto": found.older}),
        actions=ACTIONS,
        details=DETAILS,
        values=VALUES,
        reason=lambda code: from_code(code, ""),
        chain=chain,
        broken=broken,
    )


def as_table(found: Found, words: Words, *, chinese: bool) -> str:
    """These rows as CSV, in words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([words(heading) for heading in _HEADINGS])
    for row in found.rows:
        writer.writerow([_cell(cell) for cell in _cells(row, words, chinese=chinese)])
    return out.getvalue()


def _cells(row: Row, words: Words, *, chinese: bool) -> list[str]:
    return [
        str(row.number),
        moment(row.at_ms),
        row.actor,
        words(WAYS[row.by_page]) if row.actor else "",
        words(action_words(row.action)),
        row.subject,
        row.node,
        _outcome(row, words, chinese=chinese),
        ("；" if chinese else "; ").join(_details(row.detail, words, "：" if chinese else ": ")),
    ]


def _outcome(row: Row, words: Words, *, chinese: bool) -> str:
    if not row.failed:
        return words(_SAID[row.outcome])
    why = from_code(row.outcome, "")
    return f"{why.words('zh' if chinese else 'en')} [{row.outcome}]"


def _details(detail: Mapping[str, str], words: Words, colon: str) -> list[str]:
    return [
        f"{words(DETAILS.get(key, key))}{colon}{words(VALUES.get(value, value))}"
        for key, value in detail.items()
    ]


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text
