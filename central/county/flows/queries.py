"""Queries on logs and statuses. None of them commits."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as count_from

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import take_all
from central.county.flows.models import DUE, NEVER, EventRow, NoteRow, StatusRow, WaitingRow
from central.county.flows.place import place_of
from central.county.ports.keys import Key
from central.store.base import BY_KEY, table_of
from central.store.insert import insert_new
from protocol.casework.events.log import AnyBody, Event, kind_of
from protocol.casework.offices import is_due
from protocol.casework.rules import CaseRules
from protocol.casework.states import OPEN, State
from protocol.casework.status import Status
from protocol.errors import MalformedError
from protocol.errors.casework import LogBrokenError
from protocol.json_values import from_json, to_json

EVENTS = "event"  # series of the positions of each station
_UNSEEN = {"due": NEVER, "light": "green"}  # until supervision looks
_WORDS = frozenset({"note", "person", "faults"})
_NAMES = ("document", "where", "serial", "way")  # that may be anything, and have to be there
_ERASED = "—"
_FIXED = frozenset({"station", "application", "item"})
_EVENTS, _STATUSES = table_of(EventRow), table_of(StatusRow)
_ADD_EVENTS = insert(_EVENTS).execution_options(**BY_KEY)
_ADD_STATUSES = insert(_STATUSES).execution_options(**BY_KEY)
_MOVE = (
    update(_STATUSES)
    .where(
        _STATUSES.c.station == bindparam("of_station"),
        _STATUSES.c.application == bindparam("of_application"),
    )
    .execution_options(**BY_KEY)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands: what its status row follows from."""

    item: str  # id
    status: Status
    rules: CaseRules


async def begin(
    session: AsyncSession, events: Mapping[Key, Event], statuses: Mapping[Key, Standing]
) -> None:
    """Write the first event of cases that have no log yet, and how far they have got."""
    positions = await _positions(session, Counter(station for station, _ in events))
    written = [
        {**event_values(key, one), "position": next(positions[key[0]])}
        for key, one in events.items()
    ]
    await session.execute(_ADD_EVENTS, written)
    rows = [{**status_values(key, one), **_UNSEEN} for key, one in statuses.items()]
    await session.execute(_ADD_STATUSES, rows)


async def append(session: AsyncSession, key: Key, events: Sequence[Event]) -> bool:
    """Write the next events of a case; False if somebody else has written one of them."""
    positions = (await _positions(session, {key[0]: len(events)}))[key[0]]
    for one in events:
        written = insert_new(session, EventRow).returning(EventRow.n)
        values = {**event_values(key, one), "position": next(positions)}
        if await session.scalar(written, values) is None:
            return False
    return True


async def _positions(session: AsyncSession, counts: Mapping[str, int]) -> dict[str, Iterator[int]]:
    """So many new positions of each station; its row stays locked until the commit."""
    first = await take_all(session, {f"{EVENTS} {one}": count for one, count in counts.items()})
    return {station: count_from(first[f"{EVENTS} {station}"]) for station in counts}


async def events_behind(
    session: AsyncSession,
    station: str,
    after: int,
    *,
    upto: int,
    departments: Collection[str],
    limit: int,
) -> Sequence[EventRow]:
    """Events of a station behind a position, in their order.

    Args:
        departments: of the cases of these alone, if any is named.
    """
    query = select(EventRow).where(
        EventRow.station == station, EventRow.position > after, EventRow.position <= upto
    )
    if departments:
        here = (StatusRow.station == EventRow.station) & (
            StatusRow.application == EventRow.application
        )
        query = query.join(StatusRow, here).where(StatusRow.department.in_(departments))
    return (await session.scalars(query.order_by(EventRow.position).limit(limit))).all()


async def departments_of(session: AsyncSession, keys: Collection[Key]) -> dict[Key, str]:
    """The departments of these cases."""
    query = select(StatusRow.station, StatusRow.application, StatusRow.department).where(
        StatusRow.station.in_({station for station, _ in keys}),
        StatusRow.application.in_({application for _, application in keys}),
    )
    found = await session.execute(query)
    return {(station, application): code for station, application, code in found}


async def move(session: AsyncSession, key: Key, standing: Standing) -> None:
    """Write how far a case has got."""
    values = status_values(key, standing)
    changed = {name: value for name, value in values.items() if name not in _FIXED}
    named = {"of_station": key[0], "of_application": key[1]}
    await session.execute(_MOVE.values(**changed), named)


