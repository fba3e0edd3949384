"""Changes: an old name is still found, nothing named is missing, a successor gets it all."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from central.county.departments import changing
from central.county.departments.checking import MAX_STAFFING
from central.county.departments.ports import PersonStand, PostStand
from central.county.departments.staffing import (
    Department,
    Post,
    Seat,
    ServiceWindow,
    Staffing,
)
from protocol.errors import YizhanError
from protocol.errors.posts import (
    DelegationHeldError,
    DelegationUnknownError,
    PostManyError,
    PostTakenError,
    PostUnknownError,
    PostWordsError,
)
from protocol.limits import MAX_NAME_CHARS
from tests.central.county.departments.scene import (
    CHIEF_POST,
    CIVIL,
    CIVIL_NAME,
    DAY,
    FRONT,
    SOCIAL,
    WINDOW_POST,
    day,
    delegation,
    staffing,
    stands_in,
)


def test_a_new_name_keeps_the_old_one_and_going_back_does_not_double_it() -> None:
    made = changing.put_department(staffing(), Department(code=CIVIL, name="县社会事务局"))
    found = made.department(CIVIL_NAME)
    assert found is not None
    assert (found.name, found.aliases) == ("县社会事务局", (CIVIL_NAME,))
    back = changing.put_department(made, Department(code=CIVIL, name=CIVIL_NAME))
    assert back.department(CIVIL) == Department(
        code=CIVIL, name=CIVIL_NAME, aliases=("县社会事务局",)
    )
    post = Post(department=CIVIL, name="低保岗", powers=FRONT)
    made = changing.put_post(made, post, old_name=WINDOW_POST)
    assert made.post(CIVIL_NAME, WINDOW_POST) == replace(post, aliases=(WINDOW_POST,))
    assert made.posts_held("农经办") == (replace(post, aliases=(WINDOW_POST,)),)


def test_a_post_that_goes_gives_its_names_and_cases_to_its_successor() -> None:
    before = staffing()
    to = before.post(CIVIL, CHIEF_POST)
    made = changing.remove_post(before, CIVIL, WINDOW_POST, to)
    found = made.staffing.post(CIVIL_NAME, WINDOW_POST)
    assert found is not None
    assert found.name == CHIEF_POST
    (move,) = made.moves
    assert move.origin == PostStand(code=CIVIL, departments=(CIVIL_NAME,), posts=(WINDOW_POST,))
    assert move.to == PostStand(
        code=CIVIL, departments=(CIVIL_NAME,), posts=(CHIEF_POST, WINDOW_POST)
    )
    alone = changing.remove_post(before, CIVIL, WINDOW_POST, None)
    assert [one.to for one in alone.moves] == [None]
    assert alone.staffing.post(CIVIL, WINDOW_POST) is None
    assert alone.staffing.posts_held("农经办") == ()


def test_departments_become_one_with_their_posts_people_windows_and_names() -> None:
    before = staffing()
    same = Post(department=SOCIAL, name="综合岗", aliases=(WINDOW_POST,), powers=FRONT)
    before = changing.put_post(before, same)
    made = changing.remove_department(before, CIVIL, before.department(SOCIAL), DAY)
    after = made.staffing
    assert [one.code for one in after.departments] == [SOCIAL]
    joined = after.post(CIVIL_NAME, WINDOW_POST)
    assert joined is not None
    assert (joined.department, joined.name) == (SOCIAL, "综合岗")
    assert after.holders(joined) == ("农经办",)
    chief = after.post(CIVIL_NAME, CHIEF_POST)
    assert chief is not None
    assert after.holders(chief) == ("黄代表",)
    assert after.windows == (ServiceWindow(department=SOCIAL, name="3号窗口"),)
    assert [(one.origin, one.to) for one in made.moves] == [
        (changing.post_stand(before, post), changing.post_stand(after, heir))
        for post, heir in zip(before.posts_of(CIVIL), (joined, chief), strict=True)
    ]
    gone = changing.remove_department(staffing(), CIVIL, None, DAY)
    assert [one.to for one in gone.moves] == [None, None]
    assert (gone.staffing.windows, len(gone.staffing.posts)) == ((), 1)
    assert gone.staffing.posts_held("农经办") == ()


def test_a_post_of_a_merged_department_is_found_by_every_name_that_either_had() -> None:
    renamed = Post(department=CIVIL, name="低保岗", powers=FRONT)
    before = changing.put_post(staffing(), renamed, old_name=WINDOW_POST)
    same = Post(department=SOCIAL, name="综合岗", aliases=(WINDOW_POST,), powers=FRONT)
    before = changing.put_post(before, same)
    made = changing.remove_department(before, CIVIL, before.department(SOCIAL), DAY)
    joined = made.staffing.post(SOCIAL, "综合岗")
    assert joined is not None
    assert joined.names == ("综合岗", WINDOW_POST, "低保岗")
    assert made.staffing.post(CIVIL_NAME, "低保岗") == joined  # as cases of before name it
    chief = made.staffing.post(CIVIL_NAME, CHIEF_POST)
    assert chief is not None
    assert chief.names == (CHIEF_POST,)


def test_who_leaves_gives_cases_and_posts_to_the_successor() -> None:
    both = (stands_in("韦经办"), stands_in("农经办", person="黄代表"))
    before = staffing(substitutions=both)
    made = changing.remove_person(before, "农经办", "韦经办", DAY)
    assert [one.name for one in made.staffing.posts_held("韦经办")] == [WINDOW_POST]
    assert made.staffing.substitutions == ()
    (move,) = made.moves
    assert (move.origin, move.to) == (PersonStand(name="农经办"), PersonStand(name="韦经办"))
    alone = changing.remove_person(before, "农经办", "", DAY)
    assert alone.moves[0].to is None
    assert "农经办" not in {one.person for one in alone.staffing.seats}


def test_nobody_and_no_department_goes_while_a_delegation_counts() -> None:
    first = changing.delegate(staffing(), delegation(deputy="韦经办"), DAY)
    for remove in (
        lambda made: changing.remove_person(made, "黄代表", "", DAY),
        lambda made: changing.remove_person(made, "韦经办", "农经办", DAY),  # the deputy
        lambda made: changing.remove_department(made, CIVIL, None, DAY),
    ):
        with pytest.raises(DelegationHeldError):
            remove(first)
    back = changing.delegate(first, delegation(powers=frozenset(), supersedes=1), DAY)
    changing.remove_person(back, "黄代表", "", DAY)
    with pytest.raises(DelegationHeldError):
        changing.remove_person(first, "黄代表", "", day(31))  # its last day
    changing.remove_person(first, "黄代表", "", day(31).replace(month=4, day=1))
    early = day(1).replace(month=2)  # a month before it begins
    with pytest.raises(DelegationHeldError):
        changing.remove_department(first, CIVIL, None, early)


def test_delegations_are_numbered_and_one_is_superseded_once() -> None:
    made = changing.delegate(staffing(), delegation(number=7), DAY)
    assert [one.number for one in made.delegations] == [1]
    made = changing.delegate(made, delegation(supersedes=1), DAY)
    assert [one.number for one in made.in_force(DAY)] == [2]
    for number in (1, 9):
        with pytest.raises(DelegationUnknownError):
            changing.delegate(made, delegation(supersedes=number), DAY)


REFUSED: list[tuple[str, type[YizhanError], Callable[[Staffing], object]]] = [
    (
        "two departments of one name",
        PostTakenError,
        lambda s: changing.put_department(s, Department(code="X", name=CIVIL_NAME)),
    ),
    (
        "an alias that is another's name",
        PostTakenError,
        lambda s: changing.put_department(
            s, Department(code=SOCIAL, name="县人社局", aliases=(CIVIL_NAME,))
        ),
    ),
    (
        "two posts of one name",
        PostTakenError,
        lambda s: changing.put_post(
            s, Post(department=CIVIL, name="档案岗", aliases=(WINDOW_POST,))
        ),
    ),
    (
        "a code that is none",
        PostWordsError,
        lambda s: changing.put_department(s, Department(code="民政", name="县民政")),
    ),
    (
        "no name",
        PostWordsError,
        lambda s: changing.put_department(s, Department(code="X", name="")),
    ),
    (
        "too long a name",
        PostWordsError,
        lambda s: changing.put_post(s, Post(department=CIVIL, name="岗" * (MAX_NAME_CHARS + 1))),
    ),
    (
        "a line break",
        PostWordsError,
        lambda s: changing.put_department(s, Department(code="X", name="县\n局")),
    ),
    (
        "a post of no department",
        PostUnknownError,
        lambda s: changing.put_post(s, Post(department="X", name="岗")),
    ),
    (
        "a post at no window",
        PostUnknownError,
        lambda s: changing.put_post(s, Post(department=SOCIAL, name="岗", window="3号窗口")),
    ),
    (
        "a new name for no post",
        PostUnknownError,
        lambda s: changing.put_post(s, Post(department=CIVIL, name="岗"), old_name="旧岗"),
    ),
    (
        "a seat in no post",
        PostUnknownError,
        lambda s: changing.seat(s, Seat(department=CIVIL, post="岗", person="农经办")),
    ),
    (
        "somebody out of a post",
        PostUnknownError,
        lambda s: changing.unseat(s, Seat(department=CIVIL, post=WINDOW_POST, person="韦经办")),
    ),
    (
        "a post as its own successor",
        PostUnknownError,
        lambda s: changing.remove_post(s, CIVIL, WINDOW_POST, s.post(CIVIL, WINDOW_POST)),
    ),
    (
        "a successor of another department",
        PostUnknownError,
        lambda s: changing.remove_post(s, CIVIL, WINDOW_POST, s.post(SOCIAL, "社保窗口")),
    ),
    (
        "a department as its own successor",
        PostUnknownError,
        lambda s: changing.remove_department(s, CIVIL, s.department(CIVIL), DAY),
    ),
    (
        "a successor who is not here",
        PostUnknownError,
        lambda s: changing.remove_person(s, "农经办", "大厅", DAY),
    ),
    ("nobody leaves", PostUnknownError, lambda s: changing.remove_person(s, "大厅", "", DAY)),
    (
        "no window goes",
        PostUnknownError,
        lambda s: changing.remove_window(s, ServiceWindow(department=SOCIAL, name="3号窗口")),
    ),
    (
        "a substitute who is not here",
        PostUnknownError,
        lambda s: changing.substitute(s, stands_in("大厅")),
    ),
    (
        "one's own substitute",
        PostWordsError,
        lambda s: changing.substitute(s, stands_in("农经办")),
    ),
    (
        "days out of order",
        PostWordsError,
        lambda s: changing.substitute(s, stands_in("韦经办", first=5, last=4)),
    ),
    (
        "no such substitution",
        PostUnknownError,
        lambda s: changing.no_substitute(s, "农经办", "韦经办", DAY),
    ),
    (
        "a delegation of no department",
        PostUnknownError,
        lambda s: changing.delegate(s, delegation(department="X"), DAY),
    ),
    (
        "a deputy who is not here",
        PostUnknownError,
        lambda s: changing.delegate(s, delegation(deputy="大厅"), DAY),
    ),
    (
        "a delegation that is over",
        PostWordsError,
        lambda s: changing.delegate(s, delegation(until=day(1)), DAY),
    ),
    (
        "a delegation of nothing",
        PostWordsError,
        lambda s: changing.delegate(s, delegation(powers=frozenset()), DAY),
    ),
    (
        "a delegation without a paper",
        PostWordsError,
        lambda s: changing.delegate(s, delegation(instrument=""), DAY),
    ),
]


@pytest.mark.parametrize(
    ("error", "change"), [one[1:] for one in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_can_not_be_is_refused(
    error: type[YizhanError], change: Callable[[Staffing], object]
) -> None:
    with pytest.raises(error):
        change(staffing())


def test_a_window_goes_and_its_posts_stay() -> None:
    others = ServiceWindow(department=SOCIAL, name="3号窗口")
    before = changing.put_window(staffing(), others)
    before = changing.put_post(
        before, Post(department=SOCIAL, name="社保窗口", powers=FRONT, window="3号窗口")
    )
    made = changing.remove_window(before, ServiceWindow(department=CIVIL, name="3号窗口"))
    found = made.post(CIVIL, WINDOW_POST)
    assert found is not None
    assert (made.windows, found.window) == ((others,), "")
    assert [one.window for one in made.posts_of(SOCIAL)] == ["3号窗口"]


def test_a_county_has_no_more_than_so_many_entries() -> None:
    few = MAX_STAFFING - 1
    made = Staffing(
        departments=(Department(code="A", name="局"),),
        windows=tuple(ServiceWindow(department="A", name=str(n)) for n in range(few)),
    )
    with pytest.raises(PostManyError):
        changing.put_window(made, ServiceWindow(department="A", name="more"))
    fewer = replace(made, windows=made.windows[1:])
    assert (
        len(changing.put_window(fewer, ServiceWindow(department="A", name="more")).windows) == few
    )


def test_a_seat_for_somebody_new_makes_the_person_known() -> None:
    wanted = Seat(department=CIVIL, post=WINDOW_POST, person="大厅")
    made = changing.seat(staffing(), wanted)
    assert "大厅" in {one.name for one in made.persons}
    assert changing.unseat(made, wanted).posts_held("大厅") == ()
