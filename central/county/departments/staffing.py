"""Who works where, as it stands at one moment: what every question about posts is answered from.

Nothing here asks a database or a clock. A department or post is found by its name or by an alias:
the names that it had before stay with it, since cases and flows keep naming them.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


class Power(StrEnum):
    """What somebody in a post, or by delegation, may do to a case."""

    ACCEPT = "accept"  # 受理: take in, ask for corrections
    REVIEW = "review"  # 审核
    DECIDE = "decide"  # 审批
    SEAL = "seal"  # 用印


POWER_NAMES: Mapping[Power, str] = {
    Power.ACCEPT: "受理",
    Power.REVIEW: "审核",
    Power.DECIDE: "审批",
    Power.SEAL: "用印",
}
Powers = frozenset[Power]
PostKey = tuple[str, str]  # code of the department, name of the post


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """An office of the county that decides about items."""

    code: str
    name: str  # as items of the catalogue write it
    aliases: tuple[str, ...] = ()  # what it was called before, or is called as well
    phone: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which it is found."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWindow:
    """Where a department serves people at the county's service centre."""

    department: str  # code
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What nodes of a flow name: who handles a case there has this post."""

    department: str  # code
    name: str  # as flows write it
    aliases: tuple[str, ...] = ()
    powers: Powers = frozenset()  # of a chief representative they come by delegation
    window: str = ""

    @property
    def key(self) -> PostKey:
        """What tells it from all others."""
        return self.department, self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which it is found."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who handles cases."""

    name: str  # of the account
    away_until: date | None = None  # the last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person in one post."""

    department: str
    post: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Somebody stands in for another; the other may act as well."""

    person: str
    substitute: str
    start: date
    until: date  # the last day

    def holds(self, day: date) -> bool:
        """Whether it counts on ``day``."""
        return self.start <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Powers that a department has given to its chief representative; never edited.

    Another delegation takes its place, from that one's first day on. One without powers takes it
    back.
    """

    number: int  # from 1, in the order in which they were entered
    instrument: str  # number of the paper
    department: str  # code
    person: str
    powers: Powers
    items: frozenset[str] = frozenset()  # codes; empty: all of the department
    start: date
    until: date  # the last day
    deputy: str = ""  # acts while the person is away
    supersedes: int | None = None  # number of another
    entered_ms: int = 0
    entered_by: str = ""

    def covers(self, power: Power, item: str) -> bool:
        """Whether it gives this power over this item, while it counts."""
        return power in self.powers and self.is_of(item)

    def is_of(self, item: str) -> bool:
        """Whether the item is among those that it names."""
        return not self.items or item in self.items


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """All of it, and who has an account with the right to handle cases."""

    departments: Sequence[Department] = ()
    windows: Sequence[ServiceWindow] = ()
    posts: Sequence[Post] = ()
    persons: Sequence[Person] = ()
    seats: Sequence[Seat] = ()
    substitutions: Sequence[Substitution] = ()
    delegations: Sequence[Delegation] = ()  # every one that ever was, by number
    able: frozenset[str] = frozenset()  # accounts that may log in and handle cases

    def department(self, name: str) -> Department | None:
        """The one of this name, alias or code."""
        return self._departments.get(name)

    def post(self, department: str, name: str) -> Post | None:
        """The one of this name or alias, in a department of this name, alias or code."""
        found = self.department(department)
        return self._posts.get((found.code, name)) if found else None

    def posts_of(self, code: str) -> tuple[Post, ...]:
        """Every post of a department."""
        return tuple(one for one in self.posts if one.department == code)

    def holders(self, post: Post) -> tuple[str, ...]:
        """Who is in a post, by name."""
        return self._holders.get(post.key, ())

    def posts_held(self, person: str) -> tuple[Post, ...]:
        """Every post that somebody is in."""
        return tuple(one for one in self.posts if person in self.holders(one))

    def is_present(self, person: str, day: date) -> bool:
        """Whether somebody can act on ``day``: has an account for it, and is not away."""
        return person in self.able and not self.is_away(person, day)

    def is_away(self, person: str, day: date) -> bool:
        """Whether somebody said to be away on ``day``."""
        until = self._away.get(person)
        return until is not None and day <= until

    def stands_in(self, person: str, day: date) -> Iterator[str]:
        """Who stands in for somebody on ``day``."""
        for one in self.substitutions:
            if one.person == person and one.holds(day):
                yield one.substitute

    def acting(self, person: str, day: date) -> Iterator[str]:
        """Somebody and who stands in: those of them who can act on ``day``."""
        for one in (person, *self.stands_in(person, day)):
            if self.is_present(one, day):
                yield one

    def in_force(self, day: date) -> tuple[Delegation, ...]:
        """Delegations that count on ``day``."""
        gone = {one.supersedes for one in self.delegations if one.start <= day}
        return tuple(
            one
            for one in self.delegations
            if one.start <= day <= one.until and one.number not in gone and one.powers
        )

    @cached_property
    def seated(self) -> frozenset[str]:
        """Everybody who is in a post."""
        return frozenset(one.person for one in self.seats)

    @cached_property
    def _departments(self) -> Mapping[str, Department]:
        by_code = {one.code: one for one in self.departments}
        return by_code | {name: one for one in self.departments for name in one.names}

    @cached_property
    def _posts(self) -> Mapping[PostKey, Post]:
        return {(one.department, name): one for one in self.posts for name in one.names}

    @cached_property
    def _holders(self) -> Mapping[PostKey, tuple[str, ...]]:
        found: dict[PostKey, tuple[str, ...]] = {}
        for one in self.seats:
            key = (one.department, one.post)
            found[key] = tuple(sorted((*found.get(key, ()), one.person)))
        return found

    @cached_property
    def _away(self) -> Mapping[str, date | None]:
        return {one.name: one.away_until for one in self.persons}
