"""The one table of what may happen to a case: in which state, by whose power, with what effect.

Nothing else decides that: service, pages, commands, jobs and the documents read it here.

Source: docs/casework.md (drawn from this table); 行政许可法 articles 29 to 49; ADR 0055.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from protocol.casework import guards
from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.log import AnyBody
from protocol.casework.guards import Guard
from protocol.casework.rules import CaseRules
from protocol.casework.states import ENDED, OPEN, TO_DELIVER, UNDECIDED, State
from protocol.casework.status import Status


class Power(StrEnum):
    """By which power somebody does something."""

    ACCEPT = "accept"  # 受理
    REVIEW = "review"  # 审核: at the node at which the case stands
    OPINION = "opinion"  # 会签: of a department that was asked
    DECIDE = "decide"  # 审批
    HEAD = "head"  # 负责人: what needs a superior's word
    ANY = "any"  # whoever may act on the case now


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A row of the table."""

    action: str  # as commands and pages call it; empty: only the program does it
    word: str  # as people call it
    body: type[AnyBody]
    sources: AbstractSet[State]
    to: State | None = None  # None: the state stays
    power: Power | None = None  # None: nobody's, it happens by itself
    itself: bool = False  # it happens by itself, too: by the clock, or because something arrived
    why_not: Guard = guards.nothing


_R, _C, _A, _S = State.RECEIVED, State.CORRECTION, State.ACCEPTED, State.SUSPENDED
_FIRST, _DONE = State.PAID_FIRST, State.DELIVERED
_WORK = frozenset({_A, _S})
_ALL = frozenset(State)
_OUT = frozenset({_R, _FIRST, _A})  # in which an office may have it


def _by(  # noqa: PLR0917 - a row reads like a row
    power: Power | None,
    action: str,
    word: str,
    body: type[AnyBody],
    sources: AbstractSet[State],
    to: State | None = None,
    why_not: Guard = guards.nothing,
    *,
    itself: bool = False,
) -> Step:
    return Step(
        action=action,
        word=word,
        body=body,
        sources=sources,
        to=to,
        power=power,
        itself=itself or power is None,
        why_not=why_not,
    )


