"""A case as people and programs read it."""

from central.county.flows.calls import DueShown, Happened, Life, LimitShown
from central.county.flows.dates import Dated
from central.county.flows.log import Logged
from protocol.casework.clocks import WHOLE, Running, What, written
from protocol.casework.events.log import Event, kind_of
from protocol.casework.table import enabled
from protocol.json_values import to_json
from protocol.trust.schedule import local_time


def shown(case: Logged, dated: Dated) -> Life:
    """All that its log says, and when its limits end."""
    status = case.status
    return Life(
        case=case.number,
        application=case.key[1].hex(),
        item=case.item,
        state=status.state.value,
        node=status.node,
        holder=status.holder,
        enabled=[step.action for step in enabled(status, case.rules)],
        due=_due(dated),
        light=dated.light.value,
        limits=[_limit(one) for one in dated.running],
        events=[_happened(one) for one in case.events],
    )


def told(case: Logged) -> Life:
    """What its log says, and nothing that depends on the day on which somebody looks."""
    status = case.status
    return Life(
        case=case.number,
        application=case.key[1].hex(),
        item=case.item,
        state=status.state.value,
        node=status.node,
        holder=status.holder,
        enabled=(),
        due=DueShown(),
        light="",
        limits=(),
        events=[_happened(one) for one in case.events],
    )


def _due(dated: Dated) -> DueShown:
    whole = {one.budget.what: one for one in dated.running if one.budget.what in WHOLE}
    first = next(iter(whole.values()), None)
    return DueShown(
        promised=_latest(whole.get(What.PROMISED)),
        legal=_latest(whole.get(What.LEGAL)),
        provisional=any(one.provisional for one in whole.values()),
        why=tuple(first.why) if first else (),
    )


def _latest(one: Running | None) -> str:
    return written(one.latest) if one else ""


def _limit(one: Running) -> LimitShown:
    return LimitShown(
        what=one.budget.what.value,
        name=one.budget.name,
        due=written(one.due),
        latest=written(one.latest),
        provisional=one.provisional,
        why=tuple(one.why),
    )


def _happened(event: Event) -> Happened:
    body = to_json(event.body)
    return Happened(
        n=event.n,
        kind=kind_of(event.body),
        at=local_time(event.at_ms).isoformat(timespec="seconds"),
        by=event.by,
        right=event.right,
        body={name: value for name, value in body.items() if name != "kind"},
    )
