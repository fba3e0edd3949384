"""Each rule of the lint on one item: what it finds, and what lies just inside."""

from datetime import date
from typing import Any

import pytest

from protocol.catalogue.findings import Level
from protocol.catalogue.lint.table import RULES, findings_of
from tests.builders.catalogue.catalogue_items import GOOD, LIBRARY, entries_of, good

TODAY = date(2026, 11, 29)
_SENTENCE = "家庭人均收入低于当地标准" * 4  # 48 characters


def _node(at: int, **changed: Any) -> list[dict[str, Any]]:
    flow = good()["flow"]
    flow[at] |= changed
    return flow  # type: ignore[no-any-return]


def _paper(**changed: Any) -> list[dict[str, Any]]:
    return [*good()["materials"], {"id": "more", "name": "收入流水", **changed}]


def _limits(**changed: str) -> dict[str, Any]:
    return {**GOOD["limits"], **changed}


def _owner(day: str) -> dict[str, str]:
    return {"name": "黄科长", "review_by": day}


def _fields(**fields: Any) -> dict[str, Any]:
    return {**GOOD["schema"], "properties": {**GOOD["schema"]["properties"], **fields}}


def _fee(**changed: Any) -> list[dict[str, Any]]:
    return [{**GOOD["fee_rules"][0], **changed}]


def _many(number: int) -> dict[str, Any]:
    return {f"f{n}": {"type": "string", "title": f"栏目{n}"} for n in range(number)}


def _asks(number: int) -> list[dict[str, Any]]:
    return [
        {"id": f"q{n}", "ask": "是吗？", "refuse_if": True, "say": "请回"} for n in range(number)
    ]


_HOLDERS = {"window": "7d", "fields": ["applicant_name", "village"], "counts": False, "basis": "x"}

