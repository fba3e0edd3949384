"""Saved views of the work list: kept, shared, renamed, removed; one of them to begin with.

A view keeps what is asked, by words, and no case. It opens whatever has become of what it names:
what is gone is said. Whoever made a shared view changes it; if that account handles no cases any
more, whoever sees it may.

Source: docs/casework.md, "Saved views".
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.departments.service import Departments
from central.county.departments.staffing import Staffing
from central.county.flows.worklist.saved import queries
from central.county.flows.worklist.saved.models import ViewRow
from central.store.engine import Store
from protocol.errors import LoginForbiddenError, UsageError
from protocol.ports import Clock, Randomness
from protocol.text import visible
from runtime.actor import Actor
from runtime.record import Record

SAVE, RENAME, REMOVE = "county.view-save", "county.view-rename", "county.view-remove"
MAX_VIEWS = 50  # of one account
MAX_VIEW_NAME_CHARS = 30
VIEW_BYTES = 8
FILTERS = ("whose", "light", "state", "department", "item", "holder")
"""Of the work list, that a view keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWith:
    """Who sees a view beside its owner; nobody where both are empty."""

    department: str = ""  # code
    post: str = ""  # of it; empty: everybody in the department


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view, as somebody sees it."""

    view: str  # id in hex
    name: str
    owner: str
    asked: Mapping[str, str] = field(default_factory=dict)
    shared: str = ""  # with whom, in words; empty: with nobody
    changeable: bool = False  # by whoever sees it
    begins: bool = False  # the reader's list begins with it
    gone: Sequence[str] = ()  # departments and posts that it names, and that are not there any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """All that somebody sees, and with whom they may share one."""

    views: Sequence[View] = ()
    circles: Mapping[str, str] = field(default_factory=dict)  # words by "code" or "code post"

    def of(self, view: str) -> View | None:
        """The one of this id."""
        return next((one for one in self.views if one.view == view), None)

    @property
    def first(self) -> View | None:
        """With which the list begins."""
        return next((one for one in self.views if one.begins), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViews:
    """Of one county."""

    store: Store
    departments: Departments
    record: Record
    clock: Clock
    randomness: Randomness

    async def seen(self, actor: Actor) -> Views:
        """What a reader sees. Raises LoginForbiddenError."""
        actor.require(Right.CASES)
        return await self.store.transact(lambda session: self._seen(session, actor.name))

    async def save(
        self, actor: Actor, name: str, asked: Mapping[str, str], circle: str = ""
    ) -> str:
        """Keep a view; its id.

        Args:
            asked: filters by name.
            circle: with whom it is shared, of ``Views.circles``; empty: with nobody.

        Raises:
            LoginForbiddenError: the actor handles no cases.
            UsageError: it has no name, there are too many, or the actor is not of that circle.
        """
        kept = {key: asked[key] for key in FILTERS if asked.get(key)}
        view = self.randomness.token(VIEW_BYTES)

        async def work(session: AsyncSession) -> None:
            seen = await self._seen(session, actor.name)
            own = [one for one in seen.views if one.owner == actor.name]
            if len(own) >= MAX_VIEWS:
                raise UsageError(f"最多存 {MAX_VIEWS} 个视图，请先删去不用的")
            if circle and circle not in seen.circles:
                raise UsageError("只能共享给您所在的部门或岗位")
            department, _, post = circle.partition(" ")
            session.add(
                ViewRow(
                    view=view,
                    owner=actor.name,
                    name=_named(name, own),
                    department=department,
                    post=post,
                    asked=json.dumps(kept, ensure_ascii=False),
                    made_ms=self.clock.now_ms(),
                )
            )
            await session.flush()

        async with self.record.action(actor, SAVE, subject=view.hex(), detail={"name": name[:60]}):
            actor.require(Right.CASES)
            await self.store.transact(work)
        return view.hex()

    async def retitle(self, actor: Actor, view: str, name: str) -> None:
        """Call a view otherwise.

        Raises LoginForbiddenError, UsageError: there is no such view, or it may not be changed.
        """

        async def work(session: AsyncSession) -> None:
            seen = await self._changeable(session, actor.name, view)
            row = await session.get(ViewRow, bytes.fromhex(view))
            if row is not None:
                own = [one for one in seen.views if one.owner == row.owner and one.view != view]
                row.name = _named(name, own)
                await session.flush()

        async with self.record.action(actor, RENAME, subject=view, detail={"name": name[:60]}):
            actor.require(Right.CASES)
            await self.store.transact(work)

    async def remove(self, actor: Actor, view: str) -> None:
        """Take a view away, from everybody who sees it. Raises as :meth:`retitle`."""

        async def work(session: AsyncSession) -> None:
            await self._changeable(session, actor.name, view)
            await queries.remove(session, bytes.fromhex(view))

        async with self.record.action(actor, REMOVE, subject=view):
            actor.require(Right.CASES)
            await self.store.transact(work)

    async def begin_with(self, actor: Actor, view: str) -> None:
        """Let the actor's work list begin with a view; empty: with none.

        Raises LoginForbiddenError, UsageError: there is no such view.
        """
        actor.require(Right.CASES)

        async def work(session: AsyncSession) -> None:
            if view:
                _require(await self._seen(session, actor.name), view)
            kept = bytes.fromhex(view) if view else None
            await queries.begin_with(session, actor.name, kept)

        await self.store.transact(work)

    async def _changeable(self, session: AsyncSession, account: str, view: str) -> Views:
        seen = await self._seen(session, account)
        if not _require(seen, view).changeable:
            raise LoginForbiddenError
        return seen

    async def _seen(self, session: AsyncSession, account: str) -> Views:
        staffing = await self.departments.snapshot(session)
        circles = _circles(staffing, account)
        rows = await queries.views_of(session, account, {one.partition(" ")[0] for one in circles})
        first = await queries.default_of(session, account)
        return Views(
            circles=circles,
            views=[
                _view(row, staffing, account, begins=row.view == first)
                for row in rows
                if row.owner == account or _circle(row) in circles
            ],
        )


def _require(seen: Views, view: str) -> View:
    found = seen.of(view)
    if found is None:
        raise UsageError("没有这个视图，或已被删去")
    return found


def _named(name: str, own: Collection[View]) -> str:
    plain = visible(name).strip()
    if not 0 < len(plain) <= MAX_VIEW_NAME_CHARS:
        raise UsageError(f"视图名称要有 1 到 {MAX_VIEW_NAME_CHARS} 个字")
    if plain in {one.name for one in own}:
        raise UsageError(f"已有叫“{plain}”的视图，请换一个名称")
    return plain


def _circles(staffing: Staffing, account: str) -> dict[str, str]:
    """With whom somebody may share: their departments and posts, in words."""
    names = {one.code: one.name for one in staffing.departments}
    held = staffing.posts_held(account)
    departments = {one.department: names.get(one.department, one.department) for one in held}
    posts = {
        f"{one.department} {one.name}": f"{departments[one.department]}·{one.name}" for one in held
    }
    return {**departments, **posts}


def _circle(row: ViewRow) -> str:
    return f"{row.department} {row.post}" if row.post else row.department


def _view(row: ViewRow, staffing: Staffing, account: str, *, begins: bool) -> View:
    asked: dict[str, str] = {
        name: value
        for name, value in json.loads(row.asked).items()
        if name in FILTERS and isinstance(value, str)
    }
    return View(
        view=row.view.hex(),
        name=row.name,
        owner=row.owner,
        asked=asked,
        shared=_words(row, staffing),
        changeable=account == row.owner or row.owner not in staffing.able,
        begins=begins,
        gone=_gone(row, asked, staffing),
    )


def _words(row: ViewRow, staffing: Staffing) -> str:
    if not row.department:
        return ""
    found = staffing.department(row.department)
    name = found.name if found else row.department
    return f"{name}·{row.post}" if row.post else name


def _gone(row: ViewRow, asked: Mapping[str, str], staffing: Staffing) -> list[str]:
    """What the view names, and what is not there any more."""
    gone = list[str]()
    named = asked.get("department", "")
    if named and staffing.departments and staffing.department(named) is None:
        gone.append(named)
    if row.department and staffing.department(row.department) is None:
        gone.append(row.department)
    elif row.post and staffing.post(row.department, row.post) is None:
        gone.append(row.post)
    holder = asked.get("holder", "")
    if holder and staffing.able and holder not in staffing.able:
        gone.append(holder)
    return list(dict.fromkeys(gone))
