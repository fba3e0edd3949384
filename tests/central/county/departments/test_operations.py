"""Who may change departments, and what the record and the county's status say of them."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from central.accounts.roles import StaffRole
from central.county.catalogue.exchange.plain import read_plain, write_plain
from central.county.catalogue.posts import NamedPosts, named_by
from central.county.departments import calls, changing
from central.county.departments.changing import Changed
from central.county.departments.operations import DepartmentOperations, Tables
from central.county.departments.ports import Named
from central.county.departments.staffing import Power
from central.county.departments.watch import ENDS_DAYS, look
from protocol.errors import LoginForbiddenError
from protocol.errors.posts import PostTableError
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.office import accounts_of
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.departments.scene import (
    CIVIL,
    CIVIL_NAME,
    DAY,
    WINDOW_POST,
    delegation,
    staffing,
    stands_in,
)
from tests.central.county.departments.test_service import Room, room

__all__ = ["room"]

SECURITY = Actor.on_page("安全员", frozenset({Right.LOOK, Right.GRANT}))
CLERK = Actor.on_page("农经办", frozenset({Right.LOOK, Right.CASES}))
NOBODY = Actor.on_page("赵六", frozenset())
TABLES = Tables(read=read_plain, write=write_plain)


async def no_flows() -> Sequence[Named]:
    return ()


async def test_who_grants_changes_and_who_looks_only_looks(room: Room) -> None:
    notes = Notes()
    made = DepartmentOperations(room.departments, notes, flows=no_flows, tables=TABLES)
    wanted = calls.PutPost(department=CIVIL, name="档案岗", powers=frozenset({Power.REVIEW}))
    for actor in (CLERK, NOBODY):
        with pytest.raises(LoginForbiddenError):
            await made.do(actor, calls.PUT_POST, wanted)
        with pytest.raises(LoginForbiddenError):
            await made.import_table(actor, calls.ImportStaffing(table=b"x"))
    for asked in (
        made.show(NOBODY, Nothing()),
        made.export(NOBODY, calls.ExportStaffing(excel=False)),
    ):
        with pytest.raises(LoginForbiddenError):
            await asked
    done = await made.do(SECURITY, calls.PUT_POST, wanted)
    (one,) = done.differences
    assert (one.change, one.kind, one.department, one.name) == (
        "added",
        "post",
        CIVIL_NAME,
        "档案岗",
    )
    assert one.powers == [Power.REVIEW]
    assert notes.noted[-1] == ("安全员 (web)", "county.post-put", "done", "档案岗")
    shown = await made.show(CLERK, Nothing())
    assert "档案岗" in [post.name for one in shown.departments for post in one.posts]


async def test_a_handler_says_to_be_away_and_of_nobody_else(room: Room) -> None:
    made = DepartmentOperations(room.departments, Notes(), flows=no_flows, tables=TABLES)
    today = room.departments.today
    await made.do(CLERK, calls.PUT_AWAY, calls.PutAway(person="农经办", until=today))
    assert (await room.now()).is_away("农经办", today)
    with pytest.raises(LoginForbiddenError):
        await made.do(CLERK, calls.PUT_AWAY, calls.PutAway(person="黄代表", until=today))


async def test_a_table_that_came_too_late_changes_nothing(room: Room) -> None:
    """Between trying and taking it somebody took away what it names."""
    made = DepartmentOperations(room.departments, Notes(), flows=no_flows, tables=TABLES)
    table = f"部门,岗位\n{CIVIL_NAME},档案岗\n".encode()
    now = room.departments.now

    async def then() -> object:
        before = await now()
        await room.departments.change(
            lambda s: changing.remove_department(s, CIVIL, None, DAY), "root"
        )
        return before

    room.departments.now = then  # type: ignore[method-assign, assignment]
    with pytest.raises(PostTableError):
        await made.import_table(SECURITY, calls.ImportStaffing(table=table))
    assert (await now()).department(CIVIL) is None


async def test_a_county_says_what_is_to_be_seen_to_and_the_log_without_names(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    departments, relay = centre.county.departments, centre.relay
    accounts = accounts_of(
        relay, centre.ground.nodes.scene.randomness, centre.ground.nodes.scene.authority
    )
    await accounts.accounts.add("农经办", StaffRole.HANDLER, "correct-horse-9")
    flows = NamedPosts(centre.county.catalogue)
    made = DepartmentOperations(departments, Notes(), flows=flows, tables=TABLES)
    assert await made.alarms() == []
    await departments.change(lambda _: Changed(staffing=staffing()), "root")
    assert (await departments.now()).able == {"农经办"}
    codes = {one["code"] for one in await made.alarms()}
    assert codes == {"person.no-account"}
    assert await flows() == await flows()
    await made.log()
    (record,) = [one for one in caplog.records if one.name.startswith("central.county.dep")]
    assert (record.__dict__["code"], record.__dict__["count"]) == ("person.no-account", 3)
    assert "经办" not in record.getMessage()


NAMED = [
    Named(department=CIVIL_NAME, post=WINDOW_POST, items=("a",)),
    Named(department=CIVIL_NAME, post="没有的岗", items=("a", "b")),
    Named(department="没有的局", post="岗", items=("a",)),
]


def test_what_is_to_be_seen_to() -> None:
    last = DAY + timedelta(days=ENDS_DAYS)
    made = staffing(
        delegations=(
            delegation(number=1, until=last),
            delegation(number=2, until=last + timedelta(days=1)),
            delegation(number=3, until=last),
            delegation(number=4, until=last.replace(year=2027), start=last, supersedes=3),
        ),
        able=frozenset({"农经办", "黄代表", "陆社保", "大厅", "代班人"}),
        substitutions=(stands_in("代班人"),),
    )
    found = [(one.code, one.subject) for one in look(made, NAMED, DAY)]
    assert found == [
        ("post.unfilled", f"{CIVIL_NAME} 没有的岗"),
        ("delegation.ends", "1"),
        ("person.no-account", "韦经办"),
        ("account.no-post", "大厅"),
    ]
    assert look(staffing(departments=()), NAMED, DAY) == []
    empty = staffing(able=frozenset({"大厅"}))
    assert ("post.unfilled", f"{CIVIL_NAME} {WINDOW_POST}") in [
        (one.code, one.subject) for one in look(empty, NAMED, DAY)
    ]


def test_posts_of_other_tiers_are_filled_there() -> None:
    flow = [
        {"kind": "acceptance", "post": "村级便民服务站代办员"},
        {"kind": "publicity", "post": "公示岗"},
        {"kind": "review", "post": WINDOW_POST},
        {"kind": "decision", "post": WINDOW_POST},
        {"kind": "delivery"},
    ]
    item = json.dumps({"department": CIVIL_NAME, "flow": flow}).encode()
    entries = {"a": item, "b": item, "c": b"{}", "@about": b"[]"}
    assert named_by(entries) == [Named(department=CIVIL_NAME, post=WINDOW_POST, items=("a", "b"))]
