"""All of it as one table: downloaded, changed, sent back, looked at, and then taken.

Source: docs/operations.md, "Departments and posts".
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.departments import calls
from central.county.departments.pages.keys import DEPARTMENTS
from central.county.departments.sheet import HEADS
from protocol.errors import UsageError, YizhanError
from protocol.limits import MAX_ROSTER_FILE_BYTES
from runtime.web.downloads import made_file
from runtime.web.page import Page
from runtime.web.site import FileForm

routes = web.RouteTableDef()

PATH = "/departments/table"
FILE_FORMS = {PATH: FileForm(right=Right.GRANT, max_bytes=MAX_ROSTER_FILE_BYTES)}
_KEPT = "{number:[0-9a-f]{32}}"
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_SHOWN = 500  # differences and faults that are looked at


@routes.get(PATH)
async def ask(request: web.Request) -> web.Response:
    """Where the table is downloaded, and sent back."""
    return _ask(Page(request).needs(Right.LOOK))


@routes.get(f"{PATH}.{{form:csv|xlsx}}")
async def download(request: web.Request) -> web.Response:
    """The table."""
    page, form = Page(request).needs(Right.LOOK), request.match_info["form"]
    wanted = calls.ExportStaffing(excel=form == "xlsx")
    made = await request.app[DEPARTMENTS].export(page.actor, wanted)
    return made_file(f"departments.{form}", _KINDS[form], made.data)


@routes.post(PATH)
async def upload(request: web.Request) -> web.Response:
    """Keep the table for a while; its own page says what it would change."""
    page = Page(request).needs(Right.GRANT)
    data = await page.upload("table")
    try:
        if not data:
            raise UsageError("请选择表格文件")
        await _tried(page, data)
        number = page.site.uploads.put(page.login.name, "departments", data)
    except YizhanError as exc:
        return _ask(page, error=exc)
    return page.go(f"{PATH}/check/{number}")


@routes.get(f"{PATH}/check/{_KEPT}")
async def preview(request: web.Request) -> web.Response:
    """What the table would change, or what is wrong with it; nothing is changed yet."""
    page, number = Page(request).needs(Right.GRANT), request.match_info["number"]
    kept = page.site.uploads.of(page.login.name, number)
    return await _preview(page, number, kept.data)


@routes.post(f"{PATH}/check/{_KEPT}/take")
async def take(request: web.Request) -> web.Response:
    """Take it."""
    page, number = Page(request).needs(Right.GRANT), request.match_info["number"]
    kept = page.site.uploads.of(page.login.name, number)
    wanted = calls.ImportStaffing(table=kept.data)
    found = await request.app[DEPARTMENTS].import_table(page.actor, wanted)
    if found.faults:  # somebody changed something since it was looked at
        return await _preview(page, number, kept.data)
    return page.go("/departments?done=1")


async def _tried(page: Page, data: bytes) -> calls.Imported:
    wanted = calls.ImportStaffing(table=data, try_only=True)
    return await page.request.app[DEPARTMENTS].import_table(page.actor, wanted)


async def _preview(page: Page, number: str, data: bytes) -> web.Response:
    found = await _tried(page, data)
    return page.show(
        "departments/check.html",
        status=400 if found.faults else 200,
        found=found,
        number=number,
        shown=_SHOWN,
    )


def _ask(page: Page, *, error: YizhanError | None = None) -> web.Response:
    return page.show(
        "departments/table.html", status=400 if error else 200, heads=HEADS, error=error
    )
