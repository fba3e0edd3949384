"""Who can act at a node, and whether somebody may: the rules, and that nobody is ever missing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.departments.asking import (
    Ground,
    Permit,
    Question,
    Refusal,
    delegation_for,
    may,
    who_can,
    works_for,
)
from central.county.departments.staffing import (
    Delegation,
    Department,
    Person,
    Post,
    Power,
    Seat,
    Staffing,
    Substitution,
)
from tests.central.county.departments.scene import (
    CHIEF_POST,
    CIVIL,
    CIVIL_NAME,
    DAY,
    FRONT,
    ITEM,
    WINDOW_POST,
    asked,
    away,
    day,
    delegation,
    staffing,
    stands_in,
)


def refused(staffing: Staffing, person: str, question: Question) -> str:
    answer = may(staffing, person, question)
    assert isinstance(answer, Refusal), answer
    return answer.code


def ground(staffing: Staffing, person: str, question: Question) -> Permit:
    answer = may(staffing, person, question)
    assert isinstance(answer, Permit), answer
    return answer


def test_an_event_cites_the_post_or_the_delegation() -> None:
    made = staffing(
        substitutions=(stands_in("韦经办"),), delegations=(delegation(number=1),), **away("陆社保")
    )
    decide, other = asked(Power.DECIDE), asked(department="县人力资源和社会保障局", post="x")
    rights = [
        ground(made, person, question).right
        for person, question in (
            ("农经办", asked()),
            ("韦经办", asked()),
            ("黄代表", decide),
            ("大厅", other),
        )
    ]
    assert rights == [WINDOW_POST, f"{WINDOW_POST}，代 农经办", "授权 1", "岗位无人"]
    open_to_all = Staffing(able=frozenset({"大厅"}))
    assert ground(open_to_all, "大厅", decide).right == ""


def test_where_a_flow_names_no_post_an_event_cites_the_one_of_whoever_acts() -> None:
    made = staffing(substitutions=(stands_in("韦经办"),))
    anywhere = asked(post="")
    assert ground(made, "农经办", anywhere).right == WINDOW_POST
    assert ground(made, "韦经办", anywhere).right == f"{WINDOW_POST}，代 农经办"
    answer = may(made, "大厅", anywhere)
    assert isinstance(answer, Refusal)
    assert f"{CIVIL_NAME}，审核" in answer.words


def test_who_is_in_the_post_comes_first_and_a_substitute_with_them() -> None:
    made = staffing(substitutions=(stands_in("韦经办"),))
    assert who_can(made, asked()) == ("农经办", "韦经办")
    assert ground(made, "农经办", asked()).ground is Ground.POST
    found = ground(made, "韦经办", asked())
    assert (found.ground, found.stands_in_for) == (Ground.SUBSTITUTE, "农经办")
    last, after = asked(on=day(5)), asked(on=day(6))
    assert who_can(made, last) == ("农经办", "韦经办")
    assert who_can(made, after) == ("农经办",)
    assert refused(made, "韦经办", after) == "post.none"


def test_who_is_away_leaves_it_to_whoever_stands_in() -> None:
    made = staffing(substitutions=(stands_in("韦经办"),), **away("农经办"))
    assert who_can(made, asked()) == ("韦经办",)
    assert who_can(made, asked(on=day(3))) == ("农经办", "韦经办")  # back the day after
    assert ground(made, "农经办", asked()).ground is Ground.POST  # came back early


def test_then_the_chief_representative_then_the_department_then_whoever_is_in_no_post() -> None:
    gone = away("农经办")
    given = staffing(delegations=(delegation(number=1),), **gone)
    assert who_can(given, asked()) == ("黄代表",)
    found = ground(given, "黄代表", asked())
    assert (found.ground, found.delegation) == (Ground.DELEGATION, 1)
    other = Post(department=CIVIL, name="档案岗", powers=frozenset({Power.REVIEW}))
    base = staffing()
    more = staffing(
        posts=(*base.posts, other),
        seats=(*base.seats, Seat(department=CIVIL, post="档案岗", person="韦经办")),
        **gone,
    )
    assert who_can(more, asked()) == ("韦经办",)
    assert ground(more, "韦经办", asked()).ground is Ground.FALLBACK
    alone = staffing(**gone)
    assert who_can(alone, asked()) == ("大厅", "韦经办")
    assert ground(alone, "大厅", asked()).ground is Ground.FALLBACK


def test_who_is_away_is_waited_for_in_no_group() -> None:
    gone = away("农经办", "黄代表", "韦经办")
    assert who_can(staffing(delegations=(delegation(number=1),), **gone), asked()) == ("大厅",)


def test_a_fallback_ends_when_somebody_of_the_post_is_there() -> None:
    assert refused(staffing(), "大厅", asked()) == "post.none"
    assert ground(staffing(**away("农经办")), "大厅", asked()).ground is Ground.FALLBACK


def test_everybody_may_who_can_handle_cases_where_no_department_is_set_up() -> None:
    made = Staffing(able=frozenset({"甲经办", "乙经办"}))
    assert sorted(who_can(made, asked())) == ["乙经办", "甲经办"]
    assert ground(made, "甲经办", asked(Power.DECIDE)).ground is Ground.ANYBODY
    assert refused(made, "审计员", asked()) == "post.no-account"


def test_a_post_is_found_by_the_names_that_it_and_its_department_had_before() -> None:
    base = staffing()
    posts = [
        replace(one, name="低保岗", aliases=(WINDOW_POST,)) if one.name == WINDOW_POST else one
        for one in base.posts
    ]
    seats = (Seat(department=CIVIL, post="低保岗", person="农经办"),)
    departments = (Department(code=CIVIL, name="县社会事务局", aliases=("县民政局",)),)
    made = staffing(departments=departments, posts=tuple(posts[:2]), seats=seats, windows=())
    assert who_can(made, asked()) == ("农经办",)
    assert who_can(made, asked(department="县社会事务局", post="低保岗")) == ("农经办",)


def test_a_decision_outside_its_delegation_is_refused_with_the_reason() -> None:
    decide = asked(Power.DECIDE, post=CHIEF_POST)
    made = staffing(delegations=(delegation(number=1, items=frozenset({"other"})),))
    assert refused(made, "黄代表", decide) == "delegation.item"
    over = staffing(delegations=(delegation(number=1, until=day(1)),))
    assert refused(over, "黄代表", decide) == "delegation.expired"
    assert "龙民授" in may(over, "黄代表", decide).words  # type: ignore[union-attr]
    front = staffing(delegations=(delegation(number=1, powers=FRONT),))
    assert refused(front, "黄代表", decide) == "post.power"
    busy = staffing(delegations=(delegation("陆社保", number=1),))  # so that no fallback is needed
    assert refused(busy, "黄代表", decide) == "post.power"
    assert refused(busy, "农经办", decide) == "post.none"
    assert ground(busy, "陆社保", decide).delegation == 1


def test_a_delegation_gives_way_to_another_from_that_ones_first_day_on() -> None:
    first = delegation(number=1)
    second = delegation(number=2, supersedes=1, start=day(10), items=frozenset({"other"}))
    back = delegation(number=3, supersedes=2, start=day(20), powers=frozenset())
    made = staffing(delegations=(first, second, back))
    for on, number in ((9, 1), (10, 2), (19, 2), (20, None), (31, None)):
        question = asked(Power.DECIDE, on=day(on), item="other")
        found = delegation_for(made, "黄代表", question)
        assert (found.number if found else None) == number, on
    assert delegation_for(made, "黄代表", asked(Power.DECIDE, on=day(9))) == first
    assert delegation_for(made, "黄代表", asked(Power.DECIDE, on=day(10))) is None


def test_a_deputy_acts_while_the_representative_is_away() -> None:
    given = delegation(number=1, deputy="韦经办")
    there = staffing(delegations=(given,))
    assert refused(there, "韦经办", asked(Power.DECIDE)) == "post.none"
    gone = staffing(delegations=(given,), **away("黄代表"))
    found = ground(gone, "韦经办", asked(Power.DECIDE))
    assert (found.ground, found.delegation, found.stands_in_for) == (
        Ground.DELEGATION,
        1,
        "黄代表",
    )
    assert who_can(gone, asked(Power.DECIDE)) == ("韦经办",)


NAMES = ("甲", "乙", "丙", "丁")
CODES, POSTS = ("A", "B"), ("窗口", "审批岗")
names, days = st.sampled_from(NAMES), st.integers(1, 9).map(day)
powers = st.frozensets(st.sampled_from(Power))


def spans(of: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ordered = st.tuples(days, days).map(sorted)
    return st.builds(
        lambda span, **more: of(start=span[0], until=span[1], **more), ordered, **fields
    )


def delegations() -> st.SearchStrategy[tuple[Delegation, ...]]:
    one = spans(
        delegation,
        person=names,
        deputy=st.sampled_from(("", *NAMES)),
        department=st.sampled_from(CODES),
        powers=powers,
        items=st.frozensets(st.sampled_from((ITEM, "other"))),
    )
    return st.lists(one, max_size=3).map(
        lambda found: tuple(replace(d, number=n) for n, d in enumerate(found, start=1))
    )


snapshots = st.builds(
    Staffing,
    departments=st.lists(st.sampled_from(CODES), unique=True).map(
        lambda codes: tuple(Department(code=one, name=f"{one}局") for one in codes)
    ),
    posts=st.lists(
        st.builds(
            Post, department=st.sampled_from(CODES), name=st.sampled_from(POSTS), powers=powers
        ),
        max_size=4,
        unique_by=lambda one: one.key,
    ),
    persons=st.lists(
        st.builds(Person, name=names, away_until=st.none() | days),
        max_size=4,
        unique_by=lambda one: one.name,
    ),
    seats=st.lists(
        st.builds(
            Seat, department=st.sampled_from(CODES), post=st.sampled_from(POSTS), person=names
        ),
        max_size=5,
    ),
    substitutions=st.lists(spans(Substitution, person=names, substitute=names), max_size=3),
    delegations=delegations(),
    able=st.frozensets(names),
)
questions = st.builds(
    Question,
    department=st.sampled_from(("A局", "B局", "没有的局", "")),
    post=st.sampled_from((*POSTS, "没有的岗", "")),
    power=st.sampled_from(Power),
    item=st.sampled_from((ITEM, "other", "third")),
    day=days,
)


@given(made=snapshots, question=questions)
def test_somebody_can_always_act_and_whoever_can_may(made: Staffing, question: Question) -> None:
    """Whoever is away, has left or is in no post: one account is enough, and is not refused."""
    can = who_can(made, question)
    assert bool(can) == bool(made.able)
    assert set(can) <= made.able
    for person in NAMES:
        answer = may(made, person, question)
        assert isinstance(answer, Permit) or (person not in can and answer.words)


@given(made=snapshots, question=questions, on=st.dates(date(2026, 3, 1), date(2026, 3, 9)))
def test_nobody_decides_by_a_delegation_that_does_not_cover_it(
    made: Staffing, question: Question, on: date
) -> None:
    for person in NAMES:
        found = delegation_for(made, person, replace(question, day=on))
        if found is not None:
            assert found.start <= on <= found.until
            assert question.power in found.powers
            assert not found.items or question.item in found.items
            assert person in (found.person, found.deputy)


@pytest.mark.parametrize("power", list(Power))
def test_no_fallback_lets_in_an_account_without_the_right(power: Power) -> None:
    made = staffing(able=frozenset({"大厅"}))
    for person in ("农经办", "黄代表"):
        assert refused(made, person, asked(power)) == "post.no-account"
    assert who_can(made, asked(power, on=DAY)) == ("大厅",)


def test_who_works_for_a_department_is_in_one_of_its_posts_or_in_none_of_any() -> None:
    made = staffing(substitutions=(stands_in("陆社保"),), delegations=(delegation(number=1),))
    working = {one for one in made.able if works_for(made, one, CIVIL_NAME, DAY)}
    assert working == {"农经办", "韦经办", "黄代表", "陆社保", "大厅"}  # 陆社保 stands in today
    assert not works_for(made, "陆社保", CIVIL_NAME, day(31))
    assert not works_for(staffing(), "农经办", "县人力资源和社会保障局", DAY)
    assert works_for(staffing(), "农经办", "没有这个部门", DAY)