# code: what fires it and the place, and what lies just inside
CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("long-sentence", {"conditions": [_SENTENCE[:41]]}, "conditions[0]",
     {"conditions": [_SENTENCE[:40]]}),
    ("open-ended", {"materials": _paper(name="收入证明等")}, "materials[2].name",
     {"materials": _paper(name="残疾等级证明")}),
    ("open-ended", {"materials": _paper(name="其他相关材料")}, "materials[2].name",
     {"materials": _paper(name="初等教育毕业证书")}),
    ("open-ended", {"materials": [{"group": "g", "name": "二选一", "one_of": [
        {"id": "a", "name": "相关证明"}]}]}, "materials[0].one_of[0].name",
     {"materials": [{"group": "g", "name": "二选一", "one_of": [{"id": "a", "name": "收入声明"},
                    {"id": "income", "name": "流水"}]}]}),
    ("double-negation", {"conditions": ["不符合条件的不予受理"]}, "conditions[0]",
     {"conditions": ["符合条件的才受理"]}),
    ("double-negation", {"questions": [*_asks(2), {"id": "z", "ask": "有车就不能不报吗？"}]},
     "questions[2].ask", {"conditions": ["未成年人不动产登记"]}),
    ("padding", {"conditions": ["详见附件"]}, "conditions[0]", {"conditions": ["附件里有表格"]}),
    ("padding", {"faq": [{"question": "多久？", "answer": "暂无"}]}, "faq[0].answer",
     {"faq": [{"question": "多久？", "answer": "十天"}]}),
    ("placeholder", {"conditions": ["由张三负责的事"]}, "conditions[0]",
     {"conditions": ["由张科长负责的事"]}),
    ("promise-over-law", {"limits": _limits(legal="9wd", promised="10wd")}, "limits.promised",
     {"limits": _limits(legal="10wd", promised="10wd")}),
    ("promise-over-law", {"limits": _limits(legal="11d", promised="10wd")}, "limits.promised",
     {"limits": _limits(legal="12d", promised="10wd")}),
    ("units-differ", {"limits": _limits(legal="30d")}, "limits.promised",
     {"limits": _limits(legal="30wd")}),
    ("promise-over-law", {"limits": _limits(legal="5wd", promised="27d")}, "limits.promised",
     {"limits": _limits(legal="5wd", promised="26d")}),
    ("nodes-over-promise", {"flow": _node(1, limit="6wd")}, "flow",
     {"flow": _node(1, limit="5wd")}),
    ("nodes-over-promise", {"publicity": {**_HOLDERS, "fields": [], "counts": True},
                            "limits": _limits(promised="6d"), "flow": _node(2, limit="7d")}, "flow",
     {"publicity": {**_HOLDERS, "fields": [], "counts": False}}),
    ("window-over-promise", {"publicity": {**_HOLDERS, "fields": [], "counts": True,
                                           "window": "11wd"}}, "publicity.window",
     {"publicity": {**_HOLDERS, "fields": [], "counts": True, "window": "10wd"}}),
    ("window-over-promise", {"publicity": {**_HOLDERS, "fields": [], "counts": True,
                                           "window": "60d"}}, "publicity.window",
     {"publicity": {**_HOLDERS, "fields": [], "counts": False, "window": "60d"}}),
    ("nodes-over-promise", {"flow": [*good()["flow"],
                                     {"id": "x", "kind": "review", "name": "评", "limit": "11wd"}]},
     "flow",
     {"flow": [*good()["flow"],
               {"id": "x", "kind": "assessment", "name": "评", "limit": "11wd"}]}),
    ("nodes-over-promise", {"limits": _limits(promised="1000wd"),
                            "flow": _node(1, limit="1000wd")}, "flow", {}),
    ("no-limit", {"limits": {"legal": "20wd", "legal_basis": "x"}}, "limits.promised", {}),
    ("no-limit", {"limits": None}, "limits.legal", {}),
    ("no-limit-basis", {"limits": _limits(legal_basis="")}, "limits.legal_basis", {}),
    ("at-once-but-later", {"case_type": "1"}, "limits.promised",
     {"case_type": "1", "limits": _limits(promised="24h"), "flow": []}),
    ("promised-at-once", {"limits": _limits(promised="24h")}, "case_type",
     {"limits": _limits(promised="25h")}),
    ("urgent-in-days", {"urgent": True}, "limits.promised",
     {"urgent": True, "limits": _limits(promised="48h")}),
    ("default-of-none", {"handling": {"by_default": True}, "legal_basis": None},
     "handling.by_default", {"handling": {"by_default": True}}),
    ("no-default", {"handling": {"by_default": False}, "type": "01"}, "handling.by_default",
     {"handling": {"by_default": False}}),
    ("extension-over", {"handling": {"extend": "21wd"}}, "handling.extend",
     {"handling": {"extend": "20wd"}}),
    ("acceptance-over", {"handling": {"accept": "11wd"}}, "handling.accept",
     {"handling": {"accept": "10wd"}}),
    ("first-not-urgent", {"handling": {"papers": "5wd"}}, "handling.papers",
     {"handling": {"papers": "5wd"}, "urgent": True, "limits": _limits(promised="48h")}),
    ("later-after-promise", {"materials": _paper(later={"limit": "11wd", "promise": "补"})},
     "materials[2].later.limit", {"materials": _paper(later={"limit": "10wd", "promise": "补"})}),
    ("owner-missing", {"owner": None}, "owner", {}),
    ("owner-overdue", {"owner": _owner("2026-11-28")}, "owner.review_by",
     {"owner": _owner("2026-11-29")}),
    ("owner-soon", {"owner": _owner("2026-12-29")}, "owner.review_by",
     {"owner": _owner("2026-12-30")}),
    ("owner-soon", {"owner": _owner("2026-11-29")}, "owner.review_by",
     {"owner": _owner("2026-11-28")}),
    ("no-contact", {"complaint": None}, "complaint", {}),
    ("same-phone", {"complaint": "电话 0771 8812345"}, "complaint",
     {"complaint": "电话 0771 8812346"}),
    ("no-area-code", {"contact": "8812345"}, "contact", {"contact": "12345 或 13800138000"}),
    ("no-alias", {"aliases": []}, "aliases", {"aliases": [], "level": "4"}),
    ("alias-is-name", {"aliases": [GOOD["name"]]}, "aliases[0]", {}),
    ("department", {"department": "有关部门"}, "department", {"department": "县医保部门"}),
    ("department", {"department": ""}, "department", {}),
    ("no-materials", {"materials": []}, "materials", {}),
    ("material-twice", {"materials": _paper(name="居民身份证", use="x")}, "materials[2]", {}),
    ("not-from-library", {"materials": [{"id": "c", "name": "居民身份证"}]}, "materials[0]", {}),
    ("original-kept", {"materials": [{"id": "c", "use": "id-card", "keep": "kept"}]},
     "materials[0].keep", {"materials": _paper(keep="kept", originals=1)}),
    ("licence-faq", {"type": "01", "faq": []}, "faq", {"type": "05", "faq": []}),
    ("licence-flow", {"type": "01", "flow": GOOD["flow"][:4]}, "flow", {"type": "01"}),
    ("no-flow", {"flow": []}, "flow", {"flow": [], "type": "01"}),
    ("flow-order", {"flow": [GOOD["flow"][0], *GOOD["flow"]]}, "flow[1]", {}),
    ("flow-order", {"flow": _node(3, kind="review")}, "flow", {}),
    ("flow-order", {"flow": GOOD["flow"][:3] + GOOD["flow"][:2:-1]}, "flow[3]", {}),
    ("node-post", {"flow": _node(1, authority="")}, "flow[1]", {}),
    ("window-missing", {"publicity": None}, "publicity", {"publicity": None, "flow": []}),
    ("window-missing", {"flow": _node(2, kind="review")}, "flow", {"flow": []}),
    ("window-basis", {"publicity": {**GOOD["publicity"], "basis": ""}}, "publicity.basis", {}),
    ("stigma", {"publicity": _HOLDERS, "sensitive": {"name": "民政事项"}}, "publicity.fields",
     {"publicity": _HOLDERS}),
    ("result-kind", {"result": {"name": "批复", "kind": "出证办结", "sample": "x"}}, "result.kind",
     {"result": {"name": "批复", "kind": "审批办结", "sample": "x"}}),
    ("result-sample", {"result": {"name": "低保证", "kind": "出证办结"}}, "result.sample", {}),
    ("legal-basis", {"legal_basis": []}, "legal_basis", {}),
    ("legal-basis", {"legal_basis": [{"law": "某法"}]}, "legal_basis[0].number", {}),
    ("ended", {"until": "2026-11-28"}, "until", {"until": "2026-11-29"}),
    ("drafts-until", {"from": "2027-01-10", "drafts_until": "2027-01-09"}, "drafts_until",
     {"from": "2027-01-10", "drafts_until": "2027-01-10"}),
    ("drafts-until", {"drafts_until": "2026-11-28"}, "drafts_until",
     {"drafts_until": "2026-11-29"}),
    ("fee-ended", {"fee_rules": _fee(effective_to="2026-11-28")}, "fee_rules",
     {"fee_rules": _fee(effective_to="2026-11-29")}),
    ("fee-ended", {"fee_rules": _fee(effective_to="2026-01-31")}, "fee_rules",
     {"fee_rules": [*_fee(effective_to="2026-01-31"), *_fee(effective_from="2026-02-01")]}),
    ("fee-example", {"fee_rules": _fee(examples=[])}, "fee_rules[0].examples", {}),
    ("no-questions", {"questions": []}, "questions", {"questions": _asks(3)}),
    ("check-of-none", {"second_check": True, "mode": "告知"}, "second_check",
     {"second_check": True, "mode": "代办"}),
    ("no-examples", {"examples": []}, "examples", {}),
    ("field-title", {"schema": _fields(x={"type": "string"})}, "schema.properties.x", {}),
    ("same-titles", {"schema": _fields(x={"type": "string", "title": "姓名"})},
     "schema.properties.x.title", {}),
    ("long-form", {"schema": {"properties": _many(41)}}, "schema",
     {"schema": {"properties": _many(40)}}),
]  # fmt: skip

