"""The index of cases by whom they are about: written with them, and made anew from them.

Source: docs/casework.md, "Finding a case".
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from sqlalchemy import Table, delete, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.publicity import ItemOf
from central.county.casework.arrival.taking import read_taken
from central.county.casework.finding.folding import folded, pieces
from central.county.casework.finding.models import NamePieceRow, PairRow, PersonRow
from central.county.casework.finding.pairs import enter_pairs, erase_pairs, found_pairs
from central.county.casework.finding.people import People, people_of
from central.county.casework.finding.secret import FindKey
from central.county.casework.models import CaseRow
from central.county.ports.keys import Key
from central.store.base import table_of
from central.store.engine import Store
from protocol.envelope.keys import Signer

_PAGE = 200
_TABLES: Sequence[type[NamePieceRow | PersonRow]] = (NamePieceRow, PersonRow)
_INSERTS = {model: insert(table_of(model)) for model in _TABLES}

Rows = dict[type[NamePieceRow | PersonRow], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A case, as the index has to know it."""

    key: Key
    received_ms: int
    item: str
    applicant: str = field(repr=False)
    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseIndex:
    """Of one county."""

    key: FindKey
    item_of: ItemOf

    @classmethod
    def of(cls, signer: Signer, item_of: ItemOf) -> Self:
        """With the key that the county's signing key makes."""
        return cls(key=FindKey.of(signer), item_of=item_of)

    async def enter(self, session: AsyncSession, cases: Collection[Indexed]) -> None:
        """Let these cases be found; they were not before."""
        for model, rows in self._rows(cases).items():
            if rows:
                await session.execute(_INSERTS[model], rows)
        await enter_pairs(session, [one.key for one in cases if one.people.applicant])

    async def rebuild(self, store: Store) -> int:
        """Make it anew from the cases, a page at a time; how many were not as they should be.

        It can be used meanwhile: each page is one transaction.
        """
        wrong = set[Key]()
        for mend in (self._mend, _mend_pairs):  # who is a pair follows from who is who
            page = _Page(wrong=frozenset(), last=("", b""))
            while page.last is not None:
                page = await store.transact(partial(mend, after=page.last))
                wrong |= page.wrong
        return len(wrong)

    async def _mend(self, session: AsyncSession, after: Key) -> "_Page":
        cases, last = await _cases(session, after)
        wanted = self._rows([await self._indexed(session, one) for one in cases])
        wrong: set[Key] = set()
        for model, rows in wanted.items():
            kept = await _kept(session, model, after, last)
            wrong |= {_key(values) for values in _different(kept, rows)}
        if wrong:
            await _erase(session, wrong)
            for model, rows in wanted.items():
                again = [one for one in rows if _key(one) in wrong]
                if again:
                    await session.execute(_INSERTS[model], again)
        return _Page(wrong=frozenset(wrong), last=last)

    async def _indexed(self, session: AsyncSession, case: CaseRow) -> Indexed:
        key = (case.station, case.application)
        if case.erased_ms is not None:
            return Indexed(
                key=key, received_ms=case.received_ms, item=case.item, applicant="", people=People()
            )
        item = await self.item_of(session, case.release, case.item)
        schema, form = item.schema.document if item else {}, json.loads(case.form)
        return Indexed(
            key=key,
            received_ms=case.received_ms,
            item=case.item,
            applicant=case.applicant,
            people=people_of(schema, form, read_taken(case.taken)),
        )

    def _rows(self, cases: Collection[Indexed]) -> Rows:
        found: Rows = {model: [] for model in _TABLES}
        for case in cases:
            station, application = case.key
            head = {
                "station": station,
                "application": application,
                "received_ms": case.received_ms,
            }
            name = folded(case.applicant)
            found[NamePieceRow] += [
                {**head, "piece": piece, "name": name} for piece in sorted(pieces(name))
            ]
            found[PersonRow] += [
                {**head, **values, "item": case.item} for values in self._people(case.people)
            ]
        return found

    def _people(self, people: People) -> Iterator[dict[str, Any]]:
        every = [(people.applicant, True), *((one, False) for one in sorted(people.others))]
        for number, applies in every:
            if number:
                yield {
                    "person": self.key.person(number),
                    "last": self.key.last(number),
                    "applies": applies,
                }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What became of a page of cases."""

    wrong: frozenset[Key]
    last: Key | None  # behind which the next page goes on; None: this was the last


async def erase_found(session: AsyncSession, keys: Collection[Key]) -> None:
    """These cases are not found by anybody's name or number any more, and are like no others."""
    await _erase(session, keys)
    await erase_pairs(session, keys)


async def _cases(session: AsyncSession, after: Key) -> tuple[Sequence[CaseRow], Key | None]:
    """A page of cases by their keys; and behind which the next goes on."""
    own = (CaseRow.station, CaseRow.application)
    query = select(CaseRow).where(tuple_(*own) > after).order_by(*own).limit(_PAGE)
    cases = (await session.scalars(query)).all()
    return cases, (cases[-1].station, cases[-1].application) if len(cases) == _PAGE else None


async def _mend_pairs(session: AsyncSession, after: Key) -> _Page:
    cases, last = await _cases(session, after)
    wanted = await found_pairs(session, [(one.station, one.application) for one in cases])
    kept = await _kept(session, PairRow, after, last)
    wrong = {_key(values) for values in _different(kept, wanted)}
    for station, application in wrong:
        own = (PairRow.station == station, PairRow.application == application)
        await session.execute(delete(PairRow).where(*own))
    await enter_pairs(session, wrong)
    return _Page(wrong=frozenset(wrong), last=last)


async def _erase(session: AsyncSession, keys: Collection[Key]) -> None:
    for model in _TABLES:
        table = table_of(model)
        for station, application in keys:
            own = (table.c.station == station) & (table.c.application == application)
            await session.execute(delete(table).where(own))


async def _kept(
    session: AsyncSession,
    model: type[NamePieceRow | PersonRow | PairRow],
    after: Key,
    last: Key | None,
) -> list[dict[str, Any]]:
    """Rows behind a case, up to another."""
    table: Table = table_of(model)
    own = tuple_(table.c.station, table.c.application)
    query = select(table).where(own > after)
    rows = await session.execute(query.where(own <= last) if last else query)
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - its public name, for mappings


def _different(
    kept: Collection[dict[str, Any]], wanted: Collection[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Rows that stand on one side alone."""
    sides = [{tuple(sorted(one.items())): one for one in side} for side in (kept, wanted)]
    for name in sides[0].keys() ^ sides[1].keys():
        yield sides[0].get(name) or sides[1][name]


def _key(values: dict[str, Any]) -> Key:
    return values["station"], values["application"]
