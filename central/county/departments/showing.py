"""Who works where, as commands and pages show it, and what differs between two states of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from central.county.departments.calls import (
    DelegationShown,
    DepartmentShown,
    Difference,
    Finding,
    PersonShown,
    PostShown,
    StaffingShown,
    SubstituteShown,
)
from central.county.departments.changing import substitution_key
from central.county.departments.staffing import (
    Delegation,
    Department,
    Person,
    Power,
    Staffing,
)

_ADDED, _CHANGED, _REMOVED = "added", "changed", "removed"


def shown(staffing: Staffing, findings: Sequence[Finding], day: date) -> StaffingShown:
    """All of it."""
    return StaffingShown(
        departments=[_department(staffing, one) for one in staffing.departments],
        persons=[_person(staffing, one, day) for one in staffing.persons],
        delegations=[
            delegation_shown(staffing, one, day) for one in reversed(staffing.delegations)
        ],
        findings=findings,
        accounts=sorted(staffing.able),
    )


def delegation_shown(staffing: Staffing, one: Delegation, day: date) -> DelegationShown:
    """A delegation, and what has become of it."""
    later = next((o.number for o in staffing.delegations if o.supersedes == one.number), None)
    department = staffing.department(one.department)
    return DelegationShown(
        number=one.number,
        instrument=one.instrument,
        department=one.department,
        department_name=department.name if department else one.department,
        person=one.person,
        powers=_powers(one.powers),
        items=sorted(one.items),
        start=one.start,
        until=one.until,
        deputy=one.deputy,
        supersedes=one.supersedes,
        superseded_by=later,
        state=_state(staffing, one, day),
        entered_ms=one.entered_ms,
        entered_by=one.entered_by,
    )


def differences(before: Staffing, after: Staffing) -> list[Difference]:
    """What is different, the kinds in the order in which they build on one another."""
    return [one for told in _TOLD for one in _of_kind(dict(told(before)), dict(told(after)))]


Told = Iterator[tuple[object, Difference]]


def _of_kind(
    old: Mapping[object, Difference], new: Mapping[object, Difference]
) -> Iterator[Difference]:
    for key, one in old.items():
        if key not in new:
            yield replace(one, change=_REMOVED)
    for key, one in new.items():
        if key not in old:
            yield one
        elif old[key] != one:
            yield replace(one, change=_CHANGED)


def _departments(staffing: Staffing) -> Told:
    for one in staffing.departments:
        other = " ".join(filter(None, (one.code, "；".join(one.aliases), one.phone)))
        yield (
            one.code,
            Difference(change=_ADDED, kind="department", department=one.name, other=other),
        )


def _windows(staffing: Staffing) -> Told:
    for one in staffing.windows:
        name = _name(staffing, one.department)
        yield one, Difference(change=_ADDED, kind="window", department=name, name=one.name)


def _posts(staffing: Staffing) -> Told:
    for one in staffing.posts:
        yield (
            one.key,
            Difference(
                change=_ADDED,
                kind="post",
                department=_name(staffing, one.department),
                name=one.name,
                other=" ".join(filter(None, (one.window, "；".join(one.aliases)))),
                powers=_powers(one.powers),
            ),
        )


def _persons(staffing: Staffing) -> Told:
    for one in staffing.persons:
        made = Difference(change=_ADDED, kind="person", person=one.name, until=one.away_until)
        yield one.name, made


def _seats(staffing: Staffing) -> Told:
    for one in staffing.seats:
        name = _name(staffing, one.department)
        yield (
            one,
            Difference(
                change=_ADDED, kind="seat", department=name, name=one.post, person=one.person
            ),
        )


def _substitutes(staffing: Staffing) -> Told:
    for one in staffing.substitutions:
        yield (
            substitution_key(one),
            Difference(
                change=_ADDED,
                kind="substitute",
                person=one.person,
                other=one.substitute,
                start=one.start,
                until=one.until,
            ),
        )


def _delegations(staffing: Staffing) -> Told:
    for one in staffing.delegations:
        yield (
            one.number,
            Difference(
                change=_ADDED,
                kind="delegation",
                department=_name(staffing, one.department),
                person=one.person,
                other=one.instrument,
                powers=_powers(one.powers),
                start=one.start,
                until=one.until,
            ),
        )


_TOLD = (_departments, _windows, _posts, _persons, _seats, _substitutes, _delegations)


def _name(staffing: Staffing, code: str) -> str:
    found = staffing.department(code)
    return found.name if found else code


def _department(staffing: Staffing, one: Department) -> DepartmentShown:
    return DepartmentShown(
        code=one.code,
        name=one.name,
        aliases=one.aliases,
        phone=one.phone,
        windows=[w.name for w in staffing.windows if w.department == one.code],
        posts=[
            PostShown(
                name=post.name,
                aliases=post.aliases,
                powers=_powers(post.powers),
                window=post.window,
                persons=staffing.holders(post),
            )
            for post in staffing.posts_of(one.code)
        ],
    )


def _person(staffing: Staffing, one: Person, day: date) -> PersonShown:
    return PersonShown(
        name=one.name,
        has_account=one.name in staffing.able,
        away_until=one.away_until if staffing.is_away(one.name, day) else None,
        posts=[
            (_name(staffing, post.department), post.name) for post in staffing.posts_held(one.name)
        ],
        substitutes=[
            SubstituteShown(
                substitute=other.substitute,
                start=other.start,
                until=other.until,
                counts=other.holds(day),
            )
            for other in staffing.substitutions
            if other.person == one.name and other.until >= day
        ],
    )


def _powers(powers: frozenset[Power]) -> list[Power]:
    return [one for one in Power if one in powers]


def _state(staffing: Staffing, one: Delegation, day: date) -> str:
    if not one.powers:
        return "end"
    if one in staffing.in_force(day):
        return "in-force"
    if any(o.supersedes == one.number and o.start <= day for o in staffing.delegations):
        return "superseded"
    return "to-come" if one.start > day else "over"
