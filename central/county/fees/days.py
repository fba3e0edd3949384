"""What happened to fees on a day, whether it adds up, and the national table of it.

Source: docs/fees.md, "Each day"; GB/T 39046 table 14.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CasesAbout
from central.county.fees import queries
from central.county.fees.calls import DayShown, Sum, Tickets
from central.county.fees.entries import MONEY, SHEETS, Kind, yuan
from central.county.fees.models import EntryRow
from central.county.fees.shown import entry_of
from central.county.numbers.own import OwnTickets
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.trust.schedule import local_time

COLUMNS = ("办件编号", "缴款单号", "收费单位", "收费人员", "金额", "时间", "缴款人")
"""As the table names them; the amount in yuan with two decimals."""

_Of = Mapping[tuple[Key, int], EntryRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDays:
    """Of one county."""

    store: Store
    about: CasesAbout
    tickets: OwnTickets

    async def show(self, day: str) -> DayShown:
        """The sums of a day, 2027-01-31."""
        return await self.store.transact(partial(self._shown, day=day))

    async def _shown(self, session: AsyncSession, day: str) -> DayShown:
        rows = await queries.entries_on(session, day)
        keys = {key_of(row) for row in rows}
        numbers = await self.about.numbers(session, keys)
        known: dict[tuple[Key, int], EntryRow] = {}
        for key in keys:
            for row in await queries.entries_of(session, key):
                known[key, row.n] = row
        tickets = await self._tickets(session)
        sums = await queries.ticket_sums(session)
        return DayShown(
            day=day,
            notices=_sum(rows, {Kind.NOTICE}),
            paid=_sum(rows, {Kind.PAID}),
            relief=_relief(rows, known),
            refunds=_sum(rows, {Kind.RED}, sign=-1),
            unpaid=_sum(rows, {Kind.UNPAID}),
            tickets=tickets,
            differences=[
                *(
                    f"{numbers.get(key_of(row), '')} 第 {row.n} 笔：{words}"
                    for row in rows
                    for words in faults(row, known)
                ),
                *_sums_faults(tickets, sums[0]),
            ],
            columns=COLUMNS,
            rows=[_line(row, known, numbers) for row in rows if Kind(row.kind) in MONEY],
        )

    async def _tickets(self, session: AsyncSession) -> Tickets:
        own = await self.tickets.sums(session)
        _, fen = await queries.ticket_sums(session)
        held = await queries.money_sum(session, [kind.value for kind in MONEY])
        return Tickets(
            issued=own.issued,
            used=own.used,
            voided=own.voided,
            remaining=own.remaining,
            yuan=yuan(fen),
            held=yuan(held),
        )


def key_of(row: EntryRow) -> Key:
    """Of its case."""
    return row.station, row.application


def _sum(rows: Sequence[EntryRow], kinds: Collection[Kind], sign: int = 1) -> Sum:
    found = [row.fen for row in rows if Kind(row.kind) in kinds]
    return Sum(count=len(found), yuan=yuan(sign * sum(found)))


def _relief(rows: Sequence[EntryRow], known: _Of) -> Sum:
    found = [row for row in rows if Kind(row.kind) is Kind.RELIEF]
    less = sum(known[key_of(row), row.names].fen - row.fen for row in found)
    return Sum(count=len(found), yuan=yuan(less))


def _line(row: EntryRow, known: _Of, numbers: Mapping[Key, str]) -> Sequence[str]:
    payment = row if Kind(row.kind) is Kind.PAID else known[key_of(row), row.names]
    return (
        numbers.get(key_of(row), ""),
        row.number,
        entry_of(payment).said["collector"],
        row.by_name,
        yuan(row.fen),
        f"{local_time(row.at_ms):%Y-%m-%d %H:%M:%S}",
        row.person,
    )


def faults(row: EntryRow, known: _Of) -> Iterator[str]:
    """What does not fit of one entry.

    Args:
        known: every entry of its case.
    """
    entry = entry_of(row)
    if entry.sha256 != row.sha256:
        yield "内容与登记时的摘要不一致"
    fen = entry.sheet.total_fen if entry.kind in SHEETS and entry.sheet else entry.said.get("fen")
    if fen is not None and fen != row.fen:
        yield "金额与登记内容不一致"
    named = known.get((key_of(row), row.names))
    if entry.kind in MONEY and (named is None or abs(row.fen) != named.fen):
        yield "金额与所指的一笔不一致"


def _sums_faults(tickets: Tickets, used: int) -> Iterator[str]:
    if tickets.issued != tickets.used + tickets.voided + tickets.remaining:
        yield "票据：发放不等于已用、作废、剩余之和"
    if tickets.used != used:
        yield f"票据：号段已用 {tickets.used} 个，登记了 {used} 个"
    if tickets.yuan != tickets.held:
        yield f"票据合计 {tickets.yuan} 元，实收 {tickets.held} 元"
