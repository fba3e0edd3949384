"""The page of one case: its form, papers, what followed, the way that it came, what was decided.

Each look at it stands in the audit record, and each paper that was opened.
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.calls import RESULT, CaseShown, ShowCase
from central.county.casework.pages.keys import CASES
from central.county.casework.pages.papers import Papers, papers_of
from central.county.casework.reading import APPLICATION, DOCUMENT
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Layout
from protocol.catalogue.forms.schema import FormSchema
from runtime.web.downloads import file_response
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
    case, stem = found.case, f"/cases/{found.case.case}/files"
    taken, laid = case.taken.pages if case.taken else (), _laid(found, page.language)

    def papers(of: str) -> Papers:
        if of == APPLICATION:
            return papers_of(case.attachments, taken, found.materials, f"{stem}/{of}")
        if of == RESULT:
            return papers_of(found.result, (), {}, f"{stem}/{of}")
        if of.startswith(DOCUMENT):
            n = int(of.removeprefix(DOCUMENT))
            sent = next(one.attachments for one in case.documents if one.n == n)
            return papers_of(sent, (), {}, f"{stem}/{of}")
        brought = next(one for one in case.follow_ups if one.follow_up == of)
        pages = brought.said.pages if brought.said else ()
        return papers_of(brought.attachments, pages, found.materials, f"{stem}/{of}")

    return page.show(
        "cases/one.html",
        found=found,
        case=case,
        laid=laid,
        papers=papers,
        titles=_titles(laid),
        came=_came(found),
    )


@routes.get(f"/cases/{CASE}/files/{OF}/{POSITION}")
async def paper(request: web.Request) -> web.Response:
    """One paper: a picture is shown, anything else only saved."""
    page = Page(request).needs(Right.CASES)
    case, of, position = (request.match_info[name] for name in ("case", "of", "position"))
    file = await request.app[CASES].file(page.actor, case, of, int(position))
    return file_response(file.name, file.data, save="save" in request.query)


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
