"""Cases of one item for tests of clocks and lights: what happened when, in local time."""

from datetime import datetime
from typing import Any

from protocol.casework.clocks import NEWEST
from protocol.casework.events import opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import fold
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.items.kinds import NodeKind, Starts
from protocol.catalogue.items.parts import FlowNode, Limits, Special
from protocol.trust.schedule import CHINA
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR

Moment = tuple[str, AnyBody]  # local time, what happened

DATA = {NEWEST: CALENDAR}


def ms(text: str) -> int:
    """Local time as a log has it."""
    return int(at(text).replace(tzinfo=CHINA).timestamp()) * 1000


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def life(*happened: Moment) -> Status:
    return fold(
        Event(n=n, at_ms=ms(when), by="农梅", body=body)
        for n, (when, body) in enumerate(happened, start=1)
    )


def rules(starts: Starts = Starts.COUNTY, **changed: Any) -> CaseRules:
    limits = Limits(legal=read_limit("20wd"), promised=read_limit("10wd"), starts=starts)
    nodes = (
        FlowNode(id="look", kind=NodeKind.REVIEW, name="审核", limit=read_limit("3wd")),
        FlowNode(id="decide", kind=NodeKind.DECISION, name="决定"),
    )
    special = (Special(name="专家评审", limit=read_limit("15wd")),)
    return CaseRules(**{"limits": limits, "nodes": nodes, "special": special, **changed})


RECEIVED: Moment = ("2026-04-29T09:00", opening.Received())
ACCEPTED: Moment = ("2026-04-30T09:00", opening.Accepted(node="look"))
VILLAGE = opening.Received(window_ms=ms("2026-04-24T10:00"))
