"""What an event changes beside its log: what its station is told of the case."""

from central.county.casework.service import Verdict
from protocol.casework.events import closing, opening
from protocol.casework.events.log import AnyBody
from protocol.casework.states import TO_DELIVER, State
from protocol.casework.status import Status
from protocol.envelope.payloads import Outcome

REOPENING: frozenset[type[AnyBody]] = frozenset(
    {
        opening.CorrectionCancelled,
        opening.Corrected,
        opening.TakenBack,
        closing.DecisionAnnulled,
        closing.DecisionCorrected,
    }
)
"""After which what was told does not stand any more."""

QUIET: frozenset[type[AnyBody]] = frozenset({opening.Corrected})
"""Of which a village hears if it can be written to: what it has sent is taken in any case."""

TOLD = TO_DELIVER | {State.CORRECTION}
"""States in which something was told that another word takes the place of."""

SENT: frozenset[type[AnyBody]] = frozenset(
    {closing.Decided, opening.CorrectionAsked, opening.NotAccepted, closing.DecisionCorrected}
)
"""With which files go to the station."""


def verdict_of(body: AnyBody, before: Status) -> Verdict | None:
    """What a station is told when this happens; None: nothing.

    Args:
        body: what happens.
        before: how far the case had got.
    """
    match body:
        case closing.Decided():
            return Verdict(outcome=body.outcome, note=body.note)
        case closing.DecisionCorrected() if before.outcome:
            return Verdict(outcome=before.outcome, note=f"更正：{body.note}")
        case opening.CorrectionAsked():
            return Verdict(
                outcome=Outcome.CORRECTION, note=body.note, faults=body.faults, until=body.until
            )
        case opening.NotAccepted():
            where = f"请向{body.where}申请。" if body.where else ""
            return Verdict(outcome=Outcome.REFUSED, note=f"不予受理：{body.note}{where}")
        case _:
            return _without_decision(body)


def _without_decision(body: AnyBody) -> Verdict | None:
    """What is told where nothing is decided any more, or again."""
    if said := _resuming(body):
        return Verdict(outcome=Outcome.RESUMED, note=said)
    if said := _ending(body):
        return Verdict(outcome=Outcome.ENDED, note=said)
    return None


def _resuming(body: AnyBody) -> str:
    """What the citizen reads where what was told before does not stand any more."""
    match body:
        case opening.CorrectionCancelled():
            return "不用补正了，县里继续办理。"
        case opening.Corrected():
            return "补正的材料县里收到了，继续办理。"
        case opening.TakenBack():
            return f"恢复办理：{body.note}"
        case closing.DecisionAnnulled():
            return f"原决定已撤销，重新办理：{body.note}"
        case _:
            return ""


def _ending(body: AnyBody) -> str:
    """What the citizen reads of a case in which nothing is decided any more."""
    match body:
        case opening.Lapsed():
            return "逾期未补正，视为撤回申请。需要办理的，请重新申请。"
        case opening.Transferred():
            return f"已转送{body.where}办理：{body.note}"
        case closing.Withdrawn():
            return "已按申请人的要求撤回。"
        case closing.Terminated():
            return f"终止办理：{body.note}"
        case opening.Continued() if body.note:  # a person merged it; else the village sent another
            return f"已并入办件 {body.case} 一起办理：{body.note}"
        case _:
            return ""
