"""What a village is asked to put up before its case is decided (公示): one poster for each case.

It says what the item allows and no more. The name is shown as it is, but of a sensitive item only
its first character, under the item's neutral name; every number of a person loses its middle.

Source: docs/protocol.md section 6, Publicity; docs/operations.md, "Publicity at the village".
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result, told_today
from central.county.casework.calls import AskPublicity, PublicityAsked, PublicityShown
from central.county.casework.models import CaseRow, PublicityRow
from central.county.casework.named import case_to_tell
from central.county.casework.queries import cases_of
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes, Outgoing
from central.store.engine import Store
from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.calendars.due import Limit, Unit
from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Cell
from protocol.catalogue.items.model import Item
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.publicity_payloads import Publicity
from protocol.envelope.suites import SuiteNumber
from protocol.errors import ItemUnknownError, UsageError
from protocol.ids import NodeId
from protocol.json_values import from_json, to_json
from protocol.limits import MAX_NAME_CHARS, MAX_POSTER_DAYS, MAX_POSTER_LINES
from protocol.ports import Clock
from protocol.records.publicity import Poster, PosterLine, WindowUnit, hidden, hidden_name

ItemOf = Callable[[AsyncSession, int, str], Awaitable[Item | None]]
"""The item that a release names; None if it is not known any more."""

_NAME = "申请人"
_UNITS = {Unit.DAYS: WindowUnit.DAYS, Unit.WORKING_DAYS: WindowUnit.WORKING_DAYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityService:
    """Asks villages to make something public, and tells it again."""

    store: Store
    outgoing: Outgoing
    nodes: Nodes
    clock: Clock

    async def ask(self, wanted: AskPublicity, item_of: ItemOf) -> PublicityAsked:
        """Send the poster of a case to its village; it travels down from then on.

        Asked again, the newer poster replaces the one before.

        Raises:
            CaseUnknownError: no such case.
            CaseErasedError: nothing of it may be told any more.
            ItemUnknownError: no release that is kept knows its item.
            NodeStateError: the station's PC is lost, and its successor has not joined.
            NodeUnknownError: the station can't be written to.
            UsageError: neither the item nor the caller says for how long; or too long.
        """

        async def work(session: AsyncSession) -> PublicityAsked:
            case = await self._case(session, wanted.case)
            item = await item_of(session, case.release, case.item)
            if item is None:
                raise ItemUnknownError(case.item)
            poster = poster_of(item, json.loads(case.form), wanted.days)
            n = await next_result(session)
            await _keep(session, case, poster, n=n, now_ms=self.clock.now_ms())
            await self._post(session, case, poster, n=n, at_ms=self.clock.now_ms())
            return PublicityAsked(case=case.number, poster=poster)

        return await self.store.transact(work)

    async def tell_again(
        self, session: AsyncSession, keys: Collection[Key], *, anew: bool = False
    ) -> int:
        """Let the posters of these cases go out once more, sealed anew; how many did.

        Args:
            anew: for keys that are new, and not because somebody asks: that counts once a day.
        """
        now_ms = self.clock.now_ms()
        cases = await cases_of(session, keys) if keys else {}
        told = 0
        for key, row in (await _rows(session, cases.keys())).items():
            if row.poster and (anew or not told_today(row.retold_ms, now_ms)):
                poster = _poster(row)
                await self._post(session, cases[key], poster, n=row.n, at_ms=row.asked_ms)
                row.retold_ms, told = now_ms, told + 1
        return told

    async def _case(self, session: AsyncSession, name: str) -> CaseRow:
        return await case_to_tell(session, self.nodes, name, "再公示")

    async def _post(
        self, session: AsyncSession, case: CaseRow, poster: Poster, *, n: int, at_ms: int
    ) -> None:
        task = Publicity(
            application=case.application, case=case.number, poster=poster, n=n, at_ms=at_ms
        )
        await self.outgoing.post(
            session,
            to=NodeId(case.station),
            lane=Lane.RESULTS,
            payload=payload_bytes(task),
            suite=SuiteNumber(case.suite),
        )


def poster_of(item: Item, form: FormData, days: int) -> Poster:
    """The poster of one application.

    Args:
        days: calendar days that it hangs; 0: as the item says.

    Raises:
        UsageError: the item does not say it, or not in days; or it is too long.
    """
    count, unit = (days, WindowUnit.DAYS) if days else _window(item)
    if not 0 < count <= MAX_POSTER_DAYS:
        raise UsageError(f"公示期须为 1 至 {MAX_POSTER_DAYS} 天")
    lines = [PosterLine(label=_cut(label), text=_cut(text)) for label, text in _lines(item, form)]
    if not lines:
        raise UsageError("表单里没有可以公示的栏目，请先在目录里写明公示栏目")
    return Poster(
        title=_cut(item.public_name),
        days=count,
        unit=unit,
        lines=tuple(lines[:MAX_POSTER_LINES]),
        contact=item.contact[:MAX_NAME_CHARS],
        basis=item.publicity.basis[:MAX_NAME_CHARS] if item.publicity else "",
    )


def _window(item: Item) -> tuple[int, WindowUnit]:
    window: Limit | None = item.publicity.window if item.publicity else None
    if window is None or window.unit not in _UNITS:
        raise UsageError("目录里这个事项没有写公示几天，请用 --days 写明")
    return window.count, _UNITS[window.unit]


def _lines(item: Item, form: FormData) -> Iterator[tuple[str, str]]:
    """Who applies, and the fields that the item makes public, with what is filled in."""
    name = applicant_name(item.schema.document, form)
    if name:
        yield _NAME, hidden_name(name) if item.sensitive else name
    if item.sensitive or item.publicity is None:
        return
    laid = layout(item.schema, form, masked=True)
    cells = {part.name: part for section in laid.sections for part in section.parts}
    for field in item.publicity.fields:
        cell = cells.get(field)
        if isinstance(cell, Cell) and cell.filled and form.get(field) != name:
            yield cell.title, cell.text


def _cut(text: str) -> str:
    """As it may stand on a poster."""
    return hidden(hidden(text)[:MAX_NAME_CHARS])  # an amount that is cut short is one no more


async def publicities_of(
    session: AsyncSession, keys: Collection[Key]
) -> Mapping[Key, PublicityShown]:
    """What was asked of each of these applications."""
    return {
        key: PublicityShown(
            n=row.n, asked_ms=row.asked_ms, poster=_poster(row) if row.poster else None
        )
        for key, row in (await _rows(session, keys)).items()
    }


async def erase_publicity(session: AsyncSession, key: Key) -> None:
    """Forget what the poster of a case said; its number and time stay."""
    for row in (await _rows(session, {key})).values():
        row.poster = ""


def _poster(row: PublicityRow) -> Poster:
    return from_json(json.loads(row.poster), Poster)


async def _rows(session: AsyncSession, keys: Collection[Key]) -> dict[Key, PublicityRow]:
    query = select(PublicityRow).where(
        PublicityRow.station.in_({station for station, _ in keys}),
        PublicityRow.application.in_({application for _, application in keys}),
    )
    found = {(row.station, row.application): row for row in await session.scalars(query)}
    return {key: found[key] for key in keys if key in found}


async def _keep(
    session: AsyncSession, case: CaseRow, poster: Poster, *, n: int, now_ms: int
) -> None:
    text = json.dumps(to_json(poster), ensure_ascii=False)
    key = (case.station, case.application)
    if row := (await _rows(session, {key})).get(key):
        row.poster, row.n, row.asked_ms = text, n, now_ms
    else:
        station, application = key
        session.add(
            PublicityRow(
                station=station, application=application, n=n, poster=text, asked_ms=now_ms
            )
        )
    await session.flush()
