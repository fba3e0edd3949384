"""Lists of cases, newest first, a page at a time: no slower for however many cases there are.

Each way to ask has an index that ends with the time (central.county.casework.models, and of names
and identity numbers central.county.casework.finding). The stations of a township are asked one by
one in one statement, so that a quiet township is as quick as a busy one.

Source: docs/casework.md, "Finding a case".
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.publicity import ItemOf
from central.county.casework.calls import OPEN, CaseLine, CaseLines, ListCases
from central.county.casework.finding.asked import required_identity
from central.county.casework.finding.queries import Leading, Led, leading
from central.county.casework.finding.secret import LAST_CHARS, FindKey
from central.county.casework.models import CaseRow, CaseState
from central.county.casework.named import as_written
from central.county.casework.queries import cases_of, open_count
from central.county.casework.views import FollowedBy, station_name
from central.county.ports.relay import Nodes
from central.store.base import table_of
from central.store.engine import Store
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.ids import application_id
from protocol.limits import MAX_NAME_CHARS
from protocol.text import identifier
from protocol.trust.roster import Role
from protocol.trust.schedule import day_begins_ms

_STATIONS = 200  # in one statement: SQLite takes 500 parts
_PLACE_PARTS = 3
_CASE = table_of(CaseRow).c
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
    key: FindKey

    async def open_count(self) -> int:
        """How many cases have no decision."""
        return await self.store.transact(open_count)

    async def page(self, wanted: ListCases, *, limit: int) -> CaseLines:
        """At most ``limit`` cases that are wanted, behind ``wanted.after``.

        Raises:
            UsageError: ``after`` is no place, that is no item, number or day, or there is no such
                state, or the last four of a number are all that is asked for.
        """
        _check(wanted)
        place = _read_place(wanted.after)
        stations = self._stations(wanted) if wanted.hub or wanted.village else None

        async def work(session: AsyncSession) -> list[CaseLine]:
            lead = await leading(
                session,
                self.key,
                name=wanted.name,
                identity=required_identity(wanted.identity) if wanted.identity else "",
                last=identifier(wanted.last).upper(),
            )
            if lead and not (lead.is_frequent and (wanted.item or stations is not None)):
                queries = [_led(lead, wanted, stations, place, limit + 1)]
            else:
                where = [*_conditions(wanted), *_times(CaseRow, wanted)]
                if lead:
                    own = _CASE.station, _CASE.application
                    where.append(lead.of_case(*own))
                queries = list(_queries(_behind(CaseRow, where, place), stations, limit + 1))
            return await self._lines(session, queries, limit + 1)

        rows = await self.store.transact(work)
        lines = rows[:limit]
        more = _place(lines[-1]) if len(rows) > limit else ""
        return CaseLines(cases=lines, more=more)

    async def _lines(
        self,
        session: AsyncSession,
        queries: Sequence[Select[int, str, bytes]],
        limit: int,
    ) -> list[CaseLine]:
        keys = await _keys(session, queries, limit)
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

    def _stations(self, wanted: ListCases) -> list[str]:
        """Stations of a township, or that are called so; also those that are gone."""
        return sorted(
            node
            for node, one in self.nodes.roster.nodes.items()
            if one.role is Role.STATION
            and wanted.hub in ("", one.parent)
            and (wanted.village in one.name or one.code.startswith(wanted.village))
        )


async def _keys(
    session: AsyncSession, queries: Sequence[Select[int, str, bytes]], limit: int
) -> list[tuple[str, bytes]]:
    """Station and application of the newest that fit."""
    found: list[Place] = []
    for query in queries:
        found += [(at_ms, station, one) for at_ms, station, one in await session.execute(query)]
    return [(station, one) for _, station, one in sorted(found, reverse=True)[:limit]]


def _queries(
    where: Sequence[ColumnElement[bool]], stations: Sequence[str] | None, limit: int
) -> Iterator[Select[int, str, bytes]]:
    if stations is None:
        yield _newest(CaseRow, where, limit)
        return
    for start in range(0, len(stations), _STATIONS):
        some = stations[start : start + _STATIONS]
        parts = [_newest(CaseRow, [*where, CaseRow.station == one], limit) for one in some]
        every = union_all(*(select(part.subquery()) for part in parts)).subquery().c
        yield select(every.received_ms, every.station, every.application)


def _led(
    lead: Leading,
    wanted: ListCases,
    stations: Sequence[str] | None,
    place: Place | None,
    limit: int,
) -> Select[int, str, bytes]:
    """Cases that the index of names and numbers finds; each is looked up for what else fits."""
    found: list[ColumnElement[bool]] = [*lead.where, *_times(lead.of, wanted)]
    if stations is not None:
        found.append(func.coalesce(lead.of.station, "").in_(stations))
    if where := list(_conditions(wanted, hidden=True)):
        own = (CaseRow.station == lead.of.station, CaseRow.application == lead.of.application)
        found.append(exists().where(*own, *where))
    return _newest(lead.of, _behind(lead.of, found, place), limit)


def _newest(
    of: Led | type[CaseRow], where: Collection[ColumnElement[bool]], limit: int
) -> Select[int, str, bytes]:
    columns = (of.received_ms, of.station, of.application)
    query = select(*columns).where(*where)
    return query.order_by(*(column.desc() for column in columns)).limit(limit)


def _behind(
    of: Led | type[CaseRow], where: Sequence[ColumnElement[bool]], place: Place | None
) -> Sequence[ColumnElement[bool]]:
    if place is None:
        return where
    return [*where, tuple_(of.received_ms, of.station, of.application) < place]


def _check(wanted: ListCases) -> None:
    texts = (wanted.item, wanted.village, wanted.number, wanted.hub)
    if not all(one.isprintable() and len(one) <= MAX_NAME_CHARS for one in texts):
        raise UsageError("filter")  # PostgreSQL takes no NUL
    if not wanted.last:
        return
    if len(identifier(wanted.last)) != LAST_CHARS:
        raise UsageError(f"身份证号码后四位要写 {LAST_CHARS} 位")
    if not any((wanted.name, wanted.identity, wanted.village, wanted.hub, wanted.item)):
        raise UsageError("只凭后四位不能查人，请再写姓名、村、乡镇或事项")


def _conditions(wanted: ListCases, *, hidden: bool = False) -> Iterator[ColumnElement[bool]]:
    """Of a case.

    Args:
        hidden: from the indexes, where the case is found by its key.
    """
    if wanted.state:
        yield from _of_state(wanted.state, hidden=hidden)
    if wanted.item and (
        wanted.hub or wanted.village or hidden
    ):  # else SQLite would look through the item's cases everywhere
        yield func.coalesce(CaseRow.item, "") == wanted.item
    elif wanted.item:
        yield CaseRow.item == wanted.item
    if wanted.number:
        yield _numbered(wanted.number)


def _times(of: Led | type[CaseRow], wanted: ListCases) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield of.received_ms >= _day_ms(wanted.since)
    if wanted.until:
        yield of.received_ms < _day_ms(wanted.until, days=1)


def _numbered(text: str) -> ColumnElement[bool]:
    """Of a number of the case or of a block, or with an application id."""
    try:
        return CaseRow.application == bytes.fromhex(application_id(text))
    except UsageError:
        number = as_written(text)
        return or_(CaseRow.number == number, CaseRow.given_number == number)


def _day_ms(text: str, *, days: int = 0) -> int:
    """When that day, or one behind it, begins in China."""
    try:
        day = date.fromisoformat(text) + timedelta(days)
    except (ValueError, OverflowError):
        raise UsageError(f"日期要写成 2027-01-31 的样子：{text[:20]}") from None
    return day_begins_ms(day)


def _of_state(state: str, *, hidden: bool) -> tuple[ColumnElement[bool], ...]:
    open_ = func.coalesce(CaseRow.outcome, "") == "" if hidden else CaseRow.outcome.is_(None)
    returned = func.coalesce(CaseRow.outcome, "") if hidden else CaseRow.outcome
    known: dict[str, Callable[[], tuple[ColumnElement[bool], ...]]] = {
        OPEN: lambda: (open_,),
        CaseState.RECEIVED.value: lambda: (open_, CaseRow.complete_ms.is_(None)),
        CaseState.COMPLETE.value: lambda: (open_, CaseRow.complete_ms.is_not(None)),
        CaseState.RETURNED.value: lambda: (returned == _CORRECTION,),
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
