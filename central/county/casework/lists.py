"""Lists of cases, newest first, a page at a time: no slower for however many cases there are.

Each way to ask has an index that ends with the time (central.county.casework.models). The stations
of a township are asked one by one in one statement, so that a quiet township is as quick as a busy
one.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.applicants import plain_name
from central.county.casework.calls import OPEN, CaseLine, CaseLines, ListCases
from central.county.casework.models import CaseRow, CaseState
from central.county.casework.publicity import ItemOf
from central.county.casework.queries import cases_of
from central.county.casework.views import FollowedBy, station_name
from central.county.ports.relay import Nodes
from central.store.engine import Store
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.trust.roster import Role

_STATIONS = 200  # in one statement: SQLite takes 500 parts
_LAST = "\U0010ffff"  # behind every name that begins with what stands before it
_PLACE_PARTS = 3
_CORRECTION = Outcome.CORRECTION.value

Place = tuple[int, str, bytes]
"""Where a page ended: time of receipt, station and application of its last case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """Lists the cases of one county."""

    store: Store
    nodes: Nodes
    item_of: ItemOf
    followed_by: FollowedBy

    async def page(self, wanted: ListCases, *, limit: int) -> CaseLines:
        """At most ``limit`` cases that are wanted, behind ``wanted.after``.

        Raises:
            UsageError: ``after`` is no place, that is no item, or there is no such state.
        """
        if not wanted.item.isprintable():  # PostgreSQL takes no NUL
            raise UsageError("item")
        place, where = _read_place(wanted.after), list(_conditions(wanted))
        stations = self._stations(wanted.hub) if wanted.hub else None
        rows = await self.store.transact(
            lambda session: self._lines(session, where, stations, place, limit)
        )
        lines = rows[:limit]
        more = _place(lines[-1]) if len(rows) > limit else ""
        return CaseLines(cases=lines, more=more)

    async def _lines(
        self,
        session: AsyncSession,
        where: Sequence[ColumnElement[bool]],
        stations: Sequence[str] | None,
        place: Place | None,
        limit: int,
    ) -> list[CaseLine]:
        keys = await _keys(session, _behind(where, place), stations, limit + 1)
        cases = await cases_of(session, keys)
        followed = await self.followed_by(session, cases.keys()) if cases else {}
        lines: list[CaseLine] = []
        for key, case in cases.items():
            item = await self.item_of(session, case.release, case.item)
            lines.append(
                CaseLine(
                    case=case.number,
                    number=case.given_number,
                    application=case.application.hex(),
                    station=case.station,
                    name=station_name(self.nodes, case.station),
                    applicant=case.applicant,
                    item=case.item,
                    title=item.name if item else "",
                    state=case.state.value,
                    outcome=case.outcome,
                    unchecked=case.unchecked,
                    follow_ups=[one.about for one in followed.get(key, ())],
                    received_ms=case.received_ms,
                    erased_ms=case.erased_ms,
                )
            )
        return lines

    def _stations(self, hub: str) -> list[str]:
        """Stations of a township, also those that are gone."""
        entries = self.nodes.roster.nodes.items()
        below = (node for node, one in entries if one.role is Role.STATION and one.parent == hub)
        return sorted(below)


async def _keys(
    session: AsyncSession,
    where: Sequence[ColumnElement[bool]],
    stations: Sequence[str] | None,
    limit: int,
) -> list[tuple[str, bytes]]:
    """Station and application of the newest that fit."""
    found: list[Place] = []
    for query in _queries(where, stations, limit):
        found += [(at_ms, station, one) for at_ms, station, one in await session.execute(query)]
    return [(station, one) for _, station, one in sorted(found, reverse=True)[:limit]]


def _queries(
    where: Sequence[ColumnElement[bool]], stations: Sequence[str] | None, limit: int
) -> Iterator[Select[int, str, bytes]]:
    if stations is None:
        yield _newest(where, limit)
        return
    for start in range(0, len(stations), _STATIONS):
        some = stations[start : start + _STATIONS]
        parts = [_newest([*where, CaseRow.station == station], limit) for station in some]
        every = union_all(*(select(part.subquery()) for part in parts)).subquery().c
        yield select(every.received_ms, every.station, every.application)


def _newest(where: Collection[ColumnElement[bool]], limit: int) -> Select[int, str, bytes]:
    columns = (CaseRow.received_ms, CaseRow.station, CaseRow.application)
    query = select(*columns).where(*where)
    return query.order_by(*(column.desc() for column in columns)).limit(limit)


def _behind(
    where: Sequence[ColumnElement[bool]], place: Place | None
) -> Sequence[ColumnElement[bool]]:
    if place is None:
        return where
    at = tuple_(CaseRow.received_ms, CaseRow.station, CaseRow.application)
    return [*where, at < place]


def _conditions(wanted: ListCases) -> Iterator[ColumnElement[bool]]:
    if wanted.state:
        yield from _of_state(wanted.state)
    if wanted.item and wanted.hub:  # else SQLite would look through the item's cases everywhere
        yield func.coalesce(CaseRow.item, "") == wanted.item
    elif wanted.item:
        yield CaseRow.item == wanted.item
    if wanted.name:
        name = plain_name(wanted.name)
        yield CaseRow.applicant >= name
        yield CaseRow.applicant < name + _LAST


def _of_state(state: str) -> tuple[ColumnElement[bool], ...]:
    open_ = CaseRow.outcome.is_(None)
    known: dict[str, Callable[[], tuple[ColumnElement[bool], ...]]] = {
        OPEN: lambda: (open_,),
        CaseState.RECEIVED.value: lambda: (open_, CaseRow.complete_ms.is_(None)),
        CaseState.COMPLETE.value: lambda: (open_, CaseRow.complete_ms.is_not(None)),
        CaseState.RETURNED.value: lambda: (CaseRow.outcome == _CORRECTION,),
        CaseState.DECIDED.value: lambda: (
            CaseRow.outcome.is_not(None),
            CaseRow.outcome != _CORRECTION,
        ),
    }
    if state not in known:
        raise UsageError(state[:20])
    return known[state]()


def _place(line: CaseLine) -> str:
    return f"{line.received_ms}.{line.station}.{line.application}"


def _read_place(text: str) -> Place | None:
    if not text:
        return None
    parts = text.split(".")
    try:
        at_ms, application = int(parts[0]), bytes.fromhex(parts[-1])
    except ValueError:
        raise UsageError(text[:60]) from None
    if len(parts) != _PLACE_PARTS or not parts[1].isprintable() or not 0 <= at_ms < 1 << 53:
        raise UsageError(text[:60])
    return at_ms, parts[1], application
