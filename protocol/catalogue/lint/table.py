"""Every rule of the lint, and the call that goes through them.

A rule is one small function and one line here: its code, how heavy it is, and what to do about it.

Source: docs/lint.md.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.forms.proof.branches import branch_findings
from protocol.catalogue.items.names import is_item
from protocol.catalogue.lint import asking, handling, papers, people, times, whole, wording
from protocol.catalogue.lint.look import Fault, Look, Whole
from protocol.catalogue.lint.whole import WholeFault

_MATERIAL = "@m."
_E, _W, _H = Level.ERROR, Level.WARNING, Level.HINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule on an item."""

    code: str
    level: Level
    check: Callable[[Look], Iterator[Fault]]
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRule:
    """One rule on the items side by side."""

    code: str
    level: Level
    check: Callable[[Whole], Iterator[WholeFault]]
    todo: str


def _rule(code: str, level: Level, check: Callable[[Look], Iterator[Fault]], todo: str) -> Rule:
    return Rule(code=f"lint.{code}", level=level, check=check, todo=todo)


def _whole(
    code: str, level: Level, check: Callable[[Whole], Iterator[WholeFault]], todo: str
) -> WholeRule:
    return WholeRule(code=f"lint.{code}", level=level, check=check, todo=todo)


RULES: tuple[Rule, ...] = (
    _rule("long-sentence", _H, wording.long_sentence, "拆成几句短句"),
    _rule("open-ended", _W, wording.open_ended, "逐项写明材料名称，没有其他材料就删去"),
    _rule("double-negation", _H, wording.double_negation, "改成肯定的说法"),
    _rule("padding", _W, wording.padding, "写出实际内容；确实没有就删去这一项"),
    _rule("placeholder", _W, wording.sample_text, "换成正式内容"),
    _rule("promise-over-law", _E, times.promise_over_law, "把承诺时限改到法定时限以内"),
    _rule("units-differ", _H, times.units_differ, "承诺与法定用同一种单位"),
    _rule("nodes-over-promise", _E, times.nodes_over_promise, "压缩环节时限，或者改承诺"),
    _rule("window-over-promise", _E, times.publicity_over_promise, "公示期不计入时限，或者改承诺"),
    _rule("no-limit", _W, times.no_limit, "补上办结时限"),
    _rule("no-limit-basis", _H, times.no_limit_basis, "补上法定时限的依据"),
    _rule("at-once-but-later", _W, times.at_once_but_later, "改为承诺件，或者承诺当场办结"),
    _rule("promised-at-once", _H, times.promised_at_once, "改为即办件"),
    _rule("urgent-in-days", _W, times.urgent_in_days, "改用小时，如 48h"),
    _rule("later-after-promise", _W, times.later_after_promise, "缩短容缺期限，让材料在办结前到齐"),
    _rule("default-of-none", _W, times.default_without_law, "去掉，或补上给予视为受理的依据"),
    _rule("no-default", _W, times.licence_without_default, "去掉：行政许可逾期不告知即视为受理"),
    _rule("extension-over", _E, times.extension_over_law, "延长不能超过法定时限本身"),
    _rule("acceptance-over", _W, times.acceptance_over_promise, "缩短受理期限"),
    _rule("first-not-urgent", _W, times.first_but_not_urgent, "改为急办，或去掉先行救助"),
    _rule("owner-missing", _H, people.owner_missing, "指定负责人和复核日期"),
    _rule("owner-overdue", _W, people.owner_overdue, "请负责人核对内容，再填下次复核日期"),
    _rule("owner-soon", _H, people.owner_soon, "提醒负责人核对内容"),
    _rule("no-contact", _H, people.no_contact, "补上电话，带区号"),
    _rule("same-phone", _W, people.same_phone, "投诉电话要由另外的人接听，换一个号码"),
    _rule("no-area-code", _W, people.no_area_code, "写成 0771-8812345"),
    _rule("no-alias", _H, people.no_alias, "补上群众的叫法，如 低保"),
    _rule("alias-is-name", _H, people.alias_is_name, "删去这个俗称"),
    _rule("department", _W, people.generic_department, "写出部门全称"),
    _rule("no-materials", _H, papers.no_materials, "补上材料清单；确实不收材料请核对一遍"),
    _rule("material-twice", _W, papers.material_twice, "只留一处"),
    _rule("not-from-library", _H, papers.not_from_library, "改为引用材料库（use）"),
    _rule("original-kept", _W, papers.original_kept, "改为当场核验原件（seen），留复印件"),
    _rule("licence-faq", _W, handling.licence_without_answers, "至少写一个常见问题"),
    _rule("licence-flow", _W, handling.licence_with_short_flow, "写全受理、审核、审批、办结、送达"),
    _rule("no-flow", _H, handling.no_flow, "补上环节、岗位、权限和时限"),
    _rule("flow-order", _W, handling.flow_out_of_order, "按受理、审核、决定、送达的次序排列"),
    _rule("node-post", _H, handling.node_without_post, "补上岗位和权限"),
    _rule("window-missing", _W, handling.window_missing, "公示期与公示环节要么都写，要么都不写"),
    _rule("window-basis", _H, handling.window_without_basis, "补上公示的依据"),
    _rule("stigma", _E, handling.stigma_published, "敏感事项不公示个人信息，删去这些栏目"),
    _rule("result-kind", _W, handling.result_of_other_kind, "让结果名称与类型一致"),
    _rule("result-sample", _H, handling.result_without_sample, "附上结果样本"),
    _rule("check-of-none", _W, handling.checked_but_not_taken, "去掉两人核对，或者改村级方式"),
    _rule("legal-basis", _W, handling.no_legal_basis, "补上法律法规名称、文号和条款"),
    _rule("ended", _H, handling.has_ended, "从目录中撤下，或者改停办日期"),
    _rule("drafts-until", _W, handling.drafts_before_start, "改为新版本生效之后的日期"),
    _rule("fee-ended", _W, handling.fee_ended, "补上现行收费规则，或者删去收费"),
    _rule("fee-example", _H, handling.fee_without_example, "手工算一例，写入 examples"),
    _rule("no-questions", _H, asking.no_questions, "补上三到五个是非问题"),
    _rule("no-examples", _H, asking.no_examples, "附一份填好的样例"),
    _rule("field-title", _W, asking.field_without_title, "补上 title"),
    _rule("same-titles", _W, asking.same_titles, "改成能区分的名称"),
    _rule("long-form", _H, asking.long_form, "删去用不着的栏目，已共享的数据不再填"),
)

