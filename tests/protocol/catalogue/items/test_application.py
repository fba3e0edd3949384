"""An application against its item: which papers its form asks for, and which are missing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.catalogue.items.application import asked_of, check_application, check_materials
from protocol.catalogue.items.entries import check_catalogue
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import read_item
from protocol.errors import FormInvalidError, MaterialMissingError, MaterialUnknownError
from tests.protocol.catalogue.items.catalogues import (
    Json,
    file_of,
    make_full_item,
    make_item,
    make_schema,
)

FIRST = {"name": "样福丽", "reason": "首次"}
LOST = {"name": "样福丽", "reason": "丢失"}
PEOPLE = FIRST | {"household": [{"member": "样一"}, {"member": "样二"}]}


def item_of(*papers: Json) -> Item:
    made = make_item(materials=list(papers)) if papers else make_full_item()
    checked = check_catalogue(file_of(made))
    assert checked.errors == ()
    return read_item(checked.entries, "451423-001")


def paper(name: str, **more: Any) -> Json:
    return {"id": name, "name": name.upper(), "attach": "required", **more}


@pytest.mark.parametrize(
    ("form", "attached"),
    [
        (FIRST, ["id-card", "bank-card"]),
        (FIRST, ["id-card", "social-card"]),
        (FIRST, ["id-card", "social-card", "bank-card"]),
        (FIRST, ["id-card", "bank-card", "loss"]),  # more than was asked for
        (FIRST, ["id-card", "bank-card", "income.promise", "register.later"]),
        (LOST, ["id-card", "bank-card", "loss"]),
        (PEOPLE, ["id-card", "bank-card", "members", "members"]),
    ],
)
def test_an_application_with_every_paper_that_its_form_asks_for_is_taken(
    form: Json, attached: list[str]
) -> None:
    check_application(item_of(), form, attached)


@pytest.mark.parametrize(
    ("form", "attached", "words"),
    [
        (FIRST, ["bank-card"], "居民身份证"),
        (
            FIRST,
            ["id-card"],
            "收款账户（任选其一：社会保障卡 social-card、银行卡 bank-card）",
        ),
        (LOST, ["id-card", "bank-card"], "遗失声明"),
        (PEOPLE, ["id-card", "bank-card", "members"], "家庭成员身份证（2 份，每人一份）"),
        (FIRST, [], "居民身份证、收款账户（任选其一：社会保障卡 social-card、银行卡 bank-card）"),
    ],
)
def test_a_missing_paper_is_named(form: Json, attached: list[str], words: str) -> None:
    with pytest.raises(MaterialMissingError) as caught:
        check_application(item_of(), form, attached)
    assert caught.value.detail == words


def test_a_form_that_does_not_fit_is_refused_before_its_papers() -> None:
    with pytest.raises(FormInvalidError):
        check_application(item_of(), {"name": "样福丽"}, [])


def test_a_promise_stands_for_a_paper_that_has_to_come() -> None:
    item = item_of(
        paper("a", later={"limit": "5wd", "promise": "补交。"}), paper("b", instead="promise")
    )
    check_materials(item, FIRST, ["a.later", "b.promise"])
    check_materials(item, FIRST, ["a", "b"])
    with pytest.raises(MaterialMissingError) as caught:
        check_materials(item, FIRST, [])
    assert caught.value.detail == (
        "A（可以用A（容缺承诺书） a.later代替）、B（可以用B（告知承诺书） b.promise代替）"
    )
    for other in ("a.promise", "b.later"):
        with pytest.raises(MaterialUnknownError):
            check_materials(item, FIRST, ["a", "b", other])


def test_a_condition_on_a_field_that_is_not_filled_in_does_not_hold() -> None:
    when = {"properties": {"household": {"minItems": 1}}}
    check_materials(item_of(paper("a", when=when)), FIRST, [])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(paper("a", when=when)), PEOPLE, [])


@pytest.mark.parametrize("word", ["anyOf", "allOf"])
def test_a_condition_may_be_put_together(word: str) -> None:
    when = {word: [{"properties": {"reason": {"const": "丢失"}}}]}
    check_materials(item_of(paper("a", when=when)), FIRST, [])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(paper("a", when=when)), LOST, [])


def test_a_paper_may_be_asked_of_the_old_alone() -> None:
    schema = make_schema()
    schema["properties"] |= {
        "born": {"type": "string", "title": "出生日期", "format": "date"},
        "applied": {"type": "string", "title": "申请日期", "format": "date"},
    }
    when = {"properties": {"born": {"age": {"on": "applied", "minimum": 80}}}}
    item = make_item(schema=schema, materials=[paper("proof", when=when)])
    read = read_item(check_catalogue(file_of(item)).entries, item["id"])
    form = {"name": "样福丽", "reason": "首次", "born": "1946-11-30"}
    check_application(read, form | {"applied": "2026-11-29"}, [])
    with pytest.raises(MaterialMissingError):
        check_application(read, form | {"applied": "2026-11-30"}, [])
    wrong = make_item(
        schema=schema, materials=[paper("proof", when={"properties": {"born": {"age": 80}}})]
    )
    (fault,) = check_catalogue(file_of(wrong)).errors
    assert fault.place == "materials[0].when.properties.born.age"


def test_what_shared_data_has_is_not_asked_for() -> None:
    shared = {"id": "a", "name": "A", "shared": "婚姻登记信息"}
    item = item_of(shared)
    check_materials(item, FIRST, [])
    assert asked_of(item, FIRST) == ()


def test_a_group_of_papers_that_must_come_must_come() -> None:
    group = {"group": "g", "name": "任选", "one_of": [paper("a"), paper("b")]}
    check_materials(item_of(group), FIRST, ["b"])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(group), FIRST, [])


def test_a_group_with_a_paper_that_is_only_shown_asks_for_no_file() -> None:
    shown = {"id": "b", "name": "B"}
    group = {"group": "g", "name": "任选", "one_of": [paper("a"), shown]}
    check_materials(item_of(group), FIRST, [])


def test_a_group_whose_members_do_not_apply_is_not_asked_for() -> None:
    when = {"properties": {"reason": {"const": "丢失"}}}
    group = {
        "group": "g",
        "name": "任选",
        "attach": "required",
        "one_of": [paper("a", when=when), paper("b", when=when)],
    }
    check_materials(item_of(group), FIRST, [])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(group), LOST, [])
    head = {"group": "g", "name": "任选", "when": when, "one_of": [paper("a"), paper("b")]}
    check_materials(item_of(head), FIRST, [])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(head), LOST, [])


def test_a_paper_for_each_member_may_be_replaced_by_one_for_all() -> None:
    group = {
        "group": "g",
        "name": "身份证明",
        "one_of": [paper("card", each="household"), paper("register")],
    }
    item = item_of(group)
    check_materials(item, PEOPLE, ["card", "card"])
    check_materials(item, PEOPLE, ["register"])
    with pytest.raises(MaterialMissingError):
        check_materials(item, PEOPLE, ["card"])
    check_materials(item, FIRST, ["register"])


def test_of_several_kinds_for_each_member_any_mixture_is_enough() -> None:
    group = {
        "group": "g",
        "name": "身份证明",
        "one_of": [paper("card", each="household"), paper("page", each="household")],
    }
    check_materials(item_of(group), PEOPLE, ["card", "page"])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(group), PEOPLE, ["page"])


def test_a_file_of_a_paper_that_is_not_asked_for_completes_no_mixture() -> None:
    lost = {"properties": {"reason": {"const": "丢失"}}}
    group = {
        "group": "g",
        "name": "身份证明",
        "one_of": [paper("card", each="household"), paper("page", each="household", when=lost)],
    }
    check_materials(item_of(group), PEOPLE | LOST, ["card", "page"])
    with pytest.raises(MaterialMissingError):
        check_materials(item_of(group), PEOPLE, ["card", "page"])


def test_a_table_without_rows_asks_for_nothing() -> None:
    item = item_of(paper("members", each="household"))
    check_materials(item, FIRST, [])
    check_materials(item, FIRST | {"household": []}, [])


def test_a_group_is_no_material() -> None:
    with pytest.raises(MaterialUnknownError):
        check_materials(item_of(), FIRST, ["id-card", "payment"])
    with pytest.raises(MaterialUnknownError):
        check_materials(item_of(), FIRST, ["id-card", "bank-card", "居民身份证"])


LIBRARY = {"rest": {"name": "收入证明", "later": {"limit": "5wd", "promise": "我保证补交。"}}}


def uses(**more: Any) -> Item:
    item = make_item(materials=[{"id": "rest", "use": "rest", "attach": "required", **more}])
    checked = check_catalogue(file_of(item, materials=LIBRARY))
    assert checked.errors == ()
    return read_item(checked.entries, "451423-001")


def test_a_paper_may_follow_in_every_item_that_uses_one_of_which_the_library_says_so() -> None:
    check_application(uses(), FIRST, ["rest.later"])
    promise = uses().material("rest.later")
    assert promise is not None
    assert promise.name == "收入证明（容缺承诺书）"


def test_an_item_may_have_a_promise_of_its_own_or_none() -> None:
    own = uses(later={"limit": "3wd", "promise": "三天内补交。"})
    (paper,) = own.papers
    assert isinstance(paper, Material)
    assert paper.later is not None
    assert (paper.later.limit.count, paper.later.promise) == (3, "三天内补交。")
    with pytest.raises(MaterialUnknownError):
        check_application(uses(at_once=True), FIRST, ["rest.later"])
    both = make_item(
        materials=[
            {"id": "rest", "use": "rest", "at_once": True, "later": LIBRARY["rest"]["later"]}
        ]
    )
    (fault,) = check_catalogue(file_of(both, materials=LIBRARY)).errors
    assert fault.place == "materials[0].at_once"


_FLAG = {"properties": {"reason": {"const": "丢失"}}}
_MEMBERS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "shared": st.just("公安户籍库"),
            "when": st.just(_FLAG),
            "each": st.just("household"),
        },
    ),
    min_size=2,
    max_size=4,
)


def group_of(members: list[Json], attach: str) -> Item:
    listed = [{"id": f"m{n}", "name": f"材料{n}", **one} for n, one in enumerate(members)]
    return item_of({"group": "g", "name": "任选", "attach": attach, "one_of": listed})


@given(
    members=_MEMBERS,
    form=st.sampled_from([FIRST, LOST, PEOPLE]),
    attach=st.sampled_from(["required", "optional"]),
)
@settings(max_examples=60, deadline=None)
def test_a_group_whose_minimum_is_met_by_what_is_not_asked_asks_for_nothing(
    members: list[Json], form: Json, attach: str
) -> None:
    item = group_of(members, attach)
    met = any("shared" in one and ("when" not in one or form is LOST) for one in members)
    if met:
        assert asked_of(item, form) == ()
        check_materials(item, form, [])
        return
    asked = asked_of(item, form)
    open_to = [
        one
        for one in members
        if "shared" not in one
        and ("when" not in one or form is LOST)
        and ("each" not in one or form is PEOPLE)
    ]
    assert bool(asked) is bool(open_to)
    if attach == "required" and open_to:
        with pytest.raises(MaterialMissingError):
            check_materials(item, form, [])


def test_a_shared_member_whose_condition_does_not_hold_is_no_help() -> None:
    item = group_of([{"shared": "库", "when": _FLAG}, {}], "required")
    with pytest.raises(MaterialMissingError):
        check_materials(item, FIRST, [])
    check_materials(item, LOST, [])
    check_materials(item, FIRST, ["m1"])


def test_a_group_that_shared_data_covers_is_no_group_of_files() -> None:
    (group,) = group_of([{"shared": "公安户籍库"}, {}], "required").papers
    assert isinstance(group, Group)
    assert group.covered_by is group.one_of[0]
    assert not group.must_attach
    (open_one,) = group_of([{"shared": "库", "when": _FLAG}, {}], "required").papers
    assert isinstance(open_one, Group)
    assert open_one.covered_by is None
    assert open_one.must_attach
