"""Letters on pages: those without an answer first; each by itself, and answered there.

Each look at one stands in the audit record.
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.pages.papers import papers_of
from central.county.followups.calls import AnswerLetter, Letters, ShowLetter, Which
from central.county.followups.operations import PAGE
from central.county.followups.pages.keys import LETTERS
from protocol.errors import NodeUnknownError, UsageError, YizhanError
from protocol.errors.answers import CaseErasedError
from protocol.errors.office import LetterAnsweredError
from protocol.limits import MAX_NOTE_CHARS
from runtime.web.downloads import file_response
from runtime.web.page import Page

routes = web.RouteTableDef()

LETTER = "{letter:[0-9a-f]{32}}"
_ID_CHARS = 32


@routes.get("/letters")
async def listed(request: web.Request) -> web.Response:
    """Letters without an answer, the oldest first; or those that have one, the newest first."""
    page = Page(request).needs(Right.CASES)
    answered = "answered" in request.query
    which = Which.ANSWERED if answered else Which.OPEN
    wanted = Letters(after=request.query.get("after", "")[:_ID_CHARS], which=which)
    found = await request.app[LETTERS].letters(page.actor, wanted)
    more = found[-1].letter.follow_up if len(found) == PAGE else ""
    return page.show("letters/listed.html", found=found, answered=answered, more=more)


@routes.get(f"/letters/{LETTER}")
async def one(request: web.Request) -> web.Response:
    """One letter with its answer."""
    return await _show(Page(request).needs(Right.CASES))


@routes.post(f"/letters/{LETTER}")
async def answer(request: web.Request) -> web.Response:
    """Answer it, once."""
    page = Page(request).needs(Right.CASES)
    letter = request.match_info["letter"]
    words = await page.field("words")
    try:
        await request.app[LETTERS].answer(page.actor, AnswerLetter(letter=letter, words=words))
    except (UsageError, LetterAnsweredError, CaseErasedError, NodeUnknownError) as exc:
        return await _show(page, error=exc, words=words)
    return page.go(f"/letters/{letter}?done")


@routes.get(f"/letters/{LETTER}/files/{{position:[0-9]{{1,2}}}}")
async def paper(request: web.Request) -> web.Response:
    """One file of it: a picture is shown, anything else only saved."""
    page = Page(request).needs(Right.CASES)
    letter, position = request.match_info["letter"], int(request.match_info["position"])
    file = await request.app[LETTERS].file(page.actor, letter, position)
    return file_response(file.name, file.data, save="save" in request.query)


async def _show(page: Page, *, error: YizhanError | None = None, words: str = "") -> web.Response:
    letter = page.request.match_info["letter"]
    found = await page.request.app[LETTERS].one(page.actor, ShowLetter(letter=letter))
    said = found.letter.said
    papers = papers_of(
        found.letter.attachments, said.pages if said else (), {}, f"/letters/{letter}/files"
    )
    return page.show(
        "letters/one.html",
        status=400 if error else 200,
        found=found,
        letter=found.letter,
        papers=papers,
        most=MAX_NOTE_CHARS,
        done="done" in page.request.query,
        error=error,
        words=words,
    )
