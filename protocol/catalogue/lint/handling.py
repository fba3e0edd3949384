"""How an item is handled: its type, flow, result, publicity and dates.

Source: docs/lint.md.
"""

from collections.abc import Iterator
from datetime import date

from protocol.catalogue.items.handling import LICENCE
from protocol.catalogue.lint.look import Fault, Look, date_of, text_at
from protocol.records.taken_in import Mode

MIN_LICENCE_NODES = 5  # 受理 审核 审批 办结 送达

_PERSONAL = ("name", "id", "phone", "address", "bank", "account")  # in ids of fields


def licence_without_answers(look: Look) -> Iterator[Fault]:
    """An administrative licence comes with questions and answers."""
    if _is_licence(look) and not list(look.rows("faq")):
        yield "faq", "行政许可事项没有常见问题解答"


def licence_with_short_flow(look: Look) -> Iterator[Fault]:
    """An administrative licence names at least five steps."""
    nodes = len(list(look.rows("flow")))
    if _is_licence(look) and nodes < MIN_LICENCE_NODES:
        yield "flow", f"行政许可事项只有{nodes}个环节，应不少于{MIN_LICENCE_NODES}个"


def no_flow(look: Look) -> Iterator[Fault]:
    """Nobody knows who does what."""
    if not _is_licence(look) and not list(look.rows("flow")):
        yield "flow", "没有办理流程"


def flow_out_of_order(look: Look) -> Iterator[Fault]:
    """It begins with acceptance, and a decision comes before its delivery."""
    kinds = [text_at(node, "kind") for _, node in look.rows("flow")]
    if kinds and "acceptance" in kinds[1:]:
        yield f"flow[{kinds.index('acceptance', 1)}]", "受理应是第一个环节，且只有一个"
    if kinds and "decision" not in kinds:
        yield "flow", "流程里没有决定环节，办件没有结论"
    if "decision" in kinds and "delivery" in kinds[: kinds.index("decision")]:
        yield f"flow[{kinds.index('delivery')}]", "送达排在决定之前"


def node_without_post(look: Look) -> Iterator[Fault]:
    """岗位 and 权限 of each step are to be published."""
    for place, node in look.rows("flow"):
        missing = [w for key, w in (("post", "岗位"), ("authority", "权限")) if not node.get(key)]
        if missing:
            yield place, f"环节“{text_at(node, 'name')}”没有写{'、'.join(missing)}"


def window_missing(look: Look) -> Iterator[Fault]:
    """A step of publicity without a window, or a window that no step keeps."""
    kinds = {text_at(node, "kind") for _, node in look.rows("flow")}
    window = look.text("publicity", "window")
    if "publicity" in kinds and not window:
        yield "publicity", "流程里有公示环节，却没有写公示期"
    if window and kinds and "publicity" not in kinds:
        yield "flow", f"写了公示期{window}，流程里却没有公示环节"


def window_without_basis(look: Look) -> Iterator[Fault]:
    """Who objects is told by what rule."""
    if look.text("publicity", "window") and not look.text("publicity", "basis"):
        yield "publicity.basis", "写了公示期，没有写依据"


def stigma_published(look: Look) -> Iterator[Fault]:
    """A sensitive item whose publicity would name the person."""
    publicity = look.raw.get("publicity")
    fields = publicity.get("fields") if isinstance(publicity, dict) else None
    shown = [one for one in fields or () if isinstance(one, str) and _is_personal(one)]
    if look.raw.get("sensitive") and shown:
        yield "publicity.fields", f"敏感事项的公示会公开个人信息：{'、'.join(shown)}"


def result_of_other_kind(look: Look) -> Iterator[Fault]:
    """A result called 证 is a licence, one called 批复 an approval."""
    name, kind = look.text("result", "name"), look.text("result", "kind")
    for ending, wanted in (("证", "证"), ("批复", "批")):
        if kind and name.endswith(ending) and wanted not in kind:
            yield "result.kind", f"结果名为“{name}”，类型却是“{kind}”"


def result_without_sample(look: Look) -> Iterator[Fault]:
    """Citizens want to see what they will get."""
    if look.text("result", "name") and not look.text("result", "sample"):
        yield "result.sample", f"结果“{look.text('result', 'name')}”没有样本"


def checked_but_not_taken(look: Look) -> Iterator[Fault]:
    """Two clerks look at what the village does not take in."""
    if look.raw.get("second_check") is True and look.text("mode") == Mode.TELL:
        yield "second_check", "村级只告知不受理，用不上两人核对"


def no_legal_basis(look: Look) -> Iterator[Fault]:
    """Nothing may be asked of a citizen without one."""
    laws = list(look.rows("legal_basis"))
    if not laws:
        yield "legal_basis", "没有设定依据"
    for place, law in laws:
        if not text_at(law, "number"):
            yield f"{place}.number", f"“{text_at(law, 'law')}”没有写文号"


def has_ended(look: Look) -> Iterator[Fault]:
    """An item whose last day has passed is still in the file."""
    until = date_of(look.text("until"))
    if until and until < look.today:
        yield "until", f"事项已在{until}停办"


def drafts_before_start(look: Look) -> Iterator[Fault]:
    """Old drafts would end before the new version begins."""
    drafts, start = date_of(look.text("drafts_until")), date_of(look.text("from"))
    if drafts and drafts < max(start or date.min, look.today):
        yield "drafts_until", f"旧草稿只能用到{drafts}，早于新版本生效"


def fee_ended(look: Look) -> Iterator[Fault]:
    """Every rule has ended: nothing may be charged, though the item says it costs something."""
    ends = [date_of(text_at(rule, "effective_to")) for _, rule in look.rows("fee_rules")]
    if ends and all(end is not None and end < look.today for end in ends):
        yield "fee_rules", "收费规则已全部到期"


def fee_without_example(look: Look) -> Iterator[Fault]:
    """Nobody has worked the rule out once by hand."""
    for place, rule in look.rows("fee_rules"):
        if not rule.get("examples"):
            yield f"{place}.examples", "收费规则没有算例"


def _is_licence(look: Look) -> bool:
    return look.text("type") == LICENCE


def _is_personal(field: str) -> bool:
    return any(part in _PERSONAL for part in field.lower().replace("-", "_").split("_"))
