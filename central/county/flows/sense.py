"""Whether what somebody typed makes sense for a case: what the table can't know.

What arrives, or happens by the clock, is not asked: it says what was.
"""

import re
from datetime import date

from central.county.flows.dates import Dated
from central.county.flows.log import Logged
from protocol.casework.clocks import What, moment
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody
from protocol.errors.casework import StepFieldsError, StepNotNowError
from protocol.records.followups import Way

_WAYS = {"", "window", "electronic", *(way.value for way in Way)}  # at the county, and in villages
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


def require_sense(body: AnyBody, case: Logged, dated: Dated, today: date, *, by: str) -> None:
    """Raise where a person surely means something else.

    Args:
        by: account of whoever acts.

    Raises:
        StepFieldsError: a field is wrong for this case.
        StepNotNowError: the case is not ready for it.
    """
    match body:
        case opening.CorrectionAsked():
            if not body.note.strip() and not body.faults:
                raise StepFieldsError("要写明要改什么：在不对的材料或栏目上打勾，或写在说明里")
            _require_ahead(body.until, today)
        case opening.PaidFirst(until=until):
            _require_ahead(until, today)
        case opening.Continued(case=other) | closing.Linked(case=other) if other == case.number:
            raise StepFieldsError("不能并入或关联自己")
        case closing.Told(way=way) | closing.Delivered(way=way) if way not in _WAYS:
            raise StepFieldsError(f"方式只能是：{'、'.join(sorted(_WAYS - {''}))}")
        case handling.HandlerTook() if case.status.holder not in {"", by}:
            said = f"已由{case.status.holder}接办；请由其退回，或转给您"
            raise StepNotNowError(f"{case.number}：{said}")
        case closing.Archived(digest=digest) if not _DIGEST.fullmatch(digest):
            raise StepFieldsError("digest 应是 64 位十六进制")
        case _:
            _require_handled(body, case, dated, today)


def _require_handled(body: AnyBody, case: Logged, dated: Dated, today: date) -> None:
    """The same for what happens while it is handled."""
    status = case.status
    match body:
        case handling.OpinionAsked(department=department, until=until):
            _require_ahead(until, today)
            if department in status.waits_for:
                raise StepNotNowError(f"{case.number}：已经请{department}出具意见，还没有答复")
        case (
            handling.OpinionGiven(department=department)
            | handling.OpinionRecalled(department=department)
        ) if department not in status.opinions:
            raise StepFieldsError(f"没有请“{department}”出具意见")
        case handling.PublicityBegun(day=day) if day > today.isoformat():
            raise StepFieldsError("公示开始不能是将来的日期")
        case handling.PublicityEnded():
            _require_over(case, dated, today)
        case handling.Suspended(procedure=procedure):
            names = [one.name for one in case.rules.special]
            if procedure not in names:
                raise StepFieldsError(f"本事项的特别程序只有：{'、'.join(names)}")
        case _:
            return


def _require_ahead(day: str, today: date) -> None:
    if day and day < today.isoformat():
        raise StepFieldsError("最后期限不能早于今天")


def _require_over(case: Logged, dated: Dated, today: date) -> None:
    """Its days are over; a poster without a limit ends when somebody says so."""
    for one in dated.running:
        if one.budget.what is What.PUBLICITY and moment(one.latest).date() >= today:
            raise StepNotNowError(f"{case.number}：公示期到 {moment(one.latest):%Y-%m-%d} 才满")
