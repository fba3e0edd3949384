"""Who can act at a node of a case, and whether somebody may: answered from one snapshot.

Somebody can always act as long as one account has the right to handle cases: whoever is named by a
flow and is not there is stood in for, in the order of :func:`who_can`.

Source: docs/operations.md, "Departments and posts"; docs/adr/0053-posts-and-delegations.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from central.county.departments.staffing import (
    POWER_NAMES,
    Delegation,
    Department,
    Post,
    Power,
    Staffing,
)
from protocol.errors import YizhanError
from protocol.errors.posts import (
    DelegationExpiredError,
    DelegationItemError,
    PostAccountError,
    PostNoneError,
    PostPowerError,
)
from protocol.limits import MAX_REASON_CHARS


class Ground(StrEnum):
    """On what ground somebody acts."""

    POST = "post"  # is in the post
    SUBSTITUTE = "substitute"  # stands in for somebody who is
    DELEGATION = "delegation"  # is the department's chief representative, or the deputy
    FALLBACK = "fallback"  # nobody of the post, and no representative, is there
    ANYBODY = "anybody"  # the county has set up no departments


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Somebody may, and why."""

    ground: Ground
    department: str = ""  # code
    post: str = ""
    stands_in_for: str = ""
    delegation: int | None = None  # its number: a decision cites it

    @property
    def right(self) -> str:
        """As an event of a case cites it; empty where nobody needs a post."""
        match self.ground:
            case Ground.DELEGATION:
                return f"授权 {self.delegation}"
            case Ground.POST:
                return self.post
            case Ground.SUBSTITUTE:
                return f"{self.post}，代 {self.stands_in_for}"[:MAX_REASON_CHARS]
            case Ground.FALLBACK:
                return "岗位无人"
            case Ground.ANYBODY:
                return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Somebody may not: an error that says why, for whoever raises it."""

    error: YizhanError

    @property
    def code(self) -> str:
        """Stable, docs/errors.md."""
        return self.error.code

    @property
    def words(self) -> str:
        """In Chinese."""
        return self.error.words()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A step of a case: where its flow says that it is handled, and by which power."""

    department: str  # as the item names it
    post: str  # as the node of its flow names it
    power: Power
    item: str  # its code
    day: date


def who_can(staffing: Staffing, asked: Question) -> tuple[str, ...]:
    """Who can do it that day: the first of these groups in which anybody is there.

    Those in the post, or who stand in for them; the department's chief representatives; whoever
    has that power in the department; whoever is in no post; everybody who may handle cases. Empty
    only if no account may.
    """
    groups: Sequence[Callable[[Staffing, Question], Iterable[str]]] = (
        _of_the_post,
        _representatives,
        _of_the_department,
        _at_large,
    )
    found = (tuple(dict.fromkeys(group(staffing, asked))) for group in groups)
    return next(filter(None, found), tuple(sorted(staffing.able)))


def may(staffing: Staffing, person: str, asked: Question) -> Permit | Refusal:
    """Whether somebody may do it that day. Whoever :func:`who_can` names may."""
    if person not in staffing.able:
        return Refusal(error=PostAccountError(person))
    if not staffing.departments:
        return Permit(ground=Ground.ANYBODY)
    permit = _by_post(staffing, person, asked) or _by_delegation(staffing, person, asked)
    if permit is not None:
        return permit
    if person in who_can(staffing, asked):
        return _by_any_post(staffing, person, asked) or Permit(ground=Ground.FALLBACK)
    return Refusal(error=_why_not(staffing, person, asked))


def works_for(staffing: Staffing, person: str, department: str, day: date) -> bool:
    """Whether somebody acts for a department on ``day``, in whatever post.

    Who is in no post does so for all, as everybody where no such department is set up.
    """
    found = staffing.department(department)
    if found is None or person not in staffing.seated:
        return True
    holders = {name for post in staffing.posts_of(found.code) for name in staffing.holders(post)}
    if any(person == one or person in staffing.stands_in(one, day) for one in holders):
        return True
    return any(
        one.department == found.code and person in (one.person, one.deputy)
        for one in staffing.in_force(day)
    )


def delegation_for(staffing: Staffing, person: str, asked: Question) -> Delegation | None:
    """The delegation by which somebody may do it that day; the deputy while the other is away."""
    for one, acting in _delegations(staffing, asked):
        if person in (acting, one.person):
            return one
    return None


