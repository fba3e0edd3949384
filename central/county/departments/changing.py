"""Changes of who works where: each makes another snapshot of one, and says which cases must move.

Renaming keeps the old name as an alias. What is taken away may name a successor, who gets the
cases, and the posts or names with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from central.county.departments.checking import checked
from central.county.departments.ports import PersonStand, PostStand, Stand
from central.county.departments.staffing import (
    Delegation,
    Department,
    Person,
    Post,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from protocol.errors.posts import (
    DelegationHeldError,
    DelegationUnknownError,
    PostUnknownError,
    PostWordsError,
)

N = TypeVar("N", Department, Post)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Cases that stand at ``origin`` have to go on at ``to``; None: none may stand there."""

    origin: Stand
    to: Stand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change comes to."""

    staffing: Staffing
    moves: Sequence[Move] = ()


Change = Callable[[Staffing], Changed]


def put_department(before: Staffing, wanted: Department) -> Staffing:
    """A new department, or other words for the one of this code; its old name stays an alias.

    Raises:
        PostWordsError, PostTakenError, PostManyError: see :func:`checked`.
    """
    old = next((one for one in before.departments if one.code == wanted.code), None)
    named = _keeping(wanted, old) if old else wanted
    others = [one for one in before.departments if one.code != wanted.code]
    return checked(replace(before, departments=(*others, named)))


def put_window(before: Staffing, wanted: ServiceWindow) -> Staffing:
    """A service window of a department. Raises as :func:`checked`."""
    windows = {*before.windows, wanted}
    return checked(replace(before, windows=tuple(windows)))


def remove_window(before: Staffing, wanted: ServiceWindow) -> Staffing:
    """The window is there no more; posts that were at it are at none. Raises PostUnknownError."""
    if wanted not in before.windows:
        raise PostUnknownError(wanted.name)
    posts = [
        replace(one, window="")
        if (one.department, one.window) == (wanted.department, wanted.name)
        else one
        for one in before.posts
    ]
    windows = [one for one in before.windows if one != wanted]
    return checked(replace(before, windows=tuple(windows), posts=tuple(posts)))


def put_post(before: Staffing, wanted: Post, old_name: str = "") -> Staffing:
    """A new post, or another name, powers or window for one; its old name stays an alias.

    Args:
        old_name: what it is called now, if it gets another name.

    Raises:
        PostUnknownError: there is no such department, or no post of the old name.
        PostWordsError, PostTakenError, PostManyError: see :func:`checked`.
    """
    key = (wanted.department, old_name or wanted.name)
    old = next((one for one in before.posts if one.key == key), None)
    if old is None and old_name:
        raise PostUnknownError(old_name)
    named = _keeping(wanted, old) if old else wanted
    others = [one for one in before.posts if one.key != key]
    seats = [
        replace(one, post=wanted.name) if (one.department, one.post) == key else one
        for one in before.seats
    ]
    return checked(replace(before, posts=(*others, named), seats=tuple(seats)))


def put_person(before: Staffing, name: str, away_until: date | None) -> Staffing:
    """Somebody is away until a day, or is there again. Raises as :func:`checked`."""
    others = [one for one in before.persons if one.name != name]
    made = Person(name=name, away_until=away_until)
    return checked(replace(before, persons=(*others, made)))


def seat(before: Staffing, wanted: Seat) -> Staffing:
    """Put somebody into a post. Raises as :func:`checked`."""
    known = any(one.name == wanted.person for one in before.persons)
    made = before if known else put_person(before, wanted.person, None)
    return checked(replace(made, seats=tuple({*made.seats, wanted})))


def unseat(before: Staffing, wanted: Seat) -> Staffing:
    """Take somebody out of a post. Raises PostUnknownError."""
    if wanted not in before.seats:
        raise PostUnknownError(f"{wanted.post} {wanted.person}")
    return replace(before, seats=tuple(one for one in before.seats if one != wanted))


def substitute(before: Staffing, wanted: Substitution) -> Staffing:
    """Somebody stands in for another from a day on; the same pair from that day is replaced.

    Raises as :func:`checked`.
    """
    key = substitution_key(wanted)
    others = [one for one in before.substitutions if substitution_key(one) != key]
    return checked(replace(before, substitutions=(*others, wanted)))


def no_substitute(before: Staffing, person: str, by: str, start: date) -> Staffing:
    """It was not to be. Raises PostUnknownError."""
    kept = [one for one in before.substitutions if substitution_key(one) != (person, by, start)]
    if len(kept) == len(before.substitutions):
        raise PostUnknownError(f"{person} {by}")
    return replace(before, substitutions=tuple(kept))


def delegate(before: Staffing, wanted: Delegation, today: date) -> Staffing:
    """Enter a delegation under the next number; it takes the place of another if it names one.

    Raises:
        PostUnknownError: there is no such department or person.
        PostWordsError: no instrument, no days, or no power where nothing is taken back.
        DelegationUnknownError: what it supersedes is not there, or superseded already.
    """
    old = next((one for one in before.delegations if one.number == wanted.supersedes), None)
    gone = {one.supersedes for one in before.delegations}
    if wanted.supersedes is not None and (old is None or old.number in gone):
        raise DelegationUnknownError(str(wanted.supersedes))
    if wanted.until < wanted.start or wanted.until < today:
        raise PostWordsError(f"授权日期 {wanted.start} 至 {wanted.until}")
    if not wanted.powers and old is None:
        raise PostWordsError("没有写明授予的权限")
    if before.department(wanted.department) is None:
        raise PostUnknownError(wanted.department)
    persons = {one.name for one in before.persons}
    for person in filter(None, (wanted.person, wanted.deputy)):
        if person not in persons:
            raise PostUnknownError(person)
    made = replace(wanted, number=len(before.delegations) + 1)
    return checked(replace(before, delegations=(*before.delegations, made)))


def remove_post(before: Staffing, department: str, name: str, to: Post | None) -> Changed:
    """The post is there no more; a successor of its department gets its names, and so its cases.

    Raises:
        PostUnknownError: there is no such post, or ``to`` is the same or of another department.
    """
    gone = before.post(department, name)
    if gone is None or (to and (to.key == gone.key or to.department != gone.department)):
        raise PostUnknownError(name)
    posts = [one for one in before.posts if one.key != gone.key]
    if to is not None:
        posts = [named_also(one, gone.names) if one.key == to.key else one for one in posts]
    seats = [one for one in before.seats if (one.department, one.post) != gone.key]
    made = checked(replace(before, posts=tuple(posts), seats=tuple(seats)))
    move = Move(
        origin=post_stand(before, gone), to=post_stand(made, _again(made, to)) if to else None
    )
    return Changed(staffing=made, moves=(move,))


def remove_department(before: Staffing, code: str, to: Department | None, day: date) -> Changed:
    """The department is there no more; a successor gets its posts, people, windows and names.

    Raises:
        PostUnknownError: there is none, or it is its own successor.
        DelegationHeldError: a delegation of it counts, or will.
    """
    gone = next((one for one in before.departments if one.code == code), None)
    if gone is None or (to is not None and to.code == code):
        raise PostUnknownError(code)
    _require_no_delegation(before, day, lambda one: one.department == code)
    made = replace(before, departments=tuple(one for one in before.departments if one != gone))
    made = _merged(made, gone, to) if to else _emptied(made, code)
    moves = [
        Move(origin=post_stand(before, one), to=_heir(made, to, one) if to else None)
        for one in before.posts_of(code)
    ]
    return Changed(staffing=checked(made), moves=moves)


def remove_person(before: Staffing, name: str, to: str, day: date) -> Changed:
    """Somebody works here no more; a successor gets the cases and the posts.

    Raises:
        PostUnknownError: there is nobody of this name, or no such successor.
        DelegationHeldError: a delegation to this person, or as its deputy, counts, or will.
    """
    known = {one.name for one in before.persons}
    if name not in known or to == name or (to and to not in known):
        raise PostUnknownError(to or name)
    _require_no_delegation(before, day, lambda one: name in {one.person, one.deputy})
    seats = {
        replace(one, person=to) if one.person == name and to else one
        for one in before.seats
        if to or one.person != name
    }
    made = replace(
        before,
        persons=tuple(one for one in before.persons if one.name != name),
        seats=tuple(seats),
        substitutions=tuple(
            one for one in before.substitutions if name not in (one.person, one.substitute)
        ),
    )
    move = Move(origin=PersonStand(name=name), to=PersonStand(name=to) if to else None)
    return Changed(staffing=checked(made), moves=(move,))


def post_stand(staffing: Staffing, post: Post) -> PostStand:
    """A post, for whoever knows where cases stand."""
    department = staffing.department(post.department)
    names = department.names if department else ()
    return PostStand(code=post.department, departments=names, posts=post.names)


def substitution_key(one: Substitution) -> tuple[str, str, date]:
    """What tells it from all others."""
    return one.person, one.substitute, one.start


def _keeping(wanted: N, old: N) -> N:
    """``wanted``, which is found by the name of before as well."""
    former = () if wanted.name == old.name else (old.name,)
    return named_also(wanted, former)


def named_also(one: N, names: Sequence[str]) -> N:
    """It is found by these names as well."""
    aliases = tuple(name for name in dict.fromkeys((*one.aliases, *names)) if name != one.name)
    return replace(one, aliases=aliases)


def _again(staffing: Staffing, post: Post) -> Post:
    """The same post, as it is called now."""
    return next(one for one in staffing.posts if one.key == post.key)


def _merged(made: Staffing, gone: Department, to: Department) -> Staffing:
    """What was of ``gone`` is of ``to``; posts of one name become one."""
    posts = {one.key: one for one in made.posts if one.department != gone.code}
    seats = {one for one in made.seats if one.department != gone.code}
    for post in made.posts_of(gone.code):
        same = [one for one in made.posts_of(to.code) if {*one.names} & {*post.names}]
        heir = posts[same[0].key] if same else replace(post, department=to.code)
        posts[heir.key] = named_also(heir, post.names)
        seats |= {
            Seat(department=to.code, post=heir.name, person=one) for one in made.holders(post)
        }
    return replace(
        made,
        departments=tuple(
            named_also(one, gone.names) if one.code == to.code else one for one in made.departments
        ),
        windows=tuple(
            {
                replace(one, department=to.code) if one.department == gone.code else one
                for one in made.windows
            }
        ),
        posts=tuple(posts.values()),
        seats=tuple(seats),
    )


def _emptied(made: Staffing, code: str) -> Staffing:
    return replace(
        made,
        windows=tuple(one for one in made.windows if one.department != code),
        posts=tuple(one for one in made.posts if one.department != code),
        seats=tuple(one for one in made.seats if one.department != code),
    )


def _heir(made: Staffing, to: Department, post: Post) -> PostStand | None:
    found = made.post(to.code, post.name)
    return post_stand(made, found) if found else None


def _require_no_delegation(
    staffing: Staffing, day: date, concerned: Callable[[Delegation], bool]
) -> None:
    gone = {one.supersedes for one in staffing.delegations}
    for one in staffing.delegations:
        if concerned(one) and one.powers and one.until >= day and one.number not in gone:
            raise DelegationHeldError(str(one.number))