DENIED_ONCE = (
    "无不良信用记录",
    "没有未成年子女",
    "未成年人不得单独申请",
    "不动产登记不予收费",
    "收入不足标准的一半",
    "不收费",
    "未参加职工养老保险",
    "非本县户籍的请到户籍地申请",
)
DENIED_TWICE = (
    "未经公示的不得发放",
    "不满足条件的，不予受理",
    "非本人到场不可办理",
    "并非没有收入",
    "不得不办",
    "没有不符合的",
)


@pytest.mark.parametrize("text", DENIED_ONCE)
def test_a_plain_no_is_left_alone(text: str) -> None:
    assert _found("double-negation", conditions=[text]) == {}


@pytest.mark.parametrize("text", DENIED_TWICE)
def test_a_double_no_is_found(text: str) -> None:
    assert _found("double-negation", conditions=[text]) == {"conditions[0]": Level.HINT}


def _found(code: str, **changed: Any) -> dict[str, str]:
    """The place and level of each finding of one rule in the changed item."""
    found = findings_of(entries_of(good(**changed)), TODAY)
    return {one.place: one.level for one in found if one.code == f"lint.{code}"}


def test_a_good_item_leaves_nothing_to_say() -> None:
    assert findings_of(entries_of(good()), TODAY) == []


