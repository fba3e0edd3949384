"""Telling the county what has changed: the applicant takes it back, or has another telephone.

Each page names what it sends by an id of its own, so that sending it twice is sending it once.

Source: docs/operations.md, "After handing in".
"""

from collections.abc import Mapping

from aiohttp import web

from protocol.catalogue.forms.identifiers import is_phone
from protocol.errors import UsageError, YizhanError
from protocol.ids import ApplicationId, application_id
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.records.followups import NewContact, Said, Subject, Withdrawal
from protocol.text import identifier, person_name
from runtime.web.page import Page
from station_agent.desk.followups.address import ONE, application_of, shown_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.followups.calls import SendFollowUp

routes = web.RouteTableDef()

_ID_BYTES = 16
_Faults = dict[str, YizhanError]


@routes.get(f"{ONE}/withdraw")
async def ask_withdrawal(request: web.Request) -> web.Response:
    """Who takes it back, and why."""
    return await _show(Page(request).needs(DeskRight.WORK), "withdraw")


@routes.post(f"{ONE}/withdraw")
async def withdraw(request: web.Request) -> web.Response:
    """Tell the county; what is wrong stands at its field."""
    page = Page(request).needs(DeskRight.WORK)
    said = await _said(page)
    if faults := _wrong_withdrawal(said):
        return await _show(page, "withdraw", said, faults)
    return await _send(
        page, "withdraw", said, Withdrawal(by=person_name(said["by"]), words=said["words"])
    )


@routes.get(f"{ONE}/contact")
async def ask_contact(request: web.Request) -> web.Response:
    """The telephone from now on."""
    return await _show(Page(request).needs(DeskRight.WORK), "contact")


@routes.post(f"{ONE}/contact")
async def contact(request: web.Request) -> web.Response:
    """Tell the county; what is wrong stands at its field."""
    page = Page(request).needs(DeskRight.WORK)
    said = await _said(page)
    if faults := _wrong_contact(said):
        return await _show(page, "contact", said, faults)
    subject = NewContact(phone=_plain(said["phone"]), name=person_name(said["name"]))
    return await _send(page, "contact", said, subject)


async def _said(page: Page) -> dict[str, str]:
    names = ("by", "words", "sure", "phone", "name", "own")
    return {name: await page.field(name) for name in names}


def _wrong_withdrawal(said: Mapping[str, str]) -> _Faults:
    faults: _Faults = {}
    if not 0 < len(person_name(said["by"])) <= MAX_NAME_CHARS:
        faults["by"] = UsageError(f"请写明是谁要撤回，最多 {MAX_NAME_CHARS} 个字")
    if not 0 < len(said["words"]) <= MAX_NOTE_CHARS:
        faults["words"] = UsageError(f"请写明为什么撤回，最多 {MAX_NOTE_CHARS} 个字")
    if not said["sure"]:
        faults["sure"] = UsageError("请先把上面的话读给群众听，群众确认了再勾")
    return faults


def _wrong_contact(said: Mapping[str, str]) -> _Faults:
    faults: _Faults = {}
    if not is_phone(_plain(said["phone"])):
        faults["phone"] = UsageError("电话号码不对：应是手机号，或带区号的固定电话")
    if len(person_name(said["name"])) > MAX_NAME_CHARS:
        faults["name"] = UsageError(f"姓名最多 {MAX_NAME_CHARS} 个字")
    return faults


def _plain(phone: str) -> str:
    """Without blanks, in whichever groups it was typed."""
    return "".join(identifier(phone).split())


async def _send(page: Page, step: str, said: Mapping[str, str], subject: Subject) -> web.Response:
    application = application_of(page.request)
    wanted = SendFollowUp(
        follow_up=application_id(said["own"]),
        application=application,
        said=Said(subject=subject, clerk=opened_of(page).clerk),
    )
    try:
        await page.request.app[DESK].follow_ups.send(page.actor, wanted)
    except YizhanError as exc:
        return await _show(page, step, said, error=exc)
    return page.go(f"/applications/{application}?sent#followed")


async def _show(
    page: Page,
    step: str,
    said: Mapping[str, str] | None = None,
    faults: Mapping[str, YizhanError] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    own = (said or {}).get("own") or _new_id(page)
    return page.show(
        f"desk/{step}.html",
        one=await shown_of(page),
        own=own,
        said=said,
        errors=faults or {},
        error=error,
        status=400 if faults or error else 200,
    )


def _new_id(page: Page) -> ApplicationId:
    return ApplicationId(page.request.app[DESK].randomness.token(_ID_BYTES).hex())
