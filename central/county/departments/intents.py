"""What each call asks for, as a change of who works where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from central.accounts.accounts import account_name
from central.county.departments import calls, changing
from central.county.departments.changing import Changed
from central.county.departments.staffing import (
    Delegation,
    Department,
    Post,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from protocol.errors.posts import DelegationUnknownError, PostUnknownError
from protocol.text import identifier, person_name
from runtime.control.calls import Call
from runtime.record import Detail

_SHOWN = 200  # characters in the record


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """When it is asked, and by whom."""

    today: date
    now_ms: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change that is asked for, and what the record says of it."""

    subject: str
    change: Callable[[Staffing], Changed]
    detail: Detail = field(default_factory=dict)
    of_oneself: str = ""  # the account that may ask for it without any other right


def _put_department(wanted: calls.PutDepartment, _: Context) -> Intent:
    code = identifier(wanted.code)

    def change(made: Staffing) -> Changed:
        old = next((one for one in made.departments if one.code == code), None)
        aliases, phone = wanted.aliases, wanted.phone
        named = Department(
            code=code,
            name=person_name(wanted.name),
            aliases=tuple(aliases) if aliases is not None else old.aliases if old else (),
            phone=phone if phone is not None else old.phone if old else "",
        )
        return Changed(staffing=changing.put_department(made, named))

    return Intent(subject=code, change=change, detail={"name": wanted.name[:_SHOWN]})


def _remove_department(wanted: calls.RemoveDepartment, context: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        code = _department(made, wanted.code).code
        to = _department(made, wanted.to) if wanted.to else None
        return changing.remove_department(made, code, to, context.today)

    return Intent(subject=wanted.code, change=change, detail={"successor": wanted.to})


def _put_window(wanted: calls.PutWindow, _: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        code = _department(made, wanted.department).code
        window = ServiceWindow(department=code, name=person_name(wanted.name))
        put = changing.remove_window if wanted.gone else changing.put_window
        return Changed(staffing=put(made, window))

    return Intent(subject=wanted.department, change=change, detail={"name": wanted.name[:_SHOWN]})


def _put_post(wanted: calls.PutPost, _: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        code = _department(made, wanted.department).code
        old = made.post(code, person_name(wanted.name))
        name = old.name if old else person_name(wanted.name)
        aliases, powers, window = wanted.aliases, wanted.powers, wanted.window
        named = Post(
            department=code,
            name=person_name(wanted.rename) or name,
            aliases=tuple(aliases) if aliases is not None else old.aliases if old else (),
            powers=powers if powers is not None else old.powers if old else frozenset(),
            window=window if window is not None else old.window if old else "",
        )
        renamed = name if wanted.rename else ""
        return Changed(staffing=changing.put_post(made, named, old_name=renamed))

    return Intent(subject=wanted.name, change=change, detail={"department": wanted.department})


def _remove_post(wanted: calls.RemovePost, _: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        post = _post(made, wanted.department, wanted.name)
        to = _post(made, wanted.department, wanted.to) if wanted.to else None
        return changing.remove_post(made, post.department, post.name, to)

    detail = {"department": wanted.department, "successor": wanted.to}
    return Intent(subject=wanted.name, change=change, detail=detail)


def _put_seat(wanted: calls.PutSeat, _: Context) -> Intent:
    person = account_name(wanted.person)

    def change(made: Staffing) -> Changed:
        post = _post(made, wanted.department, wanted.post)
        seat = Seat(department=post.department, post=post.name, person=person)
        put = changing.unseat if wanted.gone else changing.seat
        return Changed(staffing=put(made, seat))

    return Intent(subject=person, change=change, detail={"post": wanted.post})


def _put_away(wanted: calls.PutAway, _: Context) -> Intent:
    name = account_name(wanted.person)

    def change(made: Staffing) -> Changed:
        if name not in {one.name for one in made.persons} | made.able:
            raise PostUnknownError(name[:40])
        return Changed(staffing=changing.put_person(made, name, wanted.until))

    detail = {"upto": wanted.until.isoformat() if wanted.until else ""}
    return Intent(subject=name, change=change, detail=detail, of_oneself=name)


def _remove_person(wanted: calls.RemovePerson, context: Context) -> Intent:
    name, to = account_name(wanted.name), account_name(wanted.to)

    def change(made: Staffing) -> Changed:
        return changing.remove_person(made, name, to, context.today)

    return Intent(subject=name, change=change, detail={"successor": to})


def _put_substitute(wanted: calls.PutSubstitute, _: Context) -> Intent:
    person, other = account_name(wanted.person), account_name(wanted.substitute)

    def change(made: Staffing) -> Changed:
        if wanted.until is None:
            return Changed(staffing=changing.no_substitute(made, person, other, wanted.start))
        one = Substitution(person=person, substitute=other, start=wanted.start, until=wanted.until)
        return Changed(staffing=changing.substitute(made, one))

    return Intent(subject=person, change=change, detail={"substitute": other})


def _delegate(wanted: calls.Delegate, context: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        given = Delegation(
            number=0,
            instrument=person_name(wanted.instrument),
            department=_department(made, wanted.department).code,
            person=account_name(wanted.person),
            powers=wanted.powers,
            items=frozenset(map(identifier, wanted.items)),
            start=wanted.start,
            until=wanted.until,
            deputy=account_name(wanted.deputy),
            supersedes=wanted.supersedes,
            entered_ms=context.now_ms,
            entered_by=context.by[:_SHOWN],
        )
        return Changed(staffing=changing.delegate(made, given, context.today))

    detail = {"instrument": wanted.instrument[:_SHOWN], "department": wanted.department}
    return Intent(subject=wanted.person, change=change, detail=detail)


def _revoke(wanted: calls.Revoke, context: Context) -> Intent:
    def change(made: Staffing) -> Changed:
        old = next((one for one in made.delegations if one.number == wanted.number), None)
        if old is None:
            raise DelegationUnknownError(str(wanted.number))
        end = Delegation(
            number=0,
            instrument=person_name(wanted.instrument),
            department=old.department,
            person=old.person,
            powers=frozenset(),
            start=wanted.start,
            until=max(wanted.start, old.until),
            supersedes=old.number,
            entered_ms=context.now_ms,
            entered_by=context.by[:_SHOWN],
        )
        return Changed(staffing=changing.delegate(made, end, context.today))

    detail = {"instrument": wanted.instrument[:_SHOWN]}
    return Intent(subject=str(wanted.number), change=change, detail=detail)


def _department(made: Staffing, name: str) -> Department:
    found = made.department(identifier(name)) or made.department(person_name(name))
    if found is None:
        raise PostUnknownError(name[:40])
    return found


def _post(made: Staffing, department: str, name: str) -> Post:
    found = made.post(_department(made, department).code, person_name(name))
    if found is None:
        raise PostUnknownError(name[:40])
    return found


Make = Callable[[Any, Context], Intent]
INTENTS: Mapping[Call[Any, calls.Done], Make] = {
    calls.PUT_DEPARTMENT: _put_department,
    calls.REMOVE_DEPARTMENT: _remove_department,
    calls.PUT_WINDOW: _put_window,
    calls.PUT_POST: _put_post,
    calls.REMOVE_POST: _remove_post,
    calls.PUT_SEAT: _put_seat,
    calls.PUT_AWAY: _put_away,
    calls.REMOVE_PERSON: _remove_person,
    calls.PUT_SUBSTITUTE: _put_substitute,
    calls.DELEGATE: _delegate,
    calls.REVOKE: _revoke,
}
"""How each call that changes something is read."""
