"""What may stand in the way of a step, in words that its handler reads; empty: nothing does."""

from collections.abc import Callable

from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.items.kinds import NodeKind
from protocol.limits import MAX_OFFICE_EVENTS

MAX_OFFICE_LOG = MAX_OFFICE_EVENTS // 2
"""Events of a case that still goes to an office, which needs as many for its own."""

Guard = Callable[[Status, CaseRules], str]


def nothing(status: Status, rules: CaseRules) -> str:
    """It can always be done."""
    return ""


def is_at_decision(status: Status, rules: CaseRules) -> str:
    """Every node before the decision has done its part."""
    node = rules.node(status.node)
    if node.kind is not NodeKind.DECISION:
        return f"还在“{node.name}”环节，该环节通过后才能决定"
    return is_settled(status, rules)


def is_before_decision(status: Status, rules: CaseRules) -> str:
    """The case stands at a node that passes it on."""
    node = rules.node(status.node)
    if node.kind is NodeKind.DECISION:
        return "已到决定环节，没有下一个环节"
    if node.kind is NodeKind.PUBLICITY and not status.was_public:
        return "还没有公示过"
    return is_settled(status, rules)


def is_settled(status: Status, rules: CaseRules) -> str:
    """Nobody is waited for."""
    if waits := "、".join(status.waits_for):
        return f"还在等{waits}的意见"
    if status.publicity_day:
        return "公示还没有结束"
    if status.objections:
        return f"还有 {status.objections} 件异议没有处理"
    return ""


def has_node_before(status: Status, rules: CaseRules) -> str:
    """There is a node to return it to."""
    return "" if rules.before(status.node) else "这是第一个环节，没有可以退回的环节"


def has_special(status: Status, rules: CaseRules) -> str:
    """The item lists a procedure whose time does not count."""
    return "" if rules.special else "本事项没有列明特别程序，办理期限不能停止计算"


def is_not_extended(status: Status, rules: CaseRules) -> str:
    """A limit is made longer once."""
    if not (rules.limits.legal or rules.limits.promised):
        return "本事项没有办理期限，不用延长"
    if rules.handling.extend is None:
        return "本事项没有写明可以延长期限"
    return "已经延长过一次，不能再延长" if status.extended else ""


def is_waited_for(status: Status, rules: CaseRules) -> str:
    """Somebody was asked and has not answered."""
    return "" if any(status.waits_for) else "没有等待答复的会签意见"


def was_asked(status: Status, rules: CaseRules) -> str:
    """Some department was asked: its answer is kept even if it is late."""
    return "" if status.opinions else "没有请哪个部门出具意见"


def is_at_publicity(status: Status, rules: CaseRules) -> str:
    """The case stands at its publicity, and no poster hangs."""
    if rules.node(status.node).kind is not NodeKind.PUBLICITY:
        return "现在不是公示环节"
    return "公示已经开始" if status.publicity_day else ""


def is_public(status: Status, rules: CaseRules) -> str:
    """A poster hangs."""
    return "" if status.publicity_day else "没有正在进行的公示"


def has_objection(status: Status, rules: CaseRules) -> str:
    """Somebody objected."""
    return "" if status.objections else "没有待处理的异议"


def may_pay_first(status: Status, rules: CaseRules) -> str:
    """The item lets help come before the papers."""
    return "" if rules.handling.papers else "本事项没有写明可以先行救助"


def is_by_default(status: Status, rules: CaseRules) -> str:
    """Silence accepts it."""
    return "" if rules.handling.by_default else "本事项不适用逾期视为受理"


def may_lapse(status: Status, rules: CaseRules) -> str:
    """A correction that never comes ends the case."""
    return "" if rules.handling.lapses else "本事项没有写明逾期未补正视为撤回"


def is_held(status: Status, rules: CaseRules) -> str:
    """Somebody took the case on."""
    return "" if status.holder else "还没有人接办这一件"


def is_owed(status: Status, rules: CaseRules) -> str:
    """A paper is still to come."""
    return "" if status.owed else "没有待补的容缺材料"


def may_go_to_office(status: Status, rules: CaseRules) -> str:
    """It stands where a township works, and nobody took it back from there."""
    if rules.at_township(status) is None:
        return "现在的环节不由乡镇办理"
    if status.n >= MAX_OFFICE_LOG:
        return "这一件的办理步骤太多，只能由县里办理"
    return "已回到县里办理；要再交乡镇，先办“再交乡镇”" if status.stays else ""


def is_at_office(status: Status, rules: CaseRules) -> str:
    """An office owns its log."""
    return "" if status.office else "这一件不在乡镇办理"


def stays_here(status: Status, rules: CaseRules) -> str:
    """It was taken back, and its node is still a township's."""
    if not status.stays:
        return "这一件没有从乡镇回来过，不用再交"
    return "" if rules.at_township(status) else "现在的环节不由乡镇办理"