_P = Power
STEPS: tuple[Step, ...] = (
    # whether it is accepted
    _by(_P.ACCEPT, "accept", "受理", opening.Accepted, {_R, _FIRST}, _A),
    _by(None, "", "视为受理", opening.AcceptedByDefault, {_R}, _A, guards.is_by_default),
    _by(_P.ACCEPT, "ask-correction", "告知补正", opening.CorrectionAsked, {_R, _FIRST, _A}, _C),
    _by(_P.ACCEPT, "cancel-correction", "取消补正", opening.CorrectionCancelled, {_C}, _R),
    _by(_P.ACCEPT, "confirm-correction", "补正齐全", opening.Corrected, {_C}, _R, itself=True),
    _by(None, "", "逾期未补正", opening.Lapsed, {_C}, State.LAPSED, guards.may_lapse),
    _by(_P.ACCEPT, "not-accept", "不予受理", opening.NotAccepted, {_R}, State.NOT_ACCEPTED),
    _by(_P.ACCEPT, "transfer", "转送", opening.Transferred, {_R, _A}, State.TRANSFERRED),
    _by(
        _P.HEAD,
        "take-back",
        "恢复办理",
        opening.TakenBack,
        {State.TRANSFERRED, State.NOT_ACCEPTED, State.LAPSED, State.CONTINUED},
        _R,
    ),
    _by(_P.DECIDE, "pay-first", "先行救助", opening.PaidFirst, {_R}, _FIRST, guards.may_pay_first),
    _by(
        _P.ACCEPT,
        "merge",
        "并入另一件",
        opening.Continued,
        {_R, _C, _A},
        State.CONTINUED,
        itself=True,
    ),
    # the nodes
    _by(_P.REVIEW, "pass", "通过", handling.Passed, {_A}, None, guards.is_before_decision),
    _by(
        _P.REVIEW,
        "send-back",
        "退回上一环节",
        handling.SentBack,
        {_A},
        None,
        guards.has_node_before,
    ),
    _by(_P.REVIEW, "suspend", "进入特别程序", handling.Suspended, {_A}, _S, guards.has_special),
    _by(_P.REVIEW, "resume", "特别程序结束", handling.Resumed, {_S}, _A),
    _by(_P.HEAD, "extend", "延长期限", handling.Extended, _WORK, None, guards.is_not_extended),
    _by(_P.REVIEW, "ask-opinion", "征求部门意见", handling.OpinionAsked, {_A}),
    _by(
        _P.OPINION, "give-opinion", "答复意见", handling.OpinionGiven, _WORK, None, guards.was_asked
    ),
    _by(
        _P.REVIEW,
        "recall-opinion",
        "不再等意见",
        handling.OpinionRecalled,
        _WORK,
        None,
        guards.is_waited_for,
        itself=True,
    ),
    _by(
        _P.REVIEW,
        "begin-publicity",
        "公示开始",
        handling.PublicityBegun,
        {_A},
        None,
        guards.is_at_publicity,
        itself=True,
    ),
    _by(
        _P.REVIEW,
        "end-publicity",
        "公示结束",
        handling.PublicityEnded,
        {_A},
        None,
        guards.is_public,
        itself=True,
    ),
    _by(_P.ACCEPT, "record-objection", "登记异议", handling.Objected, UNDECIDED, itself=True),
    _by(
        _P.REVIEW,
        "settle-objection",
        "异议已处理",
        handling.ObjectionSettled,
        UNDECIDED,
        None,
        guards.has_objection,
    ),
    # papers that follow
    _by(_P.ACCEPT, "record-papers", "材料已补交", handling.PapersCame, UNDECIDED, itself=True),
    _by(None, "", "容缺材料逾期", handling.PaperMissed, UNDECIDED, None, guards.is_owed),
    # who does it
    _by(_P.ANY, "take", "接办", handling.HandlerTook, OPEN),
    _by(_P.ANY, "give-back", "退回公共待办", handling.HandlerGaveBack, OPEN, None, guards.is_held),
    _by(_P.ANY, "hand-over", "转给他人", handling.HandedOver, OPEN),
    _by(_P.ANY, "step-aside", "回避", handling.Recused, OPEN),
    # between the county and an office of a township
    _by(None, "", "交乡镇办理", offices.OfficeGiven, _OUT, None, guards.may_go_to_office),
    _by(
        _P.REVIEW,
        "return-to-county",
        "乡镇交回",
        offices.OfficeReturned,
        _ALL,
        None,
        guards.is_at_office,
    ),
    _by(
        _P.HEAD,
        "reclaim",
        "收回县里办理",
        offices.OfficeReclaimed,
        _ALL,
        None,
        guards.is_at_office,
        itself=True,
    ),
    _by(_P.REVIEW, "to-office", "再交乡镇", offices.OfficeWanted, _OUT, None, guards.stays_here),
    # the decision, and after it
    _by(_P.DECIDE, "decide", "决定", closing.Decided, {_A}, State.DECIDED, guards.is_at_decision),
    _by(_P.HEAD, "correct-decision", "更正决定", closing.DecisionCorrected, TO_DELIVER | {_DONE}),
    _by(_P.HEAD, "annul-decision", "撤销决定", closing.DecisionAnnulled, TO_DELIVER | {_DONE}, _A),
    _by(_P.REVIEW, "close", "办结", closing.Closed, {State.DECIDED}, State.CLOSED),
    _by(_P.ACCEPT, "tell", "已告知", closing.Told, _ALL - {State.ARCHIVED}, itself=True),
    _by(_P.ACCEPT, "deliver", "已送达", closing.Delivered, TO_DELIVER, _DONE, itself=True),
    _by(None, "", "已评价", closing.Rated, _ALL),
    _by(
        _P.ACCEPT,
        "archive",
        "归档",
        closing.Archived,
        ENDED - {State.ARCHIVED},
        State.ARCHIVED,
        itself=True,
    ),
    # whoever applied, or nobody any more
    _by(None, "", "要求撤回", closing.WithdrawalAsked, UNDECIDED),
    _by(_P.ACCEPT, "withdraw", "撤回", closing.Withdrawn, UNDECIDED, State.WITHDRAWN),
    _by(_P.HEAD, "terminate", "终止", closing.Terminated, OPEN, State.TERMINATED),
    # what is mended
    _by(_P.HEAD, "amend-flow", "更正流程", closing.FlowAmended, UNDECIDED),
    _by(None, "", "期限重算", closing.DeadlineMoved, UNDECIDED),
    _by(_P.ACCEPT, "link", "关联另一件", closing.Linked, _ALL),
)
"""Every row; one action, and one kind of event, stands in one row alone."""

NEXT: Mapping[tuple[State, type[AnyBody]], State | None] = {
    (source, step.body): step.to for step in STEPS for source in step.sources
}
"""Where an event leads from each state in which it can happen; None: nowhere else."""

ACTIONS: Mapping[str, Step] = {step.action: step for step in STEPS if step.action}
BY_BODY: Mapping[type[AnyBody], Step] = {step.body: step for step in STEPS}


def enabled(status: Status, rules: CaseRules) -> tuple[Step, ...]:
    """What people at the county can do now with a case; whose power it needs stands in each."""
    return tuple(step for step in STEPS if step.power and not refusal(step, status, rules))


def refusal(step: Step, status: Status, rules: CaseRules, at: str = "") -> str:
    """Why ``step`` can't be done now, in Chinese; empty: it can.

    Args:
        at: id of the hub whose office wants to; empty: somebody at the county does.
    """
    if (step.body is offices.OfficeReclaimed and not at) or status.office == at:
        if status.state not in step.sources:
            return "现在的状态不能这样办"
        return step.why_not(status, rules)
    if status.office and not at:
        return f"这一件由{status.office_name}办理；要由县里办，请先收回（reclaim）"
    return "这一件不在您的乡镇办理"
