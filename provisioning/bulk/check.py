"""All faults of a table at once, so that an administrator corrects it once."""

from collections import Counter
from dataclasses import replace

from protocol.errors import DivisionError, NodeTwiceError, UsageError, YizhanError
from protocol.ids import NODE_ID_DIGITS, NodeId
from protocol.trust.roster import Role, Roster, State
from provisioning.bulk.table import Fault, Table
from provisioning.invitation import place
from provisioning.policy import Policy


def without_county(table: Table, roster: Roster) -> Table:
    """The table without a line for this county itself: offices list it, and it is there."""
    _, county = roster.county()
    here = (Role.COUNTY, county.code)
    lines = [line for line in table.lines if (line.newcomer.role, line.newcomer.code) != here]
    return replace(table, lines=lines)


def faults_of(table: Table, roster: Roster, policy: Policy) -> list[Fault]:
    """Why the nodes of ``table`` can't all be added to ``roster``, by line; empty if they can."""
    twice = _twice(table, roster)
    known = {fault.line for fault in twice}
    lines = [line for line in table.lines if line.number not in known]
    ids = [NodeId(f"{at:0{NODE_ID_DIGITS}x}") for at in range(len(lines))]
    placed = place(roster, [line.newcomer for line in lines], ids, policy)
    misplaced = [
        Fault(line=line.number, code=entry.code, reason=_reason(entry))
        for line, entry in zip(lines, placed, strict=True)
        if isinstance(entry, YizhanError)
    ]
    return sorted([*table.faults, *twice, *misplaced], key=lambda fault: fault.line)


def _reason(error: YizhanError) -> str:
    """A wrong argument explains itself; other errors have words of their own before the detail."""
    return error.detail if isinstance(error, UsageError | DivisionError) else error.words()


def _twice(table: Table, roster: Roster) -> list[Fault]:
    """Lines that name a place which has its node already."""
    there = {
        (entry.role, entry.code)
        for entry in roster.nodes.values()
        if entry.state is not State.RETIRED
    }
    places = [(line.newcomer.role, line.newcomer.code) for line in table.lines]
    often = Counter(places)
    return [
        Fault(
            line=line.number,
            code=NodeTwiceError.code,
            reason=f"代码 {place[1]} {'名册里已有' if place in there else '在表中出现多次'}",
        )
        for line, place in zip(table.lines, places, strict=True)
        if place in there or often[place] > 1
    ]
