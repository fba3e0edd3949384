"""The audit record as people read it: one row for one action, names for node ids, filtered.

The record itself has two entries for most actions, one before it and one with its outcome, so that
a power cut between them shows. A row is both.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Protocol, Self

from central.county.console.words import ACTIONS
from protocol.ids import NodeId
from protocol.trust.roster import RosterEntry
from provisioning.audit.entry import Entry
from provisioning.audit.log import AuditLog
from runtime.record import BEGUN, DONE

MOST_CHARS = 60  # of one field of the filter
_READ = 500  # entries at once
_BETWEEN = 200  # entries at most between the beginning of an action and its outcome
_LOOKED_AT = 50_000  # entries for one page; behind them a reader asks for older ones
_BEIJING = timezone(timedelta(hours=8))
_NODE = re.compile("[0-9a-f]{16}")
_WEB = " (web)"

Nodes = Mapping[NodeId, RosterEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One action."""

    number: int  # of the entry with its outcome, or of its beginning where that is missing
    at_ms: int  # when it began
    actor: str  # account, or name of a node; empty: the program by itself
    by_page: bool
    action: str
    subject: str  # name of a node, or what it was done to
    node: str  # id of that node, if it is one
    outcome: str  # BEGUN: nothing is known of how it ended
    detail: Mapping[str, str]

    @property
    def failed(self) -> bool:
        """Whether it was refused, or broke off."""
        return self.outcome not in ("", BEGUN, DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Everything is asked for unless a field says less."""

    who: str = ""
    action: str = ""
    text: str = ""  # in the subject or the detail
    ended: str = ""  # "failed" or "done"
    since: str = ""  # day in Beijing, 2026-09-21
    until: str = ""  # the same, the day included

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the address of a page; what is no filter, or no day, is ignored."""
        names = ("who", "action", "text", "ended", "since", "until")
        fields = {name: query.get(name, "")[:MOST_CHARS].strip() for name in names}
        for name in ("since", "until"):
            if day_ms(fields[name]) is None:
                fields[name] = ""
        if fields["action"] not in ACTIONS:
            fields["action"] = ""
        return cls(**fields)

    def fits(self, row: Row) -> bool:
        """Whether ``row`` is asked for."""
        return (
            (not self.who or self.who in row.actor)
            and self.action in ("", row.action)
            and (not self.text or any(self.text in part for part in _texts(row)))
            and (self.ended != "failed" or row.failed)
            and (self.ended != "done" or not row.failed)
            and (not self.until or row.at_ms < (day_ms(self.until) or 0) + 86_400_000)
            and not self.is_before(row.at_ms)
        )

    def is_before(self, at_ms: int) -> bool:
        """Whether that is earlier than what is asked for."""
        return bool(self.since) and at_ms < (day_ms(self.since) or 0)


class Wanted(Protocol):
    """Which rows are asked for."""

    def fits(self, row: Row) -> bool:
        """Whether ``row`` is."""
        ...

    def is_before(self, at_ms: int) -> bool:
        """Whether that is earlier than what is asked for."""
        ...


Newest = Callable[[int, int], Sequence[Entry]]
"""So many entries up to a number, newest first; 0: up to the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows that fit, newest first."""

    rows: Sequence[Row]
    older: int  # number up to which older ones may be asked for; 0: there are none


def find_rows(log: AuditLog, nodes: Nodes, wanted: Wanted, *, upto: int, limit: int) -> Found:
    """As :func:`rows_of`, of the whole record."""
    return rows_of(log.newest, nodes, wanted, upto=upto, limit=limit)


def rows_of(newest: Newest, nodes: Nodes, wanted: Wanted, *, upto: int, limit: int) -> Found:
    """At most ``limit`` rows that fit, up to an entry's number; 0: up to the last.

    Blocks for the disk: about a second for the 50,000 entries that it looks at, at most.
    """
    rows: list[Row] = []
    ends: dict[tuple[str, str, str], list[int]] = {}
    fitting, last, looked_at = 0, 0, 0
    for entry in _newest_first(newest, upto + _BETWEEN if upto else 0):
        last, looked_at = entry.number, looked_at + 1
        key = (entry.actor, entry.action, entry.subject)
        if entry.outcome == BEGUN and (waiting := ends.get(key)):
            at = waiting.pop()
            rows[at] = replace(rows[at], at_ms=entry.at_ms)
            continue
        row = _row(entry, nodes)
        if entry.outcome != BEGUN:
            ends.setdefault(key, []).append(len(rows))
        rows.append(row)
        fitting += (not upto or row.number <= upto) and wanted.fits(row)
        if fitting > limit + _BETWEEN or looked_at >= _LOOKED_AT or wanted.is_before(entry.at_ms):
            break
    fit = [row for row in rows if (not upto or row.number <= upto) and wanted.fits(row)]
    if len(fit) > limit:
        return Found(rows=fit[:limit], older=fit[limit - 1].number - 1)
    return Found(rows=fit, older=last - 1 if looked_at >= _LOOKED_AT else 0)


def _newest_first(newest: Newest, upto: int) -> Iterator[Entry]:
    while entries := newest(upto, _READ):
        yield from entries
        upto = entries[-1].number - 1
        if upto <= 0:
            return


def _row(entry: Entry, nodes: Nodes) -> Row:
    actor = entry.actor.removesuffix(_WEB)
    return Row(
        number=entry.number,
        at_ms=entry.at_ms,
        actor=_named(actor, nodes),
        by_page=entry.actor.endswith(_WEB),
        action=entry.action,
        subject=_named(entry.subject, nodes),
        node=entry.subject if _NODE.fullmatch(entry.subject) else "",
        outcome=entry.outcome,
        detail={
            key: _named(str(value), nodes)
            for key, value in entry.detail.items()
            if value not in ("", None)
        },
    )


def _named(text: str, nodes: Nodes) -> str:
    """The name of a node instead of its id."""
    entry = nodes.get(NodeId(text))
    return entry.name if entry else text


def _texts(row: Row) -> list[str]:
    return [row.subject, row.node, row.actor, *row.detail.values()]


def day_ms(day: str) -> int | None:
    """When that day begins in Beijing; None if it is none."""
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=_BEIJING)
        return int(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
