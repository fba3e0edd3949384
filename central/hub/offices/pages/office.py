"""The township's own cases on the board: the list, a page for each, its papers, and what to do."""

import asyncio
from collections.abc import Mapping
from itertools import chain

from aiohttp import web

from central.accounts.roles import Right
from central.hub.offices.calls import ActAtOffice, ListCases, OfficeCaseShown, ShowCase
from central.hub.offices.pages.keys import OFFICE
from central.hub.offices.pages.typed import INPUTS
from central.pages.inputs import Input
from protocol.casework.bodies import WITH_REASON
from protocol.casework.states import STATE_WORDS, State
from protocol.casework.table import ACTIONS, BY_BODY
from protocol.casework.usual import usual_first
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Layout
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import RefusedError, UsageError
from protocol.errors.casework import StepUnknownError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from runtime.web.downloads import can_be_shown, file_response
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
ACTION = "{action:[a-z-]{1,30}}"
_SEEN_DIGITS = 9
_KINDS = {str(body.__struct_config__.tag): step.word for body, step in BY_BODY.items()}


@routes.get("/office")
async def listed(request: web.Request) -> web.Response:
    """The office's cases, the most urgent first; or those that it had."""
    page = Page(request).needs(Right.CASES)
    past = "past" in request.query
    found = await request.app[OFFICE].cases(page.actor, ListCases(owned=not past))
    return page.show("office/listed.html", found=found, past=past, states=_states())


@routes.get(f"/office/{CASE}")
async def one(request: web.Request) -> web.Response:
    """All of one case."""
    page = Page(request).needs(Right.CASES)
    found = await _found(page)
    done = request.query.get("done", "")
    return page.show(
        "office/one.html",
        found=found,
        case=found.listed,
        laid=_laid(found, page.language),
        state=_states()[found.listed.state],
        events=[(_KINDS.get(one.kind, "收件"), one) for one in found.events],
        actions=[(name, ACTIONS[name].word) for name in chain(*usual_first(found.enabled))],
        can_be_shown=can_be_shown,
        done=ACTIONS[done].word if done in ACTIONS else "",
    )


@routes.get(f"/office/{CASE}/files/{{position:[0-9]{{1,2}}}}")
async def paper(request: web.Request) -> web.Response:
    """One paper: a picture is shown, anything else only saved."""
    page = Page(request).needs(Right.CASES)
    case, position = (request.match_info[name] for name in ("case", "position"))
    office = request.app[OFFICE]
    wanted = await office.paper(page.actor, case, int(position))
    data = await asyncio.to_thread(office.opened, wanted)
    return file_response(wanted.name, data, save="save" in request.query)


@routes.get(f"/office/{CASE}/act/{ACTION}")
async def asked(request: web.Request) -> web.Response:
    """The form of an action."""
    return await _form(Page(request).needs(Right.CASES))


@routes.post(f"/office/{CASE}/act/{ACTION}")
async def done(request: web.Request) -> web.Response:
    """Do it; what is refused is said on the form, with what was typed."""
    page = Page(request).needs(Right.CASES)
    case, action = (request.match_info[name] for name in ("case", "action"))
    inputs = _inputs(action)
    typed = {one.name: await page.field(one.name, most=MAX_NAME_CHARS) for one in inputs}
    note = await page.field("note")
    seen = await page.field("seen", most=_SEEN_DIGITS)
    wanted = ActAtOffice(
        case=case,
        action=action,
        note=note,
        fields={name: value for name, value in typed.items() if value},
        seen=whole_number(seen) or 0,
    )
    try:
        await request.app[OFFICE].act(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _form(page, error=exc, typed={**typed, "note": note})
    return page.go(f"/office/{case}?done={action}")


async def _form(
    page: Page,
    *,
    error: RefusedError | UsageError | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    action = page.request.match_info["action"]
    inputs, found = _inputs(action), await _found(page)
    return page.show(
        "office/act.html",
        status=400 if error else 200,
        found=found,
        case=found.listed,
        state=_states()[found.listed.state],
        action=action,
        word=ACTIONS[action].word,
        possible=action in found.enabled,
        reasoned=ACTIONS[action].body in WITH_REASON,
        inputs=inputs,
        most=MAX_NOTE_CHARS,
        error=error,
        typed=typed or {},
    )


async def _found(page: Page) -> OfficeCaseShown:
    wanted = ShowCase(case=page.request.match_info["case"])
    return await page.request.app[OFFICE].case(page.actor, wanted)


def _inputs(action: str) -> tuple[Input, ...]:
    if action not in ACTIONS:
        raise StepUnknownError(action)
    return INPUTS.get(action, ())


def _laid(found: OfficeCaseShown, language: str) -> Layout:
    form = read_form(found.form.encode())
    return layout(FormSchema(found.schema), form, language=language, spare_rows=0)


def _states() -> Mapping[str, str]:
    return {state.value: STATE_WORDS[State(state)] for state in State}