def _of_the_post(staffing: Staffing, asked: Question) -> Iterator[str]:
    post = staffing.post(asked.department, asked.post)
    if post is not None and asked.power in post.powers:
        for person in staffing.holders(post):
            yield from staffing.acting(person, asked.day)


def _representatives(staffing: Staffing, asked: Question) -> Iterator[str]:
    for _, acting in _delegations(staffing, asked):
        if staffing.is_present(acting, asked.day):
            yield acting


def _of_the_department(staffing: Staffing, asked: Question) -> Iterator[str]:
    department = staffing.department(asked.department)
    for post in staffing.posts_of(department.code) if department else ():
        if asked.power in post.powers:
            for person in staffing.holders(post):
                yield from staffing.acting(person, asked.day)


def _at_large(staffing: Staffing, asked: Question) -> Iterator[str]:
    for person in sorted(staffing.able - staffing.seated):
        if not staffing.is_away(person, asked.day):
            yield person


def _delegations(staffing: Staffing, asked: Question) -> Iterator[tuple[Delegation, str]]:
    """Those that cover it, each with who acts by it that day."""
    department = staffing.department(asked.department)
    for one in staffing.in_force(asked.day):
        if department and one.department == department.code and one.covers(asked.power, asked.item):
            there = staffing.is_present(one.person, asked.day) or not one.deputy
            yield one, one.person if there else one.deputy


def _by_any_post(staffing: Staffing, person: str, asked: Question) -> Permit | None:
    """Where a flow names no post nobody is missing in it: any post of the department will do."""
    department = staffing.department(asked.department)
    if asked.post or department is None:
        return None
    posts = (one.name for one in staffing.posts_of(department.code))
    found = (_by_post(staffing, person, replace(asked, post=name)) for name in posts)
    return next(filter(None, found), None)


def _by_post(staffing: Staffing, person: str, asked: Question) -> Permit | None:
    post = staffing.post(asked.department, asked.post)
    if post is None or asked.power not in post.powers:
        return None
    holders = staffing.holders(post)
    if person in holders:
        return Permit(ground=Ground.POST, department=post.department, post=post.name)
    for holder in holders:
        if person in staffing.stands_in(holder, asked.day):
            return Permit(
                ground=Ground.SUBSTITUTE,
                department=post.department,
                post=post.name,
                stands_in_for=holder,
            )
    return None


def _by_delegation(staffing: Staffing, person: str, asked: Question) -> Permit | None:
    found = delegation_for(staffing, person, asked)
    if found is None:
        return None
    return Permit(
        ground=Ground.DELEGATION,
        department=found.department,
        stands_in_for=found.person if found.person != person else "",
        delegation=found.number,
    )


def _why_not(staffing: Staffing, person: str, asked: Question) -> YizhanError:
    department = staffing.department(asked.department)
    power = POWER_NAMES[asked.power]
    if department is not None:
        if refused := _of_delegations(staffing, person, asked, department):
            return refused
        held = [
            one for one in _held(staffing, person, asked.day) if one.department == department.code
        ]
        if any(asked.post in one.names for one in held):
            return PostPowerError(f"{asked.post}，{power}")
        if held and not asked.post:
            return PostPowerError(f"{department.name}，{power}")
    return PostNoneError(f"{f'{asked.department} {asked.post}'.strip()}，{power}")


def _of_delegations(
    staffing: Staffing, person: str, asked: Question, department: Department
) -> YizhanError | None:
    """Why no delegation of this person will do; the newest that comes nearest says it."""
    own = [
        one
        for one in reversed(staffing.delegations)
        if one.department == department.code and person == one.person and one.powers
    ]
    in_force = {one.number for one in staffing.in_force(asked.day)}
    for one in own:
        if one.number in in_force and asked.power in one.powers:
            return DelegationItemError(f"{one.instrument}，{asked.item}")
    for one in own:
        if one.number not in in_force and one.covers(asked.power, asked.item):
            return DelegationExpiredError(f"{one.instrument}，{one.start} 至 {one.until}")
    for one in own:
        if one.number in in_force:
            return PostPowerError(f"{one.instrument}，{POWER_NAMES[asked.power]}")
    return None


def _held(staffing: Staffing, person: str, day: date) -> tuple[Post, ...]:
    """Posts that somebody is in or stands in for."""
    others = [
        one.person for one in staffing.substitutions if one.substitute == person and one.holds(day)
    ]
    return tuple(post for who in (person, *others) for post in staffing.posts_held(who))