def test_every_rule_is_tried_and_every_tried_rule_is_there() -> None:
    assert {f"lint.{code}" for code, *_ in CASES} == {rule.code for rule in RULES}
    assert len({rule.code for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(("code", "changed", "place", "_"), CASES)
def test_a_rule_finds_its_fault(
    code: str, changed: dict[str, Any], place: str, _: dict[str, Any]
) -> None:
    level = next(rule.level for rule in RULES if rule.code == f"lint.{code}")
    assert _found(code, **changed).get(place) == level


@pytest.mark.parametrize(("code", "_", "__", "inside"), CASES)
def test_what_lies_just_inside_is_left_alone(
    code: str, _: dict[str, Any], __: str, inside: dict[str, Any]
) -> None:
    assert _found(code, **inside) == {}


def test_each_finding_says_why_and_what_to_do_in_chinese() -> None:
    for code, changed, *_ in CASES:
        found = findings_of(entries_of(good(**changed)), TODAY)
        one = next(one for one in found if one.code == f"lint.{code}")
        assert one.item == GOOD["id"]
        assert any("\u4e00" <= char <= "\u9fff" for char in one.reason)
        assert any("\u4e00" <= char <= "\u9fff" for char in one.todo)
        assert not set(one.todo) & set(",;:?!")


def test_promises_that_cannot_be_kept_are_errors() -> None:
    errors = {rule.code for rule in RULES if rule.level is Level.ERROR}
    assert errors == {
        "lint.promise-over-law", "lint.nodes-over-promise", "lint.window-over-promise",
        "lint.stigma", "lint.extension-over",
    }  # fmt: skip


def test_what_has_another_shape_is_passed_over() -> None:
    odd = {key: 7 for key in GOOD if key != "id"}
    for value in (7, [7], {"a": 7}, [[7]], [{"a": [7]}], None):
        findings_of(entries_of({"id": "x", **dict.fromkeys(odd, value)}), TODAY)


def test_a_branch_of_a_form_that_nobody_reaches_is_among_the_findings() -> None:
    schema = _fields(kind={"type": "string", "title": "类别", "enum": ["甲", "乙"]})
    for choice, reached in (("甲", True), ("丙", False)):
        when = {"properties": {"kind": {"const": choice}}}
        rule = {"when": when, "then": "require", "fields": ["village"], "message": "要填村"}
        found = findings_of(entries_of(good(schema={**schema, "rules": [rule]})), TODAY)
        assert (found == []) is reached
        assert all(one.item == GOOD["id"] and "rules[0]" in one.place for one in found)


def test_a_promise_of_the_library_counts_where_an_item_does_not_ask_for_the_paper_at_once() -> None:
    paper = {"name": "证明", "later": {"limit": "11wd", "promise": "补"}}
    for more, places in (({}, ["materials[2].later.limit"]), ({"at_once": True}, [])):
        item = good(materials=[*GOOD["materials"], {"id": "p", "use": "p", **more}])
        found = findings_of(entries_of(item, library={**LIBRARY, "p": paper}), TODAY)
        assert [one.place for one in found] == places
