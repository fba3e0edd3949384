"""From what somebody typed to the body of an event: what is missing or wrong is named."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.base import Approved
from protocol.casework.events.log import AnyBody, kind_of
from protocol.casework.rules import CaseRules
from protocol.casework.states import State
from protocol.casework.status import Status
from protocol.casework.table import Step
from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.items.kinds import NodeKind, Tier
from protocol.envelope.payloads import Outcome
from protocol.errors import MalformedError
from protocol.errors.casework import StepFieldsError
from protocol.json_values import from_json

WITH_REASON: frozenset[type[AnyBody]] = frozenset(
    {
        opening.NotAccepted,
        opening.Transferred,
        opening.TakenBack,
        opening.Continued,
        handling.SentBack,
        handling.Suspended,
        handling.Extended,
        handling.Recused,
        closing.DecisionCorrected,
        closing.DecisionAnnulled,
        closing.Terminated,
        closing.FlowAmended,
        offices.OfficeReclaimed,
    }
)
"""What is not done without a reason in words."""

_NO_REASON = "要写明理由"
_PASSED = frozenset({NodeKind.REVIEW, NodeKind.JOINT, NodeKind.ASSESSMENT})
_OFFERED = {"until", "day", "limit"}  # what follows from the case unless it is typed
_LIMITS = {"limit", "planned"}
_DAYS = {"until", "day"}


class Standing(Protocol):
    """A case, as far as it counts here."""

    @property
    def status(self) -> Status:
        """How far it has got."""
        ...

    @property
    def rules(self) -> CaseRules:
        """What its item says of its life."""
        ...


def body_of(
    step: Step, fields: Mapping[str, Any], note: str, case: Standing, *, by: str, today: date
) -> AnyBody:
    """The body of the event by which ``step`` is done.

    Args:
        fields: what was typed, by the names of the event; what follows from the case is not.
        by: account of whoever does it, who approves what is not approved by another.
        today: local day of the county.

    Raises:
        StepFieldsError: something is missing, wrong, or not known.
    """
    known = {name for name in step.body.__struct_fields__ if name != "note"}
    known -= (_computed(step, case, fields, today).keys() - _OFFERED) | {"calendar"}
    if strange := sorted(fields.keys() - known):
        raise StepFieldsError(f"不认识的栏目：{'、'.join(strange)[:100]}")
    if step.body in WITH_REASON and not note.strip():
        raise StepFieldsError(_NO_REASON)
    typed = {name: _typed(name, value) for name, value in fields.items()}
    values = {**_computed(step, case, fields, today), **typed, "note": plain(note)}
    if step.body is handling.Recused:
        values = {"who": by, **values}
    if issubclass(step.body, Approved):
        values = {"approver": by, **values}
    body = _made(step, values)
    require_reason(body)
    return body


def require_reason(body: AnyBody) -> None:
    """Raise StepFieldsError if it refuses without a word (行政许可法 article 38)."""
    is_refusal = isinstance(body, closing.Decided) and body.outcome is Outcome.REFUSED
    if is_refusal and not body.note.strip():
        raise StepFieldsError(_NO_REASON)


def _made(step: Step, values: Mapping[str, Any]) -> AnyBody:
    try:
        made: AnyBody = from_json({"kind": kind_of(step.body), **values}, step.body)  # type: ignore[arg-type]
    except MalformedError as exc:
        raise StepFieldsError(_wrong(exc.detail)) from None
    return made


def _wrong(detail: str) -> str:
    """What is wrong, in words; the detail is the reader's, in English."""
    if found := re.search(r"missing required field `(\w+)`", detail):
        return f"缺栏目 {found[1]}"
    if found := re.search(r"`\$\.(\w+)", detail):
        return f"栏目 {found[1]} 的写法不对"
    return "有一栏太长、太短，或写法不对"


def plain(note: str) -> str:
    """Words without what no page and no terminal should be sent."""
    return "".join(char for char in note if char.isprintable() or char in "\n\t")


def _computed(step: Step, case: Standing, fields: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What follows from the case."""
    status, rules = case.status, case.rules
    made: dict[type[AnyBody], dict[str, Any]] = {
        opening.Accepted: {"node": rules.first},
        handling.Passed: {"node": status.node, "next": rules.after(status.node)},
        handling.SentBack: {"node": status.node, "next": rules.before(status.node)},
        handling.Extended: {"limit": _written(rules.handling.extend)},
        handling.PublicityBegun: {"day": today.isoformat()},
        handling.OpinionGiven: {"late": _is_late(case, fields, today)},
        closing.FlowAmended: {"before": status.release, "node": rules.first},
    }
    return made.get(step.body, {})


def _is_late(case: Standing, fields: Mapping[str, Any], today: date) -> bool:
    asked = case.status.opinions.get(str(fields.get("department", "")))
    return bool(asked and asked.until and today.isoformat() > asked.until)


def _typed(name: str, value: object) -> object:
    """As it is kept: days and limits by their usual spelling."""
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        if name in _LIMITS:
            return _written(read_limit(value))
    except ValueError as exc:
        raise StepFieldsError(str(exc)) from None
    return _day(value) if name in _DAYS else value


def _day(text: str) -> str:
    try:
        return read_date(text).isoformat()
    except ValueError:
        raise StepFieldsError(f"“{text[:40]}”不是日期，请写 2026-02-13") from None


def way_to_decision(case: Standing) -> list[AnyBody]:
    """What comes before a decision and asks for no judgement but that of whoever decides.

    It is accepted, and passes the nodes that wait for nobody else; at a publicity the way ends, and
    where a township is to say its word first.
    """
    status, rules = case.status, case.rules
    if status.state not in {State.RECEIVED, State.PAID_FIRST, State.ACCEPTED}:
        return []
    if not status.stays and rules.at_township(status):
        return []
    is_new = status.state is not State.ACCEPTED
    way: list[AnyBody] = [opening.Accepted(node=rules.first)] if is_new else []
    node = rules.node(rules.first if is_new else status.node)
    while node.kind in _PASSED and (status.stays or node.tier is Tier.COUNTY):
        after = rules.after(node.id)
        way.append(handling.Passed(node=node.id, next=after))
        node = rules.node(after)
    return way


def _written(limit: Limit | None) -> str:
    return f"{limit.count}{limit.unit.value}" if limit else ""
