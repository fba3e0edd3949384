"""Reading who works where, and writing what is different. None of these commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.departments.models import (
    DelegationRow,
    DepartmentRow,
    PersonRow,
    PostRow,
    SeatRow,
    SubstitutionRow,
    WindowRow,
)
from central.county.departments.staffing import (
    Delegation,
    Department,
    Person,
    Post,
    Power,
    Powers,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from central.store.base import Base, table_of

Row = Mapping[str, Any]
_AT_ONCE = 100  # rows named in one statement


@dataclass(frozen=True, slots=True)
class _Part:
    """One list of a snapshot, and its table."""

    field: str
    model: type[Base]
    row: Callable[[Any], Row]
    read: Callable[[Any], object]


async def read(session: AsyncSession, able: frozenset[str]) -> Staffing:
    """Everything, each list in the order of its keys."""
    found: dict[str, Sequence[object]] = {}
    for part in _PARTS:
        table = table_of(part.model)
        rows = await session.execute(select(table).order_by(*table.primary_key))
        found[part.field] = tuple(part.read(row) for row in rows)
    return Staffing(**found, able=able)  # type: ignore[arg-type]


async def write(session: AsyncSession, before: Staffing, after: Staffing) -> None:
    """What is different."""
    for part in _PARTS:
        table = table_of(part.model)
        keys = [column.name for column in table.primary_key]
        old, new = (_rows(part, one, keys) for one in (before, after))
        gone = [key for key, row in old.items() if new.get(key) != row]
        for at in range(0, len(gone), _AT_ONCE):
            among = [
                and_(*(table.c[name] == value for name, value in zip(keys, key, strict=True)))
                for key in gone[at : at + _AT_ONCE]
            ]
            await session.execute(delete(table).where(or_(*among)))
        if added := [dict(row) for key, row in new.items() if old.get(key) != row]:
            await session.execute(insert(table), added)


def _rows(part: _Part, staffing: Staffing, keys: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    rows = [part.row(one) for one in getattr(staffing, part.field)]
    return {tuple(row[key] for key in keys): row for row in rows}


def _lines(words: Sequence[str]) -> str:
    return "\n".join(words)


def _of_lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _powers(powers: Powers) -> str:
    return ",".join(sorted(powers))


def _of_powers(text: str) -> Powers:
    return frozenset(Power(one) for one in text.split(",") if one)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_delegation(row: Any) -> Delegation:  # noqa: ANN401 - a row of the table
    return Delegation(
        number=row.number,
        instrument=row.instrument,
        department=row.department,
        person=row.person,
        powers=_of_powers(row.powers),
        items=frozenset(_of_lines(row.items)),
        start=date.fromisoformat(row.start),
        until=date.fromisoformat(row.until),
        deputy=row.deputy,
        supersedes=row.supersedes,
        entered_ms=row.entered_ms,
        entered_by=row.entered_by,
    )


def _delegation_row(one: Delegation) -> Row:
    return {
        "number": one.number,
        "instrument": one.instrument,
        "department": one.department,
        "person": one.person,
        "powers": _powers(one.powers),
        "items": _lines(sorted(one.items)),
        "start": one.start.isoformat(),
        "until": one.until.isoformat(),
        "deputy": one.deputy,
        "supersedes": one.supersedes,
        "entered_ms": one.entered_ms,
        "entered_by": one.entered_by,
    }


_PARTS = (
    _Part(
        "departments",
        DepartmentRow,
        lambda one: {
            "code": one.code,
            "name": one.name,
            "aliases": _lines(one.aliases),
            "phone": one.phone,
        },
        lambda row: Department(
            code=row.code, name=row.name, aliases=_of_lines(row.aliases), phone=row.phone
        ),
    ),
    _Part(
        "windows",
        WindowRow,
        lambda one: {"department": one.department, "name": one.name},
        lambda row: ServiceWindow(department=row.department, name=row.name),
    ),
    _Part(
        "posts",
        PostRow,
        lambda one: {
            "department": one.department,
            "name": one.name,
            "aliases": _lines(one.aliases),
            "powers": _powers(one.powers),
            "at_window": one.window,
        },
        lambda row: Post(
            department=row.department,
            name=row.name,
            aliases=_of_lines(row.aliases),
            powers=_of_powers(row.powers),
            window=row.at_window,
        ),
    ),
    _Part(
        "persons",
        PersonRow,
        lambda one: {
            "name": one.name,
            "away_until": one.away_until.isoformat() if one.away_until else None,
        },
        lambda row: Person(name=row.name, away_until=_day(row.away_until)),
    ),
    _Part(
        "seats",
        SeatRow,
        lambda one: {"department": one.department, "post": one.post, "person": one.person},
        lambda row: Seat(department=row.department, post=row.post, person=row.person),
    ),
    _Part(
        "substitutions",
        SubstitutionRow,
        lambda one: {
            "person": one.person,
            "substitute": one.substitute,
            "start": one.start.isoformat(),
            "until": one.until.isoformat(),
        },
        lambda row: Substitution(
            person=row.person,
            substitute=row.substitute,
            start=date.fromisoformat(row.start),
            until=date.fromisoformat(row.until),
        ),
    ),
    _Part("delegations", DelegationRow, _delegation_row, _read_delegation),
)
