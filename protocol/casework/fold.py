"""The fold of a log: pure, so that every view can be made again from the events alone.

What may happen when is the table's business (protocol.casework.table); the fold only follows.

Source: docs/casework.md; docs/adr/0055-log-of-a-case.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.states import ENDED, State
from protocol.casework.status import Opinion, Span, Status, Stop
from protocol.casework.table import NEXT
from protocol.errors.casework import LogBrokenError
from protocol.text import identifier

Change = Mapping[str, Any]


def fold(events: Iterable[Event]) -> Status:
    """How far a case has got after ``events``, which begin with the first.

    Raises:
        LogBrokenError: a number is missing, or an event can't follow the one before.
    """
    return reduce(follow, events, Status())


def follow(status: Status, event: Event) -> Status:
    """``status`` after one more event.

    Raises:
        LogBrokenError: it is not the next, or it can't happen in that state.
    """
    kind = type(event.body)
    if event.n != status.n + 1:
        raise LogBrokenError(f"event {event.n} follows {status.n}")
    if event.n == 1:
        if kind is not opening.Received:
            raise LogBrokenError(f"a case begins with {kind.__name__}")
        to: State | None = State.RECEIVED
    else:
        if (status.state, kind) not in NEXT:
            raise LogBrokenError(f"{kind.__name__} in state {status.state.value}")
        to = NEXT[status.state, kind]
    state = status.state if to is None else to
    changes = dict(_CHANGES.get(kind, _nothing)(status, event, event.body))
    if state is not status.state:
        changes["ended_ms"] = event.at_ms if state in ENDED else None
    return replace(status, n=event.n, state=state, **changes)


def _nothing(status: Status, event: Event, body: Any) -> Change:  # noqa: ANN401 - one of AnyBody
    return {}


def _received(status: Status, event: Event, body: opening.Received) -> Change:
    return {
        "received_ms": event.at_ms,
        "corrects": body.corrects,
        "window_ms": body.window_ms,
        "window_day": body.window_day,
    }


def _accepted(status: Status, event: Event, body: opening.Accepted) -> Change:
    return {
        "accepted_ms": event.at_ms,
        "accepter": event.by,
        "node": body.node,
        "node_ms": event.at_ms,
        "owed": body.owed,
        "calendars": _calendars(body.calendar),
        "paid_until": "",
    }


def _by_default(status: Status, event: Event, body: opening.AcceptedByDefault) -> Change:
    return {
        "accepted_ms": status.received_ms,
        "node": body.node,
        "node_ms": event.at_ms,
        "calendars": _calendars(body.calendar),
    }


def _calendars(release: int) -> tuple[int, ...]:
    return (release,) if release else ()


def _correction(status: Status, event: Event, body: opening.CorrectionAsked) -> Change:
    return {
        "corrections": status.corrections + 1,
        "correction_until": body.until,
        "accepted_ms": None,
        "node": "",
        "holder": "",
    }


def _taken_up(status: Status, event: Event, body: AnyBody) -> Change:
    """The limit starts when everything is here."""
    return {
        "received_ms": event.at_ms,
        "window_ms": 0,
        "window_day": "",
        "correction_until": "",
        "accepted_ms": None,
        "node": "",
        "holder": "",
    }


def _cancelled(status: Status, event: Event, body: AnyBody) -> Change:
    return {"correction_until": "", "corrections": max(0, status.corrections - 1)}


def _paid_first(status: Status, event: Event, body: opening.PaidFirst) -> Change:
    return {"paid_until": body.until}


def _moved(status: Status, event: Event, body: handling.Passed | handling.SentBack) -> Change:
    return {"node": body.next, "node_ms": event.at_ms, "holder": ""}


def _suspended(status: Status, event: Event, body: handling.Suspended) -> Change:
    span = Span(kind=Stop.SPECIAL, name=body.procedure, from_ms=event.at_ms, planned=body.planned)
    return {"spans": (*status.spans, span)}


def _ends(stop: Stop) -> Callable[[Status, Event, AnyBody], Change]:
    def ends(status: Status, event: Event, body: AnyBody) -> Change:
        return {
            "spans": tuple(
                replace(one, to_ms=event.at_ms) if one.kind is stop and one.to_ms is None else one
                for one in status.spans
            )
        }

    return ends


def _extended(status: Status, event: Event, body: handling.Extended) -> Change:
    return {"extended": body.limit}


def _asked(status: Status, event: Event, body: handling.OpinionAsked) -> Change:
    opinion = Opinion(until=body.until, asked_ms=event.at_ms)
    return {"opinions": {**status.opinions, body.department: opinion}}


def _given(status: Status, event: Event, body: handling.OpinionGiven) -> Change:
    asked = status.opinions.get(body.department, Opinion(until="", asked_ms=event.at_ms))
    opinion = replace(asked, given_ms=event.at_ms, agrees=body.agrees, late=body.late)
    return {"opinions": {**status.opinions, body.department: opinion}}


def _recalled(status: Status, event: Event, body: handling.OpinionRecalled) -> Change:
    left = {name: one for name, one in status.opinions.items() if name != body.department}
    return {"opinions": left}


def _publicity(status: Status, event: Event, body: handling.PublicityBegun) -> Change:
    span = Span(kind=Stop.PUBLICITY, name="", from_ms=event.at_ms)
    return {"publicity_day": body.day, "spans": (*status.spans, span)}


def _publicity_ended(status: Status, event: Event, body: AnyBody) -> Change:
    return {**_ends(Stop.PUBLICITY)(status, event, body), "publicity_day": ""}


def _objected(status: Status, event: Event, body: AnyBody) -> Change:
    return {"objections": status.objections + 1}


def _settled(status: Status, event: Event, body: AnyBody) -> Change:
    return {"objections": max(0, status.objections - 1)}


def _came(status: Status, event: Event, body: handling.PapersCame) -> Change:
    return {"owed": tuple(one for one in status.owed if one.material not in body.materials)}


def _missed(status: Status, event: Event, body: handling.PaperMissed) -> Change:
    owed = tuple(one for one in status.owed if one.material != body.material)
    return {"owed": owed, "missed": (*status.missed, body.material)}


def _took(status: Status, event: Event, body: AnyBody) -> Change:
    return {"holder": event.by}


def _gave_back(status: Status, event: Event, body: AnyBody) -> Change:
    return {"holder": ""}


def _handed_over(status: Status, event: Event, body: handling.HandedOver) -> Change:
    return {"holder": body.to}


def _recused(status: Status, event: Event, body: handling.Recused) -> Change:
    who = f"{status.office} {identifier(body.who)}".lstrip()
    return {
        "recused": tuple(dict.fromkeys((*status.recused, who))),
        "holder": "" if status.holder == body.who else status.holder,
    }


def _to_office(status: Status, event: Event, body: offices.OfficeGiven) -> Change:
    return {"office": body.office, "office_name": body.name, "turn": event.n, "holder": ""}


def _from_office(status: Status, event: Event, body: AnyBody) -> Change:
    """What somebody there gave back, and not its flow, does not go there again by itself."""
    return {"office": "", "holder": "", "stays": bool(event.by)}


def _reclaimed(status: Status, event: Event, body: AnyBody) -> Change:
    return {"office": "", "holder": "", "stays": True}


def _wanted(status: Status, event: Event, body: AnyBody) -> Change:
    return {"stays": False}


def _decided(status: Status, event: Event, body: closing.Decided) -> Change:
    return {
        "outcome": body.outcome,
        "decided_ms": event.at_ms,
        "decider": event.by,
        "told_ms": None,
    }


def _annulled(status: Status, event: Event, body: AnyBody) -> Change:
    return {"outcome": None, "decided_ms": None, "decider": "", "told_ms": None}


def _told(status: Status, event: Event, body: closing.Told) -> Change:
    return {} if body.document else {"told_ms": status.told_ms or event.at_ms}


def _delivered(status: Status, event: Event, body: AnyBody) -> Change:
    return {"delivered_ms": event.at_ms, "told_ms": status.told_ms or event.at_ms}


def _rated(status: Status, event: Event, body: closing.Rated) -> Change:
    return {"rating": body.level}


def _deadline(status: Status, event: Event, body: closing.DeadlineMoved) -> Change:
    known = status.calendars
    return {} if body.calendar in known else {"calendars": (*known, body.calendar)}


def _unwanted(status: Status, event: Event, body: AnyBody) -> Change:
    return {"is_unwanted": True}


def _amended(status: Status, event: Event, body: closing.FlowAmended) -> Change:
    return {"release": body.after, "node": body.node, "node_ms": event.at_ms}


_CHANGES: Mapping[type[AnyBody], Callable[[Status, Event, Any], Change]] = {
    opening.Received: _received,
    opening.Accepted: _accepted,
    opening.AcceptedByDefault: _by_default,
    opening.CorrectionAsked: _correction,
    opening.CorrectionCancelled: _cancelled,
    opening.Corrected: _taken_up,
    opening.TakenBack: _taken_up,
    opening.PaidFirst: _paid_first,
    handling.Passed: _moved,
    handling.SentBack: _moved,
    handling.Suspended: _suspended,
    handling.Resumed: _ends(Stop.SPECIAL),
    handling.Extended: _extended,
    handling.OpinionAsked: _asked,
    handling.OpinionGiven: _given,
    handling.OpinionRecalled: _recalled,
    handling.PublicityBegun: _publicity,
    handling.PublicityEnded: _publicity_ended,
    handling.Objected: _objected,
    handling.ObjectionSettled: _settled,
    handling.PapersCame: _came,
    handling.PaperMissed: _missed,
    handling.HandlerTook: _took,
    handling.HandlerGaveBack: _gave_back,
    handling.HandedOver: _handed_over,
    handling.Recused: _recused,
    offices.OfficeGiven: _to_office,
    offices.OfficeReturned: _from_office,
    offices.OfficeReclaimed: _reclaimed,
    offices.OfficeWanted: _wanted,
    closing.Decided: _decided,
    closing.DecisionAnnulled: _annulled,
    closing.Told: _told,
    closing.Delivered: _delivered,
    closing.Rated: _rated,
    closing.WithdrawalAsked: _unwanted,
    closing.FlowAmended: _amended,
    closing.DeadlineMoved: _deadline,
}