WHOLE: tuple[WholeRule, ...] = (
    _whole("same-name", _W, whole.same_name, "在名称里写明区别"),
    _whole("same-code", _E, whole.same_code, "换一个编号"),
    _whole("same-alias", _H, whole.same_alias, "确认两个事项都该用这个叫法"),
    _whole("same-answers", _H, whole.same_answers, "针对各个问题分别回答"),
    _whole("library-unused", _H, papers.library_unused, "确认不用后从材料库删去"),
)


def findings_of(entries: Mapping[str, bytes], today: date) -> list[Finding]:
    """Everything that the rules have to say of the entries of a release, item by item.

    Args:
        entries: as :func:`protocol.catalogue.items.catalogue_entries` makes them.
    """
    library = {
        code.removeprefix(_MATERIAL): read
        for code, entry in entries.items()
        if code.startswith(_MATERIAL) and isinstance(read := msgspec.json.decode(entry), dict)
    }
    items = tuple(
        Look(code=code, raw=_object(entries[code]), library=library, today=today)
        for code in sorted(entries)
        if is_item(code)
    )
    found = [one for look in items for one in _of_item(look)]
    return [*found, *_of_whole(Whole(items=items, library=library, today=today))]


def _of_item(look: Look) -> Iterator[Finding]:
    schema = look.raw.get("schema")
    if isinstance(schema, dict):
        yield from branch_findings(schema, look.code, examples=_example_forms(look))
    for rule in RULES:
        for place, reason in rule.check(look):
            yield _finding(rule, look.code, place, reason)


def _example_forms(look: Look) -> list[dict[str, Any]]:
    examples = look.raw.get("examples")
    found = [one.get("form") for one in examples or () if isinstance(one, dict)]
    return [form for form in found if isinstance(form, dict)]


def _of_whole(looked: Whole) -> Iterator[Finding]:
    for rule in WHOLE:
        for item, place, reason in rule.check(looked):
            yield _finding(rule, item, place, reason)


def _finding(rule: Rule | WholeRule, item: str, place: str, reason: str) -> Finding:
    return Finding(
        code=rule.code, level=rule.level, item=item, place=place, reason=reason, todo=rule.todo
    )


def _object(entry: bytes) -> dict[str, Any]:
    read = msgspec.json.decode(entry)
    return read if isinstance(read, dict) else {}
