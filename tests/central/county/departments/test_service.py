"""Who works where on a real database: kept as it was changed, read anew, no case stranded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.departments import changing
from central.county.departments.changing import Changed
from central.county.departments.ports import PersonStand, Stand
from central.county.departments.service import Departments
from central.county.departments.staffing import Department, Post, Seat, Staffing
from central.store.engine import Store
from protocol.errors.posts import PostStandingError, PostTakenError
from tests.builders.clock import FakeClock
from tests.central.county.departments.scene import (
    CHIEF_POST,
    CIVIL,
    CIVIL_NAME,
    DAY,
    WINDOW_POST,
    delegation,
    staffing,
    stands_in,
)


@dataclass
class Cases:
    """Open cases, by where they stand."""

    at: dict[str, int] = field(default_factory=dict)
    moved: list[tuple[str, str, str]] = field(default_factory=list)
    fails: bool = False

    async def standing(self, session: AsyncSession, at: Stand) -> int:
        assert session is not None
        return sum(self.at.get(name, 0) for name in _names(at))

    async def move(self, session: AsyncSession, origin: Stand, to: Stand, by: str) -> None:
        assert session is not None
        if self.fails:
            raise RuntimeError
        self.moved.append((_names(origin)[0], _names(to)[0], by))


def _names(at: Stand) -> tuple[str, ...]:
    return (at.name,) if isinstance(at, PersonStand) else at.posts


@dataclass
class Room:
    """The departments of a county, and the accounts that there are."""

    departments: Departments
    cases: Cases
    able: set[str]

    async def now(self) -> Staffing:
        return await self.departments.now()


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[Room]:
    cases, able = Cases(), set(staffing().able)

    async def accounts(_: AsyncSession) -> frozenset[str]:
        return frozenset(able)

    async with Store(database_url) as store:
        made = Departments(store=store, able=accounts, standing=cases, clock=FakeClock())
        await made.change(lambda _: Changed(staffing=staffing()), "root")
        yield Room(departments=made, cases=cases, able=able)


def parts(made: Staffing) -> dict[str, frozenset[object]]:
    names = ("departments", "windows", "posts", "persons", "seats", "substitutions", "delegations")
    return {name: frozenset(getattr(made, name)) for name in names}


async def test_what_is_read_is_what_was_written(room: Room) -> None:
    wanted = staffing(
        departments=(
            Department(code=CIVIL, name=CIVIL_NAME, aliases=("民政", "民政科"), phone="1"),
            Department(code="R01", name="县人力资源和社会保障局"),
        ),
        substitutions=(stands_in("韦经办"), stands_in("黄代表", first=6, last=9)),
        delegations=(
            delegation(number=1, items=frozenset({"a", "b"}), deputy="韦经办", entered_ms=5),
            delegation(number=2, powers=frozenset(), supersedes=1, entered_by="root"),
        ),
    )
    await room.departments.change(lambda _: Changed(staffing=wanted), "root")
    assert parts(await room.now()) == parts(wanted)
    again = replace(
        wanted, substitutions=wanted.substitutions[:1], departments=wanted.departments[:1]
    )
    again = replace(again, posts=again.posts[:2], seats=again.seats[:2])
    await room.departments.change(lambda _: Changed(staffing=again), "root")
    assert parts(await room.now()) == parts(again)


async def test_a_snapshot_is_read_anew_after_a_change_and_when_accounts_change(room: Room) -> None:
    first = await room.now()
    assert await room.now() is first
    room.able.remove("农经办")
    assert "农经办" not in (await room.now()).able
    wanted = Seat(department=CIVIL, post=WINDOW_POST, person="韦经办")
    await room.departments.change(lambda s: Changed(staffing=changing.seat(s, wanted)), "root")
    made = await room.now()
    assert [one.name for one in made.posts_held("韦经办")] == [WINDOW_POST]


async def test_what_another_process_changed_is_seen_with_the_next_question(room: Room) -> None:
    async def accounts(_: AsyncSession) -> frozenset[str]:
        return frozenset(room.able)

    other = Departments(
        store=room.departments._store, able=accounts, standing=room.cases, clock=FakeClock()
    )
    assert parts(await other.now()) == parts(await room.now())
    wanted = Seat(department=CIVIL, post=WINDOW_POST, person="韦经办")
    await other.change(lambda s: Changed(staffing=changing.seat(s, wanted)), "root")
    assert "韦经办" in (await room.now()).seated


async def test_a_change_that_failed_is_not_remembered(room: Room) -> None:
    before = await room.now()
    room.cases.at, room.cases.fails = {WINDOW_POST: 1}, True

    def change(made: Staffing) -> Changed:
        return changing.remove_post(made, CIVIL, WINDOW_POST, made.post(CIVIL, CHIEF_POST))

    with pytest.raises(RuntimeError):
        await room.departments.change(change, "root")
    assert parts(await room.now()) == parts(before)


async def test_a_post_where_cases_stand_goes_only_to_a_successor_who_gets_them(room: Room) -> None:
    room.cases.at = {WINDOW_POST: 3}

    def to(name: str) -> changing.Change:
        return lambda s: changing.remove_post(s, CIVIL, WINDOW_POST, s.post(CIVIL, name))

    with pytest.raises(PostStandingError) as caught:
        await room.departments.change(to("没有"), "root")
    assert caught.value.detail == "3"
    assert (await room.now()).post(CIVIL, WINDOW_POST) is not None
    await room.departments.change(to(CHIEF_POST), "审计")
    assert room.cases.moved == [(WINDOW_POST, CHIEF_POST, "审计")]


async def test_a_person_with_open_cases_leaves_them_to_somebody(room: Room) -> None:
    room.cases.at = {"农经办": 2}
    with pytest.raises(PostStandingError):
        await room.departments.change(
            lambda s: changing.remove_person(s, "农经办", "", DAY), "root"
        )
    await room.departments.change(
        lambda s: changing.remove_person(s, "农经办", "韦经办", DAY), "root"
    )
    assert room.cases.moved == [("农经办", "韦经办", "root")]


async def test_what_is_refused_changes_nothing(room: Room) -> None:
    before = await room.now()
    twice = Post(department=CIVIL, name="x", aliases=(WINDOW_POST,))
    with pytest.raises(PostTakenError):
        await room.departments.change(
            lambda s: Changed(staffing=changing.put_post(s, twice)), "root"
        )
    assert parts(await room.now()) == parts(before)
