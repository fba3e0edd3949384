"""The page of one case: its form, papers, what followed, the way that it came, what was decided.

Each look at it stands in the audit record, and each paper that was opened.
"""

from functools import partial

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.calls import RESULT, CaseShown, ShowCase
from central.county.casework.pages.keys import BESIDE, CASES, DOCUMENTS_OF
from central.county.casework.pages.papers import all_papers, papers_under
from central.county.casework.reading import APPLICATION, DOCUMENT
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Layout
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.templates.kinds import KIND_WORDS
from protocol.errors import FileAbsentError
from runtime.web.downloads import file_response, shown_here
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
OF = f"{{of:{APPLICATION}|{RESULT}|{DOCUMENT}[1-9][0-9]{{0,15}}|[0-9a-f]{{32}}}}"
POSITION = "{position:[0-9]{1,2}}"


@routes.get(f"/cases/{CASE}")
async def one(request: web.Request) -> web.Response:
    """All of one case."""
    page = Page(request).needs(Right.CASES)
    wanted = ShowCase(case=request.match_info["case"])
    found = await request.app[CASES].one(page.actor, wanted)
    case, laid = found.case, _laid(found, page.language)
    return page.show(
        "cases/one.html",
        found=found,
        case=case,
        laid=laid,
        papers=partial(papers_under, found),
        titles=_titles(laid),
        came=_came(found),
        notes={one.n: one.note for one in case.documents},
        files_of={one.n: bool(one.attachments) for one in case.documents}.get,
        kind_words=KIND_WORDS,
        documents=await request.app[DOCUMENTS_OF](page.actor, found),
        beside=await request.app[BESIDE](page, case.case),
    )


@routes.get(f"/cases/{CASE}/files/{OF}/{POSITION}")
async def paper(request: web.Request) -> web.Response:
    """One paper: a picture is shown, a PDF within a page of ours, anything else only saved."""
    page = Page(request).needs(Right.CASES)
    case, of, position = (request.match_info[name] for name in ("case", "of", "position"))
    file = await request.app[CASES].file(page.actor, case, of, int(position))
    save = "save" in request.query
    return (
        shown_here(file.name, file.data)
        if "frame" in request.query and not save
        else (file_response(file.name, file.data, save=save))
    )


@routes.get(f"/cases/{CASE}/view/{OF}/{POSITION}")
async def look(request: web.Request) -> web.Response:
    """One paper after the other, large, and turned as one likes; nothing is saved."""
    page = Page(request).needs(Right.CASES)
    case, of, position = (request.match_info[name] for name in ("case", "of", "position"))
    found = await request.app[CASES].one(page.actor, ShowCase(case=case))
    every = all_papers(found)
    path = f"/cases/{found.case.case}/files/{of}/{int(position)}"
    at = next((n for n, (_, sheet) in enumerate(every) if sheet.path == path), None)
    if at is None:
        raise FileAbsentError(f"{of[:40]} {position}")
    turn = request.query.get("turn", "0")
    return page.show(
        "cases/view.html",
        case=found.case,
        title=every[at][0],
        sheet=every[at][1],
        at=at,
        every=every,
        before=every[at - 1][1] if at else None,
        after=every[at + 1][1] if at + 1 < len(every) else None,
        turn=int(turn) if turn in {"0", "1", "2", "3"} else 0,
    )


def _laid(found: CaseShown, language: str) -> Layout:
    form = found.case.form if isinstance(found.case.form, dict) else {"": found.case.form}
    return layout(FormSchema(found.schema), form, language=language, spare_rows=0)


def _titles(laid: Layout) -> dict[str, str]:
    """Titles of fields by their names in the form, for what is to be corrected."""
    parts = [part for section in laid.sections for part in section.parts]
    cells = [cell for one in parts if isinstance(one, Block) for row in one.rows for cell in row]
    inside = {cell.name: cell.title for cell in cells}
    return {one.name: one.title for one in parts} | inside


def _came(found: CaseShown) -> frozenset[str]:
    """Materials that came after the application."""
    return frozenset(
        file.material for one in found.case.follow_ups for file in one.attachments if file.material
    )
