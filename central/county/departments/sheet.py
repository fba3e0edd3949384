"""Departments, windows, posts, people and substitutes as one table: export is import.

A row for each person in each post; a post without anybody, a window without a post and a department
without either have a row of their own. What is named in the table is so afterwards; whatever it
does not name stays. Nothing is removed by a table, but for the posts and substitutes of a person
that it names.

Source: docs/operations.md, "Departments and posts".
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from central.county.departments.changing import named_also
from central.county.departments.checking import checked
from central.county.departments.staffing import (
    POWER_NAMES,
    Department,
    Person,
    Post,
    PostKey,
    Power,
    Powers,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from protocol.errors import YizhanError
from protocol.errors.posts import PostWordsError
from protocol.text import identifier, person_name

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Rows = Sequence[Sequence[str]]

CODE, NAME, ALIASES, PHONE = "部门编码", "部门", "部门别名", "部门电话"
WINDOW, POST, POST_ALIASES, POWERS = "窗口", "岗位", "岗位别名", "权限"
PERSON, AWAY, SUBSTITUTE, START, UNTIL = "人员", "外出至", "代班人", "代班起", "代班止"
HEADS = (
    *(CODE, NAME, ALIASES, PHONE, WINDOW, POST, POST_ALIASES, POWERS),
    *(PERSON, AWAY, SUBSTITUTE, START, UNTIL),
)
_OF_PERSON = {PERSON, AWAY, SUBSTITUTE, START, UNTIL}  # of somebody in no post
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_BETWEEN = re.compile(r"[；;\n]+")  # names have other marks in them: 农业、林业经办
_BETWEEN_POWERS = re.compile(r"[、，,；;\s]+")
_POWERS = {name: power for power, name in POWER_NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row."""

    row: int  # as table programs count; 0: of the whole table
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a table makes of who works where; with faults nothing."""

    staffing: Staffing
    faults: Sequence[Fault]


def rows_of(staffing: Staffing) -> list[list[str]]:
    """The table, with its headings."""
    return [list(HEADS), *([row.get(head, "") for head in HEADS] for row in _rows(staffing))]


def apply(before: Staffing, rows: Rows) -> Applied:
    """What the rows of a table, the first with its headings, make of it."""
    reading = _Reading(before)
    heads = [identifier(one) for one in rows[0]] if rows else []
    wrong = [one[:20] for one in heads if one and one not in HEADS]
    if wrong or NAME not in heads:
        words = f"列名只能是：{'、'.join(HEADS)}" if wrong else f"第一行没有“{NAME}”这一列"
        return Applied(staffing=before, faults=[Fault(row=1, reason=words)])
    for number, cells in enumerate(rows[1:], start=2):
        row = {h: one.strip() for h, one in zip(heads, cells, strict=False) if h and one.strip()}
        if row:
            reading.take(number, row)
    return reading.done()


@dataclass(slots=True)
class _Reading:
    """A table while it is read: what its rows say so far, by what tells one from another."""

    before: Staffing
    faults: list[Fault] = field(default_factory=list)
    departments: dict[str, Department] = field(default_factory=dict)
    windows: set[ServiceWindow] = field(default_factory=set)
    posts: dict[PostKey, Post] = field(default_factory=dict)
    away: dict[str, date | None] = field(default_factory=dict)
    seats: set[Seat] = field(default_factory=set)
    substitutions: dict[tuple[str, str, date], Substitution] = field(default_factory=dict)

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """One row; what is wrong with it is noted."""
        try:
            if row.keys() <= _OF_PERSON:
                self._person(None, row)
                return
            code = self._department(row)
            self._window(code, row)
            self._person(self._post(code, row), row)
        except YizhanError as exc:
            self.faults.append(Fault(row=number, reason=_said(exc)))

    def done(self) -> Applied:
        """What all of it comes to."""
        if self.faults:
            return Applied(staffing=self.before, faults=self.faults)
        old = self.before
        made = replace(
            old,
            departments=_put(old.departments, self.departments, lambda one: one.code),
            windows=tuple({*old.windows, *self.windows}),
            posts=_put(old.posts, self.posts, lambda one: one.key),
            persons=_put(
                old.persons,
                {name: Person(name=name, away_until=day) for name, day in self.away.items()},
                lambda one: one.name,
            ),
            seats=(*(one for one in old.seats if one.person not in self.away), *self.seats),
            substitutions=(
                *(one for one in old.substitutions if one.person not in self.away),
                *self.substitutions.values(),
            ),
        )
        try:
            return Applied(staffing=checked(made), faults=())
        except YizhanError as exc:
            return Applied(staffing=old, faults=[Fault(row=0, reason=_said(exc))])

    def _department(self, row: Mapping[str, str]) -> str:
        name = _name(row.get(NAME, ""), NAME)
        code = identifier(row.get(CODE, ""))
        known = next((one for one in self.departments.values() if one.name == name), None)
        old = known or self.before.department(name)
        if not code and old is None:
            raise PostWordsError(f"“{name}”是新的部门，要写{CODE}")
        if not code and old is not None:
            code, name = old.code, old.name
        had = self.departments.get(code) or next(
            (one for one in self.before.departments if one.code == code), None
        )
        if code in self.departments and self.departments[code].name != name:
            raise PostWordsError(f"{CODE} {code} 前面写的是“{self.departments[code].name}”")
        made = Department(
            code=code,
            name=name,
            aliases=list_of(row[ALIASES]) if ALIASES in row else had.aliases if had else (),
            phone=row.get(PHONE, had.phone if had else ""),
        )
        self.departments[code] = named_also(made, (had.name,) if had else ())
        return code

    def _window(self, code: str, row: Mapping[str, str]) -> None:
        if WINDOW in row:
            self.windows.add(ServiceWindow(department=code, name=_name(row[WINDOW], WINDOW)))

    def _post(self, code: str, row: Mapping[str, str]) -> Post | None:
        if POST not in row:
            if extra := [one for one in (POST_ALIASES, POWERS, PERSON) if one in row]:
                raise PostWordsError(f"写了{extra[0]}，没有写{POST}")
            return None
        name = _name(row[POST], POST)
        had = self.posts.get((code, name)) or self.before.post(code, name)
        window = _name(row[WINDOW], WINDOW) if WINDOW in row else had.window if had else ""
        made = Post(
            department=code,
            name=had.name if had else name,
            aliases=list_of(row[POST_ALIASES])
            if POST_ALIASES in row
            else had.aliases
            if had
            else (),
            powers=powers_of(row[POWERS]) if POWERS in row else had.powers if had else frozenset(),
            window=window,
        )
        self.posts[made.key] = made
        return made

    def _person(self, post: Post | None, row: Mapping[str, str]) -> None:
        if PERSON not in row:
            return
        person = _name(row[PERSON], PERSON)
        day = day_of(row[AWAY], AWAY) if AWAY in row else self.away.get(person)
        self.away[person] = day
        if post is not None:
            self.seats.add(Seat(department=post.department, post=post.name, person=person))
        if SUBSTITUTE in row:
            made = Substitution(
                person=person,
                substitute=_name(row[SUBSTITUTE], SUBSTITUTE),
                start=day_of(row.get(START, ""), START),
                until=day_of(row.get(UNTIL, ""), UNTIL),
            )
            self.substitutions[made.person, made.substitute, made.start] = made


def _rows(staffing: Staffing) -> Iterator[dict[str, str]]:
    told: set[str] = set()  # people whose absence and substitutes stand in a row already
    for department in staffing.departments:
        base = {CODE: department.code, NAME: department.name}
        said = {ALIASES: "；".join(department.aliases), PHONE: department.phone}
        posts = staffing.posts_of(department.code)
        at_posts = {one.window for one in posts}
        rows = [
            {WINDOW: one.name}
            for one in staffing.windows
            if one.department == department.code and one.name not in at_posts
        ]
        for post in posts:
            rows += _post_rows(staffing, post, told)
        for number, row in enumerate(rows or [{}]):
            yield {**base, **(said if not number else {}), **row}
    for person in staffing.persons:
        if person.name not in told:
            yield from _person_rows(staffing, person.name, told)


def _post_rows(staffing: Staffing, post: Post, told: set[str]) -> list[dict[str, str]]:
    base = {WINDOW: post.window, POST: post.name}
    said = {POST_ALIASES: "；".join(post.aliases), POWERS: power_words(post.powers)}
    rows: list[dict[str, str]] = []
    for person in staffing.holders(post):
        rows += _person_rows(staffing, person, told)
    return [{**base, **(said if not n else {}), **row} for n, row in enumerate(rows or [{}])]


def _person_rows(staffing: Staffing, person: str, told: set[str]) -> list[dict[str, str]]:
    if person in told:
        return [{PERSON: person}]
    told.add(person)
    until = next((one.away_until for one in staffing.persons if one.name == person), None)
    rows = [
        {SUBSTITUTE: one.substitute, START: one.start.isoformat(), UNTIL: one.until.isoformat()}
        for one in staffing.substitutions
        if one.person == person
    ] or [{}]
    rows[0][AWAY] = until.isoformat() if until else ""
    return [{PERSON: person, **row} for row in rows]


def power_words(powers: Powers) -> str:
    """As people write them: 受理、审核."""
    return "、".join(name for power, name in POWER_NAMES.items() if power in powers)


def powers_of(words: str) -> Powers:
    """What :func:`power_words` says, or the names of the program: accept,review.

    Raises:
        PostWordsError: one of them is no power.
    """
    found = []
    for word in filter(None, _BETWEEN_POWERS.split(words)):
        known = _POWERS.get(word) or next((one for one in Power if one == word), None)
        if known is None:
            raise PostWordsError(f"“{word[:20]}”不是权限，权限有：{'、'.join(_POWERS)}")
        found.append(known)
    return frozenset(found)


def list_of(words: str) -> tuple[str, ...]:
    """Names with semicolons or line ends between, each once."""
    return tuple(dict.fromkeys(filter(None, map(person_name, _BETWEEN.split(words)))))


def day_of(text: str, what: str) -> date:
    """A day as people write it: 2026-01-31, 2026/1/31, 2026年1月31日.

    Raises:
        PostWordsError: it is none.
    """
    found = _DAY.fullmatch(identifier(text))
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise PostWordsError(f"{what}应是日期，如 2026-01-31，现在是“{text[:20]}”")


def _put(old: Sequence[T], wanted: Mapping[K, T], key: Callable[[T], K]) -> tuple[T, ...]:
    return (*(one for one in old if key(one) not in wanted), *wanted.values())


def _said(exc: YizhanError) -> str:
    return exc.detail if isinstance(exc, PostWordsError) else exc.words()


def _name(text: str, what: str) -> str:
    name = person_name(text)
    if not name:
        raise PostWordsError(f"没有写{what}")
    return name
