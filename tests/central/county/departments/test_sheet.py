"""One table of departments, posts and people: what is exported is imported again as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.catalogue.exchange.plain import read_plain, write_plain
from central.county.departments.sheet import apply, rows_of
from central.county.departments.staffing import (
    Department,
    Person,
    Post,
    Power,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from tests.central.county.departments.scene import (
    CIVIL,
    CIVIL_NAME,
    WINDOW_POST,
    away,
    day,
    staffing,
    stands_in,
)
from tests.central.county.departments.test_service import parts

FULL = staffing(
    windows=(
        ServiceWindow(department=CIVIL, name="3号窗口"),
        ServiceWindow(department=CIVIL, name="4号窗口"),
    ),
    substitutions=(stands_in("韦经办"), stands_in("黄代表", first=6, last=9)),
    persons=away("黄代表")["persons"],
)

PEOPLE, CODES = ("甲", "乙", "丙", "=丁"), ("A", "B")
days = st.integers(1, 28).map(day)
names = st.sampled_from(PEOPLE)


@st.composite
def whole(draw: st.DrawFn) -> Staffing:
    """Any county that can be: two departments, posts with the same names in both."""
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(codes), st.sampled_from(("窗口", "农业、林业经办"))),
            unique=True,
        )
    )
    posts = [
        Post(
            department=code,
            name=name,
            aliases=draw(st.sampled_from(((), ("旧岗", "更旧的岗")))) if name == "窗口" else (),
            powers=draw(st.frozensets(st.sampled_from(Power))),
            window=draw(st.sampled_from(("", "1号"))),
        )
        for code, name in keys
    ]
    windows = {(one.department, one.window) for one in posts if one.window}
    windows |= draw(st.sets(st.tuples(st.sampled_from(codes), st.sampled_from(("1号", "2号")))))
    seats = draw(st.frozensets(st.tuples(st.sampled_from(keys), names))) if keys else frozenset()
    spans = draw(
        st.lists(
            st.tuples(names, names, days, days).filter(
                lambda one: one[0] != one[1] and one[2] <= one[3]
            ),
            max_size=4,
            unique_by=lambda one: one[:3],
        )
    )
    return Staffing(
        departments=tuple(
            Department(
                code=code,
                name=f"{code}局",
                aliases=draw(st.sampled_from(((), (f"{code}科", f"{code}，处")))),
                phone=draw(st.sampled_from(("", "0771-8810001"))),
            )
            for code in codes
        ),
        windows=tuple(ServiceWindow(department=code, name=name) for code, name in windows),
        posts=tuple(posts),
        persons=tuple(Person(name=one, away_until=draw(st.none() | days)) for one in PEOPLE),
        seats=tuple(Seat(department=key[0], post=key[1], person=one) for key, one in seats),
        substitutions=tuple(
            Substitution(person=one, substitute=other, start=start, until=until)
            for one, other, start, until in spans
        ),
    )


@given(made=whole(), excel=st.booleans())
def test_what_is_exported_is_imported_as_it_was(made: Staffing, excel: bool) -> None:
    data = write_plain("部门岗位", rows_of(made), excel)
    rows, faults = read_plain("表", data)
    assert faults == []
    for before in (Staffing(), made):
        applied = apply(before, rows)
        assert applied.faults == ()
        assert parts(applied.staffing) == parts(made)


def test_what_the_table_does_not_name_stays() -> None:
    rows = [["部门", "岗位", "权限", "人员"], [CIVIL_NAME, WINDOW_POST, "受理，审批", "韦经办"]]
    made = apply(FULL, rows).staffing
    post = made.post(CIVIL, WINDOW_POST)
    assert post is not None
    assert post.powers == {Power.ACCEPT, Power.DECIDE}
    assert post.window == "3号窗口"
    assert made.holders(post) == ("农经办", "韦经办")
    assert made.department(CIVIL) == FULL.department(CIVIL)
    assert len(made.substitutions) == len(FULL.substitutions)  # of 农经办, who is not named


def test_who_is_named_is_in_the_posts_of_the_table_alone() -> None:
    rows = [["部门", "岗位", "人员"], ["县人力资源和社会保障局", "社保窗口", "农经办"]]
    made = apply(FULL, rows).staffing
    assert [one.name for one in made.posts_held("农经办")] == ["社保窗口"]
    assert made.substitutions == ()
    nobody = apply(FULL, [["部门", "人员"], ["", "农经办"]]).staffing
    assert nobody.posts_held("农经办") == ()


def test_another_name_for_a_code_keeps_the_old_one_and_an_old_name_changes_nothing() -> None:
    rows = [["部门编码", "部门"], [CIVIL, "县社会事务局"]]
    made = apply(FULL, rows).staffing
    found = made.department(CIVIL_NAME)
    assert found is not None
    assert (found.name, found.aliases, found.phone) == (
        "县社会事务局",
        (CIVIL_NAME,),
        "0771-8810001",
    )
    again = apply(made, [["部门", "窗口"], [CIVIL_NAME, "9号窗口"]]).staffing
    assert again.department(CIVIL) == found


@pytest.mark.parametrize(
    ("heads", "cells", "words"),
    [
        (("部门", "科室"), ("县民政局", "x"), "列名只能是"),
        (("岗位",), ("x",), "没有“部门”这一列"),
        (("部门",), ("新的局",), "要写部门编码"),
        (("部门", "权限"), (CIVIL_NAME, "受理"), "没有写岗位"),
        (("部门", "岗位", "权限"), (CIVIL_NAME, "x", "拍板"), "不是权限"),
        (("部门", "人员", "外出至"), ("", "农经办", "明天"), "应是日期"),
        (("部门", "人员", "外出至"), ("", "农经办", "2026-02-30"), "应是日期"),
        (("部门", "人员", "代班人"), ("", "农经办", "韦经办"), "代班起应是日期"),
        (("部门编码", "部门"), ("R01", CIVIL_NAME), "已经用于另一个"),
        (("部门", "岗位"), ("", "x"), "没有写部门"),
    ],
)
def test_what_is_wrong_is_said_by_its_row(
    heads: tuple[str, ...], cells: tuple[str, ...], words: str
) -> None:
    applied = apply(FULL, [heads, cells])
    (fault,) = applied.faults
    assert words in fault.reason
    assert fault.row in (0, 1, 2)
    assert applied.staffing is FULL


def test_every_faulty_row_is_named_and_nothing_is_taken() -> None:
    rows = [["部门编码", "部门", "岗位", "权限"], *[["M01", CIVIL_NAME, "x", "拍板"]] * 3]
    applied = apply(FULL, [*rows, ["M01", "别的局", "", ""]])
    assert [one.row for one in applied.faults] == [2, 3, 4, 5]


def test_a_formula_is_named_and_other_encodings_are_read() -> None:
    rows, faults = read_plain("表", "部门,权限\n县民政局,=1+1\n".encode("gb18030"))
    assert rows[1][0] == CIVIL_NAME
    ((row, words),) = faults
    assert (row, "公式" in words) == (0, True)
