"""Doing something with a case on a page: one form for each action, made from its event.

What was seen goes along: whoever was slower is told who was faster, and nothing is done twice.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.answers.sealing import Made
from central.county.casework.calls import CaseShown, ShowCase
from central.county.casework.pages.keys import CASES
from central.county.flows.calls import Act, CaseLife, Life
from central.county.flows.duplicates.pages.keys import DUPLICATES
from central.county.flows.effects import SENT
from central.county.flows.notes import MAX_NOTE_LENGTH
from central.county.flows.pages.keys import CHOICES, FLOWS, PREVIEW, USUAL_FAULTS
from central.county.flows.pages.marking import Form, Mark, faults_of, marks_of
from central.county.flows.pages.owing import granted, promises_of, refused
from central.county.flows.pages.sending import MAX_SENT_BYTES, MAX_SENT_FILES, keep, sent_files
from central.county.flows.pages.typed import INPUTS
from central.county.flows.words import WORDS as EVENT_WORDS
from central.county.flows.words import state_word
from central.pages.inputs import Input
from protocol.casework.bodies import WITH_REASON
from protocol.casework.clocks import WHAT_WORDS, What
from protocol.casework.events import closing, handling, opening
from protocol.casework.lights import LIGHT_WORDS, Light
from protocol.casework.states import STATE_WORDS
from protocol.casework.table import ACTIONS
from protocol.casework.usual import usual_first
from protocol.catalogue.templates.kinds import KIND_WORDS
from protocol.errors import RefusedError, UsageError
from protocol.errors.casework import StepFieldsError, StepUnknownError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_REASON_CHARS
from runtime.web.downloads import made_pdf
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
ACTION = "{action:[a-z-]{1,30}}"
WORDS = (
    *EVENT_WORDS.values(),
    *STATE_WORDS.values(),
    *LIGHT_WORDS.values(),
    *WHAT_WORDS.values(),
    *KIND_WORDS.values(),
    *{one.label: 0 for several in INPUTS.values() for one in several},
    *{text: 0 for several in INPUTS.values() for one in several for text in one.choices.values()},
)
"""What is translated beside the templates."""
_SEEN_DIGITS = 9
MARKING, OWING = "ask-correction", "accept"  # actions that mark papers, or let some come later
TELLING = "tell"  # names a document
BRINGING = frozenset(
    {
        opening.Accepted,
        opening.CorrectionAsked,
        opening.NotAccepted,
        opening.Transferred,
        handling.Extended,
        closing.Decided,
    }
)
"""What brings a document, which can be looked at before."""


async def beside(page: Page, case: str) -> Mapping[str, object]:
    """What the page of a case shows of its life."""
    life = await page.request.app[FLOWS].life(page.actor, CaseLife(case=case))
    done = page.request.query.get("done", "")
    notes, own = await page.request.app[FLOWS].notes(page.actor, case), page.actor.name
    usual, seldom = usual_first(life.enabled)
    return {
        "pairs": await page.request.app[DUPLICATES].beside(page.actor, case),
        "done": ACTIONS[done].word if done in ACTIONS else "",
        "life": life,
        "state": state_word(life.state),
        "light": LIGHT_WORDS[Light(life.light)],
        "limits": [(WHAT_WORDS[What(one.what)], one) for one in life.limits],
        "actions": [(name, ACTIONS[name].word) for name in usual],
        "seldom": [(name, ACTIONS[name].word) for name in seldom],
        "notes": [one for one in notes if one.by != own and one.text],
        "own": next((one for one in notes if one.by == own), None),
        "note_chars": MAX_NOTE_LENGTH,
        "events": [(EVENT_WORDS[one.kind], one) for one in life.events],
    }


@routes.get(f"/cases/{CASE}/act/{ACTION}")
async def asked(request: web.Request) -> web.Response:
    """The form of an action."""
    return await _show(Page(request).needs(Right.CASES))


@routes.post(f"/cases/{CASE}/act/{ACTION}")
async def done(request: web.Request) -> web.Response:
    """Do it; what is refused is said on the form, with what was typed and chosen."""
    page = Page(request).needs(Right.CASES)
    case, action = _named(page)
    typed, files = await _typed(page), list[Made]()
    try:
        files = await sent_files(page) if _sends(action) else []
        shown = await _case(page)
        if not_later := _refused(shown, action, await page.request.post()):
            return page.go(f"/cases/{case}/act/ask-correction?{urlencode({'paper': not_later})}")
        wanted = await _wanted(page, shown, typed)
        await request.app[FLOWS].act(page.actor, wanted, files=files)
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, typed=typed, kept=keep(page, files))
    return page.go(f"/cases/{case}?done={action}")


@routes.post(f"/cases/{CASE}/preview/{ACTION}")
async def preview(request: web.Request) -> web.Response:
    """The document that it would bring, as a draft; nothing is done."""
    page = Page(request).needs(Right.CASES)
    typed = await _typed(page)
    try:
        wanted = await _wanted(page, await _case(page), typed)
        data = await request.app[PREVIEW](page.actor, wanted)
        if data is None:
            raise StepFieldsError("这一步不发文书")
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, typed=typed)
    return made_pdf("draft.pdf", data)


async def _wanted(page: Page, shown: CaseShown | None, typed: Mapping[str, str]) -> Act:
    """What was typed, marked and granted, as the service takes it; raises StepFieldsError."""
    case, action = _named(page)
    form = await page.request.post()
    inputs = _inputs(action)
    fields = {one.name: one.value(typed[one.name]) for one in inputs if typed[one.name]}
    if shown and action == MARKING:
        fields["faults"] = faults_of([*chain(*await _marks(page, shown))])
    if shown and action == OWING:
        fields["owed"] = granted(promises_of(shown, form))
    seen = typed["seen"]
    return Act(
        case=case,
        action=action,
        note=typed["note"],
        fields=fields,
        seen=whole_number(seen) or 0,
    )


async def _typed(page: Page) -> dict[str, str]:
    _, action = _named(page)
    typed = {one.name: await page.field(one.name, most=MAX_NAME_CHARS) for one in _inputs(action)}
    typed["seen"] = await page.field("seen", most=_SEEN_DIGITS)
    return {**typed, "note": await page.field("note")}


def _refused(shown: CaseShown | None, action: str, form: Form) -> str:
    """Papers that may not come later, with commas between."""
    found = refused(promises_of(shown, form)) if shown and action == OWING else []
    return ",".join(found)


async def _marks(page: Page, shown: CaseShown) -> tuple[list[Mark], list[Mark]]:
    usual = await page.request.app[USUAL_FAULTS](page.actor, shown.case.case)
    papers = frozenset(filter(None, page.request.query.get("paper", "").split(",")))
    form: Form = await page.request.post()
    return marks_of(shown, usual, form, page.language, refused=papers)


async def _offered(page: Page, shown: CaseShown | None) -> tuple[Input, ...]:
    """The fields of the form, with lists of what fits where there is something to choose from."""
    case, action = _named(page)
    choices = await page.request.app[CHOICES](page.actor, case)
    if action == TELLING and shown:
        choices = {**choices, (action, "document"): [one.name for one in shown.case.documents]}
    return tuple(one.offering(choices.get((action, one.name), ())) for one in _inputs(action))


async def _case(page: Page) -> CaseShown | None:
    """The case, where its page needs more of it than its life."""
    case, action = _named(page)
    if action not in {MARKING, OWING, TELLING}:
        return None
    return await page.request.app[CASES].one(page.actor, ShowCase(case=case))


async def _show(
    page: Page,
    *,
    error: RefusedError | UsageError | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
    kept: Sequence[tuple[str, str]] = (),
) -> web.Response:
    case, action = _named(page)
    life: Life = await page.request.app[FLOWS].life(page.actor, CaseLife(case=case))
    shown = await _case(page)
    marks = await _marks(page, shown) if shown and action == MARKING else ([], [])
    promises = promises_of(shown, await page.request.post()) if shown and action == OWING else []
    return page.show(
        "flows/act.html",
        status=400 if error else 200,
        life=life,
        state=state_word(life.state),
        action=action,
        word=ACTIONS[action].word,
        possible=action in life.enabled,
        reasoned=ACTIONS[action].body in WITH_REASON,
        inputs=await _offered(page, shown),
        most=MAX_NOTE_CHARS,
        most_words=MAX_REASON_CHARS,
        fields=marks[0],
        papers=marks[1],
        promises=promises,
        sends=_sends(action),
        most_files=MAX_SENT_FILES,
        most_bytes=MAX_SENT_BYTES,
        kept=kept,
        brings=ACTIONS[action].body in BRINGING,
        error=error,
        typed=typed,
    )


def _named(page: Page) -> tuple[str, str]:
    """The case and the action of the address."""
    match = page.request.match_info
    return match["case"], match["action"]


def _sends(action: str) -> bool:
    return action in ACTIONS and ACTIONS[action].body in SENT


def _inputs(action: str) -> tuple[Input, ...]:
    if action not in ACTIONS:
        raise StepUnknownError(action)
    return INPUTS.get(action, ())