async def status_held(session: AsyncSession, key: Key) -> StatusRow | None:
    """Of one case; nobody else changes it until the commit."""
    query = select(StatusRow).where(StatusRow.station == key[0], StatusRow.application == key[1])
    found: StatusRow | None = await session.scalar(query.with_for_update())
    return found


async def lit(session: AsyncSession, key: Key, due: str, light: str) -> None:
    """Write the handler's day of a case, and its light; empty ``due``: no limit runs."""
    values = {"due": due or NEVER, "light": light}
    differs = (StatusRow.due != values["due"]) | (StatusRow.light != light)
    query = update(StatusRow).where(StatusRow.station == key[0], StatusRow.application == key[1])
    await session.execute(query.where(differs).values(**values))


async def events_of(session: AsyncSession, key: Key) -> list[Event]:
    """The log of a case, in its order; empty: it has none.

    Raises:
        LogBrokenError: a newer program wrote it, or it is damaged.
    """
    query = select(EventRow).where(EventRow.station == key[0], EventRow.application == key[1])
    return [read_event(row) for row in await session.scalars(query.order_by(EventRow.n))]


async def keep_waiting(session: AsyncSession, key: Key, body: AnyBody) -> None:
    """Keep what came for a case while an office owns its log."""
    mine = (WaitingRow.station == key[0], WaitingRow.application == key[1])
    last = await session.scalar(select(func.max(WaitingRow.place)).where(*mine))
    text = json.dumps(to_json(body), ensure_ascii=False)
    row = {"station": key[0], "application": key[1], "place": (last or 0) + 1, "body": text}
    await session.execute(insert(table_of(WaitingRow)), row)


async def take_waiting(session: AsyncSession, key: Key) -> list[AnyBody]:
    """What was kept, in its order; it is kept no more."""
    mine = (WaitingRow.station == key[0], WaitingRow.application == key[1])
    query = select(WaitingRow.body).where(*mine).order_by(WaitingRow.place)
    found = [_read_body(text) for text in await session.scalars(query)]
    if found:
        await session.execute(delete(WaitingRow).where(*mine))
    return found


async def due_for_office(session: AsyncSession, after: Key, limit: int) -> list[Key]:
    """Cases that wait to be sealed for an office, behind a key."""
    place = tuple_(StatusRow.station, StatusRow.application)
    query = select(StatusRow.station, StatusRow.application)
    query = query.where(StatusRow.office == DUE, place > after).order_by(*place).limit(limit)
    return [(station, application) for station, application in await session.execute(query)]


async def at_office(session: AsyncSession, office: str) -> list[Key]:
    """Cases whose logs an office owns."""
    query = select(StatusRow.station, StatusRow.application).where(StatusRow.office == office)
    return [(station, application) for station, application in await session.execute(query)]


async def is_at_office(session: AsyncSession, key: Key) -> bool:
    """Whether an office owns the log of a case."""
    office = await session.scalar(
        select(StatusRow.office).where(StatusRow.station == key[0], StatusRow.application == key[1])
    )
    return bool(office) and office != DUE


async def statuses_after(session: AsyncSession, after: Key, limit: int) -> Sequence[StatusRow]:
    """A page of statuses behind a key, in the order of their keys."""
    place = tuple_(StatusRow.station, StatusRow.application)
    query = select(StatusRow).where(place > after).order_by(*place).limit(limit)
    return (await session.scalars(query)).all()


async def to_file(
    session: AsyncSession, before_ms: int, after: tuple[int, Key] | None, limit: int
) -> Sequence[StatusRow]:
    """Cases that ended before that and are not archived, those first that ended first.

    Args:
        after: when the last one of the page before ended, and its key.
    """
    place = tuple_(StatusRow.ended_ms, StatusRow.station, StatusRow.application)
    query = select(StatusRow).where(
        StatusRow.ended_ms.is_not(None),
        StatusRow.ended_ms < before_ms,
        StatusRow.state != State.ARCHIVED.value,
    )
    if after is not None:
        query = query.where(place > (after[0], *after[1]))
    return (await session.scalars(query.order_by(*place).limit(limit))).all()


async def blank(session: AsyncSession, keys: Collection[Key]) -> None:
    """Erase what people wrote into these logs; what happened stays."""
    for key in sorted(keys):
        await take_waiting(session, key)
        query = select(EventRow).where(EventRow.station == key[0], EventRow.application == key[1])
        for row in await session.scalars(query):
            row.body = json.dumps(_without_words(json.loads(row.body)), ensure_ascii=False)
        of_case = (NoteRow.station == key[0], NoteRow.application == key[1])
        await session.execute(delete(NoteRow).where(*of_case))
    await session.flush()


