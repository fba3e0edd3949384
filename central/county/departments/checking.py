"""Whether departments, posts and people can stand so: words, names apart, nothing missing."""

import re
from collections.abc import Collection, Hashable, Iterable, Sequence

from central.county.departments.staffing import Staffing
from protocol.errors.posts import (
    PostManyError,
    PostTakenError,
    PostUnknownError,
    PostWordsError,
)
from protocol.limits import MAX_NAME_CHARS

MAX_STAFFING = 5000  # entries of all kinds together: 51 departments with 400 people have 1,500

_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")


def checked(staffing: Staffing) -> Staffing:
    """``staffing`` if it can be so.

    Raises:
        PostWordsError: a word is empty or too long, days are not in order.
        PostUnknownError: something names what is not there.
        PostTakenError: a code or name is there twice.
        PostManyError: there is too much of it.
    """
    _require_few(staffing)
    _require_words(staffing)
    _require_apart(
        (name, one.code) for one in staffing.departments for name in {one.code, *one.names}
    )
    codes = {one.code for one in staffing.departments}
    posts = {one.key for one in staffing.posts}
    windows = {(one.department, one.name) for one in staffing.windows}
    persons = {one.name for one in staffing.persons}
    for code in codes:
        of_department = staffing.posts_of(code)
        _require_apart((name, one.name) for one in of_department for name in one.names)
    _require_known((one.department for one in staffing.windows), codes)
    _require_known((one.department for one in staffing.posts), codes)
    _require_known(((p.department, p.window) for p in staffing.posts if p.window), windows)
    _require_known(((one.department, one.post) for one in staffing.seats), posts)
    _require_known((one.person for one in staffing.seats), persons)
    for one in staffing.substitutions:
        _require_known((one.person, one.substitute), persons)
        if one.person == one.substitute or one.until < one.start:
            raise PostWordsError(f"代班 {one.person} {one.start} 至 {one.until}")
    return staffing


def _require_few(staffing: Staffing) -> None:
    parts: Sequence[Sequence[object]] = (
        staffing.departments,
        staffing.windows,
        staffing.posts,
        staffing.persons,
        staffing.seats,
        staffing.substitutions,
    )
    if sum(map(len, parts)) > MAX_STAFFING:
        raise PostManyError(str(MAX_STAFFING))


def _require_words(staffing: Staffing) -> None:
    for department in staffing.departments:
        if not _CODE.fullmatch(department.code):
            raise PostWordsError(f"部门编码“{department.code[:20]}”应为 1 至 20 位字母、数字或 -")
        _require_names(department.names)
        _require_short(department.phone)
    for post in staffing.posts:
        _require_names(post.names)
    _require_names([one.name for one in staffing.windows])
    _require_names([one.name for one in staffing.persons])
    for delegation in staffing.delegations:
        _require_names((delegation.instrument,))


def _require_names(names: Sequence[str]) -> None:
    for name in names:
        if not name:
            raise PostWordsError("名称是空的")
        if "；" in name or ";" in name:  # they part names in a table
            raise PostWordsError(f"“{name[:20]}”里有分号")
        _require_short(name)


def _require_short(words: str) -> None:
    if len(words) > MAX_NAME_CHARS or not words.isprintable():
        raise PostWordsError(f"“{words[:20]}”超过 {MAX_NAME_CHARS} 个字，或含有控制字符")


def _require_apart(named: Iterable[tuple[str, str]]) -> None:
    """Raise PostTakenError if a name belongs to two."""
    found: dict[str, str] = {}
    for name, owner in named:
        if found.setdefault(name, owner) != owner:
            raise PostTakenError(name)


def _require_known(named: Iterable[Hashable], known: Collection[Hashable]) -> None:
    for one in named:
        if one not in known:
            parts = one if isinstance(one, tuple) else (one,)
            raise PostUnknownError(" ".join(map(str, parts)))
