"""A file is read whole, or refused with every fault by item and place."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.findings import Level
from protocol.catalogue.items.entries import catalogue_entries, check_catalogue
from protocol.catalogue.items.kinds import Keep, NodeKind, Starts
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.parts import Question
from protocol.catalogue.items.release import read_item
from protocol.catalogue.items.rules import IllegalError
from protocol.limits import MAX_FORM_BYTES
from protocol.records.taken_in import Mode
from tests.protocol.catalogue.fees.test_vectors import rule
from tests.protocol.catalogue.items.catalogues import (
    faults,
    file_of,
    make_full_item,
    make_item,
    make_library,
    make_papers,
)


def read(**changed: Any) -> Item:
    checked = check_catalogue(file_of(make_full_item(**changed)))
    assert checked.errors == ()
    return read_item(checked.entries, "451423-001")


def test_an_item_is_read_with_everything_that_is_written_of_it() -> None:
    item = read()
    assert item.codes.task_code == "11451423000000019K4000105001000"
    assert (item.type, item.level, item.case_type, item.served) == ("05", "4", "2", ("1",))
    assert item.owner is not None
    assert (item.owner.name, item.owner.review_by) == ("社会救助股", date(2027, 6, 30))
    assert item.aliases == ("低保", "吃低保")
    assert item.legal_basis[0].number == "国务院令第649号"
    assert [one.id for one in item.questions] == ["local", "twice", "car"]
    assert (item.limits.legal, item.limits.promised) == (read_limit("30wd"), read_limit("20wd"))
    assert item.limits.starts is Starts.VILLAGE
    assert item.special[0].limit == read_limit("10wd")
    assert [one.kind for one in item.flow] == [
        NodeKind.ACCEPTANCE,
        NodeKind.PUBLICITY,
        NodeKind.DECISION,
    ]
    assert item.flow[1].procedure == "贴在村务栏\n拍照"
    assert item.mode is Mode.AGENT
    assert item.publicity is not None
    assert (item.publicity.window, item.publicity.fields) == (read_limit("7d"), ("name",))
    assert (item.public_name, item.urgent, item.bulk) == ("民政业务申请", True, False)
    assert (item.starts_on, item.ends_on) == (date(2026, 12, 1), date(2027, 12, 31))
    assert item.drafts_until == date(2027, 1, 31)
    assert [one.fits for one in item.examples] == [True, False]


def test_a_material_is_what_the_library_says_unless_the_item_says_more() -> None:
    item = read()
    card = item.material("id-card")
    assert card is not None
    assert (card.name, card.note, card.hint) == ("居民身份证", "在有效期内", "正反面扫在一页")
    assert (card.pages, card.copies, card.keep) == (("正面", "反面"), 1, Keep.SEEN)
    assert [one.say for one in card.faults] == ["已过有效期"]
    bank = item.material("bank-card")
    assert bank is not None
    assert (bank.copies, bank.must_attach) == (2, False)


def test_none_is_a_number_of_copies_too_and_a_promise_is_no_longer_than_its_paper() -> None:
    paper = {"id": "id-card", "use": "id-card", "copies": 0, "max_bytes": 500, "instead": "promise"}
    (card,) = read(materials=[paper], examples=[]).materials
    assert (card.copies, card.keep, card.max_bytes) == (0, Keep.SEEN, 500)
    assert [one.max_bytes for one in card.promises()] == [500]


def test_an_item_may_be_offered_for_one_day() -> None:
    day = "2027-01-01"
    item = read(**{"from": day, "until": day})
    assert item.starts_on == item.ends_on == date(2027, 1, 1)


def test_papers_stand_in_their_order_with_groups_among_them() -> None:
    papers = read().papers
    kinds = [type(one) for one in papers]
    assert kinds == [Material, Group, *[Material] * 5]
    assert [one.id for one in read().materials] == [
        *("id-card", "social-card", "bank-card", "loss", "income", "register", "marriage"),
        "members",
    ]


def test_a_promise_is_a_material_of_its_own() -> None:
    item = read()
    for name, words in (
        ("income.promise", "收入说明（告知承诺书）"),
        ("register.later", "户口簿（容缺承诺书）"),
    ):
        found = item.material(name)
        assert found == item.material(words)
        assert found is not None
        assert (found.id, found.must_attach, found.stands_for) == (
            name,
            False,
            name.partition(".")[0],
        )
    assert item.material("id-card.later") is None


def test_every_fault_is_named_at_once_each_with_its_place() -> None:
    papers = make_papers()
    papers[0]["use"] = "id-crad"
    papers[1]["one_of"][1]["attach"] = "sometimes"
    item = make_full_item(
        materials=papers,
        type="99x",
        owner={"name": "股", "review_by": "2027-13-01"},
        limits={"promised": "5 days"},
        flow=[{"id": "a", "kind": "pondering", "name": "想想"}],
    )
    other = make_item(id="451423-002", name="", questions=[])
    assert faults(item, other) == {
        "451423-001.materials[0].use": "材料库里没有“id-crad”",
        "451423-001.materials[1].one_of[1].attach": "只能是 optional、required，现在是 “sometimes”",
        "451423-001.type": faults(item)["451423-001.type"],
        "451423-001.owner.review_by": "日期写作 2026-01-31，现在是 “2027-13-01”",
        "451423-001.limits.promised": ("时限写作 5个工作日、7日或 48小时，现在是 “5 days”"),
        "451423-001.flow[0].kind": faults(item)["451423-001.flow[0].kind"],
        "451423-002.name": "应有 1 到 100 个字，现有 0 个",
        "451423-002.questions": "应有 3 到 5 项，现有 0 项",
    }


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        ("materials[0]", {"materials": [{"id": "a"}]}),
        ("materials[0]", {"materials": [{"id": "a", "use": "id-card", "name": "证"}]}),
        ("materials[0].instead", {"materials": [{"id": "a", "name": "证", "instead": "oath"}]}),
        (
            "materials[0].shared",
            {"materials": [{"id": "a", "name": "证", "shared": "库", "attach": "required"}]},
        ),
        ("materials[0].when", {"materials": [{"id": "a", "name": "证", "when": []}]}),
        ("materials[0].when.x", {"materials": [{"id": "a", "name": "证", "when": {"x": 1}}]}),
        (
            "materials[0].when.properties.nobody",
            {
                "materials": [
                    {"id": "a", "name": "证", "when": {"properties": {"nobody": {"const": 1}}}}
                ]
            },
        ),
        (
            "materials[0].one_of[1].when.x",
            {
                "materials": [
                    {
                        "group": "g",
                        "name": "任选",
                        "one_of": [
                            {"id": "a", "name": "证"},
                            {"id": "b", "name": "据", "when": {"x": 1}},
                        ],
                    }
                ]
            },
        ),
        (
            "fee_rules[0].examples[0]",
            {
                "fee_rules": [
                    rule(
                        {"kind": "fixed", "amount": "20"},
                        examples=[{"facts": {}, "total": "20.01"}],
                    )
                ]
            },
        ),
        (
            "fee_rules[0].relief[0].evidence",
            {
                "fee_rules": [
                    rule(
                        {"kind": "fixed", "amount": "20"},
                        relief=[
                            {
                                "name": "低保减半",
                                "when": "低保 == '是'",
                                "factor": "0.5",
                                "basis": "文件",
                                "evidence": "certificate",
                            }
                        ],
                    )
                ]
            },
        ),
        ("materials[0].each", {"materials": [{"id": "a", "name": "证", "each": "reason"}]}),
        ("materials[1].id", {"materials": [{"id": "a", "name": "证"}, {"id": "a", "name": "据"}]}),
        (
            "materials[1].id",
            {
                "materials": [
                    {"id": "a", "name": "证", "instead": "promise"},
                    {"id": "a.promise", "name": "据"},
                ]
            },
        ),
        (
            "materials[0].later.colour",
            {
                "materials": [
                    {
                        "id": "a",
                        "name": "证",
                        "later": {"limit": "5wd", "promise": "补交", "colour": "red"},
                    }
                ]
            },
        ),
        ("until", {"from": "2027-01-02", "until": "2027-01-01"}),
        ("publicity.fields[0]", {"publicity": {"window": "7d", "fields": ["address"]}}),
        ("flow[1].id", {"flow": [{"id": "a", "kind": "review", "name": "甲"}] * 2}),
        ("level", {"level": 4}),
        ("urgent", {"urgent": "yes"}),
        ("codes.task_code", {"codes": {"task_code": "4.51E+17"}}),
        ("codes.task_code", {"codes": {"task_code": 451423}}),
        ("codes.task_code", {"codes": {"task_code": "４５１４２３"}}),
        ("codes.task_code", {"codes": {"task_code": "4514\u200b23"}}),
        ("name", {"name": "低保\u202e"}),
        ("contact", {"contact": "\u3164"}),
        ("examples[0]", {"examples": [{"name": "缺身份证", "form": {}, "attached": []}]}),
        (
            "examples[0]",
            {
                "examples": [
                    {
                        "name": "没错",
                        "form": {"name": "样福丽", "reason": "首次"},
                        "attached": ["id-card"],
                        "fits": False,
                    }
                ]
            },
        ),
    ],
)
def test_each_fault_has_its_place(place: str, changed: dict[str, Any]) -> None:
    assert [one.partition(".")[2] for one in faults(make_item(**changed))] == [place]


def test_an_item_code_that_a_table_program_spoilt_is_refused_in_words() -> None:
    for code in ("4.51E+17", "4.51E17", "４５１４２３", "451423 001"):
        (reason,) = faults(make_item(id=code)).values()
        assert "改写" in reason or "应写作" in reason or "编号只能有" in reason


@pytest.mark.parametrize("code", ["..", ".", "-1", "_a", "", "a" * 51])
def test_a_code_begins_with_a_letter_or_digit(code: str) -> None:
    assert faults(make_item(id=code))  # it stands in addresses of pages, where dots lead upwards
    assert check_catalogue(file_of(make_item(id="A..-_" + "1" * 45))).errors == ()


def test_nothing_that_nobody_sees_gets_into_a_message() -> None:
    nasty = "a\x1b[2J\n\u202eb"
    told = {
        *faults(make_item(id=nasty)),
        *faults(make_item(limits={nasty: 1})),
        *faults(make_item(), materials={nasty: {"name": "证"}}),
        *faults(make_item(), local={nasty: {}}),
        *faults(make_item(), market_days={nasty: []}),
    }
    assert len(told) == 6  # the one without its library misses a paper, too
    assert all(one.isprintable() for one in told)


def test_an_example_that_no_station_would_take_for_its_length_is_refused() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}

    def example(length: int) -> dict[str, Any]:
        form = {"name": "x" * length}
        return make_item(schema=schema, materials=[], examples=[{"name": "长", "form": form}])

    around = len(b'{"name":""}')
    assert check_catalogue(file_of(example(MAX_FORM_BYTES - around))).errors == ()
    assert faults(example(MAX_FORM_BYTES - around + 1)).keys() == {"451423-001.examples[0]"}


def test_each_fee_rule_names_its_own_fault() -> None:
    rules = [rule({"kind": "fixed", "amount": amount}) for amount in ("10-20", "5", "五")]
    assert faults(make_full_item(fee_rules=rules)).keys() == {
        "451423-001.fee_rules[0].form.amount",
        "451423-001.fee_rules[2].form.amount",
    }
    several = rule({"kind": "fixed", "amount": "五"}, basis="", cap="x")
    assert faults(make_full_item(fee_rules=[several])).keys() == {
        f"451423-001.fee_rules[0].{one}" for one in ("form.amount", "basis", "cap")
    }
    both = [rule({"kind": "fixed", "amount": "5"})] * 2
    assert faults(make_full_item(fee_rules=both)).keys() == {"451423-001.fee_rules"}


def test_every_day_of_a_calendar_that_is_none_is_named() -> None:
    years = {"2026": {"off": {"02-30": "春节", "01-01": "元旦"}, "work": {"02-31": "春节"}}}
    found = faults(make_item(), calendar={"years": years, "local": {"三月三": "三月三"}})
    assert found.keys() == {
        *("calendar.years.2026.off.02-30", "calendar.years.2026.work.02-31"),
        "calendar.local.三月三",
    }
    town = {"451423101": [{"cal": "cycle", "n": 0, "anchor": "今天"}, {"cal": "moon"}]}
    assert faults(make_item(), market_days=town).keys() == {
        f"market_days.451423101[{one}" for one in ("0].n", "0].anchor", "1].cal")
    }


def test_a_group_holds_no_group() -> None:
    inner = {"id": "z", "name": "套", "group": "h", "one_of": make_papers()[:2]}
    group = {"group": "g", "name": "任选", "one_of": [{"id": "a", "name": "甲"}, inner]}
    found = faults(make_full_item(materials=[group]))
    assert found["451423-001.materials[0].one_of[1]"] == "材料组里不能再有材料组"


def test_a_title_is_a_name() -> None:
    assert faults(make_item(), title="").keys() == {"title"}
    assert faults(make_item(), title="目" * 101).keys() == {"title"}
    assert check_catalogue(file_of(make_item(), title="目" * 100)).errors == ()


def test_a_library_is_checked_like_items() -> None:
    library = make_library() | {"a/b": {"name": "证"}, "c": {"name": "证", "pages": "正面"}}
    assert faults(make_item(), materials=library).keys() == {"materials.a/b", "materials.c.pages"}


def test_what_is_not_known_is_carried_with_a_warning_at_the_top_and_refused_inside() -> None:
    checked = check_catalogue(file_of(make_item(legal_days=3)))
    (finding,) = checked.findings
    assert (finding.level, finding.where) == (Level.WARNING, "451423-001.legal_days")
    assert b'"legal_days":3' in checked.entries["451423-001"]
    assert faults(make_item(limits={"promise": "5wd"})).keys() == {"451423-001.limits.promise"}


def test_names_of_lists_are_taken_for_their_codes() -> None:
    item = read(type="行政给付", level="县级", case_type="即办件", conditions="年满60周岁")
    assert (item.type, item.level, item.case_type) == ("05", "4", "1")
    assert item.conditions == ("年满60周岁",)
    assert read(type="行政备案").type == "10"
    assert read(type="21").type == "21"  # belongs to the province


def test_a_record_that_would_be_illegal_cannot_be_made() -> None:
    question = read().questions[0]
    with pytest.raises(IllegalError):
        Question(id="a b", ask="问", refuse_if=True, say="答")
    with pytest.raises(IllegalError):
        replace(question, ask="长" * 201)
    with pytest.raises(IllegalError) as caught:
        replace(read(), flow=(read().flow[0],) * 2)
    assert caught.value.path == "flow[1].id"
    with pytest.raises(IllegalError):
        replace(read(), name="")


def test_a_version_in_a_file_counts_for_nothing() -> None:
    with_version = catalogue_entries(file_of(make_item(version=7)))
    assert with_version == catalogue_entries(file_of(make_item()))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),  # no JSON has those
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(key=st.sampled_from(sorted(make_full_item())), value=json_values)
def test_whatever_stands_under_a_key_is_read_or_refused_by_its_place(
    key: str, value: object
) -> None:
    if key == "id":
        return
    checked = check_catalogue(file_of(make_full_item(**{key: value})))
    assert all(one.item == "451423-001" for one in checked.findings)
    assert checked.errors or "451423-001" in checked.entries