def read_event(row: EventRow) -> Event:
    """As the fold takes it.

    Raises:
        LogBrokenError: a newer program wrote it, or it is damaged.
    """
    try:
        return from_json(
            {
                "n": row.n,
                "at_ms": row.at_ms,
                "by": row.by_name,
                "right": row.by_right,
                "version": row.version,
                "body": json.loads(row.body),
            },
            Event,
        )
    except (MalformedError, ValueError) as exc:
        raise LogBrokenError(f"{row.kind} {row.n}: {exc}") from None


def event_values(key: Key, event: Event) -> dict[str, object]:
    """The row of an event."""
    return {
        "station": key[0],
        "application": key[1],
        "n": event.n,
        "kind": kind_of(event.body),
        "version": event.version,
        "at_ms": event.at_ms,
        "by_name": event.by,
        "by_right": event.right,
        "body": json.dumps(to_json(event.body), ensure_ascii=False),
    }


def status_values(key: Key, standing: Standing) -> dict[str, object]:
    """The row of a status."""
    status, rules = standing.status, standing.rules
    place = place_of(status, rules)
    return {
        "station": key[0],
        "application": key[1],
        "n": status.n,
        "state": status.state.value,
        "is_open": status.state in OPEN,
        "item": standing.item,
        "department": rules.department,
        "node": status.node,
        "post": place.post,
        "place": str(place),
        "holder": status.holder,
        "office": status.office or (DUE if is_due(status, rules) else ""),
        "since_ms": status.accepted_ms or status.received_ms,
        "ended_ms": status.ended_ms,
    }


def _read_body(text: str) -> AnyBody:
    body: AnyBody = from_json(json.loads(text), AnyBody)  # type: ignore[arg-type]
    return body


def _without_words(body: Mapping[str, object]) -> dict[str, object]:
    left = {name: value for name, value in body.items() if name not in _WORDS}
    return left | {name: _ERASED for name in _NAMES if left.get(name)}


async def states_of(session: AsyncSession, keys: Collection[Key]) -> dict[Key, str]:
    """The state of each of these cases."""
    columns = (StatusRow.station, StatusRow.application, StatusRow.state)
    query = select(*columns).where(
        StatusRow.station.in_({station for station, _ in keys}),
        StatusRow.application.in_({application for _, application in keys}),
    )
    return {
        (station, application): state
        for station, application, state in await session.execute(query)
        if (station, application) in keys
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKept:
    """What somebody notes of a case."""

    by: str  # account
    text: str
    saved_ms: int


async def notes_of(session: AsyncSession, key: Key) -> Sequence[NoteRow]:
    """Notes of a case, by person."""
    of_case = (NoteRow.station == key[0], NoteRow.application == key[1])
    return (await session.scalars(select(NoteRow).where(*of_case).order_by(NoteRow.by))).all()


async def keep_note(session: AsyncSession, key: Key, note: NoteKept, version: int) -> bool:
    """Keep a note in the place of this version of it; False: another was kept meanwhile."""
    if not version:
        row = {
            "station": key[0],
            "application": key[1],
            "by": note.by,
            "text": note.text,
            "version": 1,
            "saved_ms": note.saved_ms,
        }
        made = await session.execute(insert_new(session, NoteRow), row)
        return bool(getattr(made, "rowcount", 0))
    kept = await session.scalar(
        update(NoteRow)
        .where(
            NoteRow.station == key[0],
            NoteRow.application == key[1],
            NoteRow.by == note.by,
            NoteRow.version == version,
        )
        .values(text=note.text, version=version + 1, saved_ms=note.saved_ms)
        .returning(NoteRow.version)
    )
    return kept is not None


async def listed(session: AsyncSession, keys: Collection[Key]) -> dict[Key, tuple[str, str]]:
    """The handler's day of each of these cases, empty: none runs, and its light."""
    query = select(StatusRow.station, StatusRow.application, StatusRow.due, StatusRow.light).where(
        StatusRow.station.in_({station for station, _ in keys}),
        StatusRow.application.in_({application for _, application in keys}),
    )
    return {
        (station, application): ("" if due == NEVER else due, light)
        for station, application, due, light in await session.execute(query)
        if (station, application) in keys
    }
